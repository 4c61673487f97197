import type { ImageSource } from './image-source.ts';
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

/** The directory of a path, without what precedes the first slash; `null` for the root. */
const parentOf = (path: string): string | null => {
  const start = path.indexOf('/');
  const end = path.lastIndexOf('/');
  return end > start ? path.slice(start, end) : null;
};

/**
 * Paths below a file, with the highest such file. Takes absolute paths; the others have none.
 * Sorted, paths below a file follow it: no path is taken apart, however deep it is.
 */
export function filesAbove(files: readonly string[], paths: readonly string[]): ReadonlyMap<string, string> {
  const names = new Set(files.filter((path) => path !== ''));
  const keys = [...new Set([...names, ...paths])].filter((path) => path.startsWith('/')).map((path) => `${path}/`);
  const above = new Map<string, string>();
  let file = '';
  for (const key of keys.sort()) {
    const path = key.slice(0, -1);
    if (file !== '' && key.startsWith(file)) above.set(path, file.slice(0, -1));
    else if (names.has(path)) file = key;
  }
  return above;
}

/** Place of the first of sorted texts that is not before a text. */
const lowerBound = (sorted: readonly string[], text: string): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as string) < text) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** What decides where an image takes directories. */
interface ImageKind {
  readonly imageType: string;
  readonly mode: ImageSource['mode'];
}

/** Whether an image takes a directory at a place. */
export function takesDirectory({ imageType, mode }: ImageKind, path: string): boolean {
  return (mode === 'package' && !OSTREE.has(imageType)) || path.startsWith('/etc/');
}

/**
 * Finds the directory of a file that the image may lack; `null` when every image has it, or the request creates it.
 * Made once for all files of a request.
 */
export function missingParentFinder({ directories = [] }: Customizations): (path: string) => string | null {
  const created = directories.map(({ path }) => `${path}/`).sort();
  const isCreated = (path: string): boolean =>
    created.length > 0 && created[lowerBound(created, `${path}/`)]?.startsWith(`${path}/`) === true;
  return (path) => {
    const parent = parentOf(path);
    return parent === null || isPresentDirectory(parent) || isCreated(parent) ? null : parent;
  };
}

/** Directories to create for files with `ensure_parents`: composer takes that member without effect. */
export function parentDirectories(customizations: Customizations, image: ImageKind): readonly string[] {
  const { files = [] } = customizations;
  const paths = new Set(files.map(({ path }) => path));
  const missingParent = missingParentFinder(customizations);
  const parents = files
    .filter(({ ensure_parents: ensured }) => ensured)
    .map(({ path }) => missingParent(path))
    .filter((parent) => parent !== null && !paths.has(parent) && takesDirectory(image, parent));
  return [...new Set(parents as readonly string[])];
}
