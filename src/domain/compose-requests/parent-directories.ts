import type { Customizations, ImageType } from './types.ts';

/** Directories that every image has. */
const PRESENT: ReadonlySet<string> = new Set([
  ...[
    '/etc',
    '/home',
    '/media',
    '/mnt',
    '/opt',
    '/root',
    '/srv',
    '/usr/local',
    '/var',
    '/var/lib',
    '/var/log',
    '/var/opt',
  ],
  ...[
    '/usr/local/bin',
    '/usr/local/etc',
    '/usr/local/lib',
    '/usr/local/libexec',
    '/usr/local/sbin',
    '/usr/local/share',
  ],
  ...['/etc/cron.d', '/etc/cron.daily', '/etc/dnf', '/etc/modprobe.d', '/etc/modules-load.d', '/etc/pam.d', '/etc/pki'],
  ...['/etc/profile.d', '/etc/security', '/etc/skel', '/etc/ssh', '/etc/ssl', '/etc/sudoers.d', '/etc/sysconfig'],
  ...['/etc/ssh/sshd_config.d', '/etc/sysctl.d', '/etc/systemd', '/etc/systemd/system', '/etc/tmpfiles.d', '/etc/udev'],
  ...[
    '/etc/NetworkManager',
    '/etc/NetworkManager/conf.d',
    '/etc/NetworkManager/system-connections',
    '/etc/udev/rules.d',
  ],
  ...['/etc/audit', '/etc/audit/rules.d', '/etc/cloud', '/etc/cloud/cloud.cfg.d', '/etc/default', '/etc/dracut.conf.d'],
  ...[
    '/etc/yum.repos.d',
    '/etc/dconf',
    '/etc/dconf/db',
    '/etc/security/limits.d',
    '/etc/pki/ca-trust',
    '/etc/rsyslog.d',
  ],
]);

/** Image types of which a commit keeps directories below `/etc` alone. */
const OSTREE: ReadonlySet<string> = new Set<ImageType>(['edge-commit', 'edge-installer']);

export function isPresentDirectory(path: string): boolean {
  return PRESENT.has(path);
}

/** The directories above a path, without the root; the direct one is the last. */
export function parentsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** Whether an image type takes a directory at a place. */
export function takesDirectory(imageType: string, path: string): boolean {
  return !OSTREE.has(imageType) || path.startsWith('/etc/');
}

/** The directory of a file that the image may lack; `null` when every image has it, or the request creates it. */
export function missingParent(path: string, { directories = [] }: Customizations): string | null {
  const parent = parentsOf(path).at(-1);
  if (parent === undefined || isPresentDirectory(parent)) return null;
  const isCreated = directories.some(
    (directory) => directory.path === parent || directory.path.startsWith(`${parent}/`),
  );
  return isCreated ? null : parent;
}

/** Directories to create for files with `ensure_parents`: composer takes that member without effect. */
export function parentDirectories(customizations: Customizations, imageType: string): readonly string[] {
  const { files = [] } = customizations;
  const paths = new Set(files.map(({ path }) => path));
  const parents = files
    .filter(({ ensure_parents: ensured }) => ensured)
    .map(({ path }) => missingParent(path, customizations))
    .filter((parent) => parent !== null && !paths.has(parent) && takesDirectory(imageType, parent));
  return [...new Set(parents as readonly string[])];
}
