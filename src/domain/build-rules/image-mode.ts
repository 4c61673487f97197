import type { ImageRequest, ImageType } from '../compose-requests/types.ts';
import { ACCOUNT_RULES } from './account-rules.ts';
import { DISK_RULES } from './disk-rules.ts';
import { FILE_RULES } from './file-rules.ts';
import { FILESYSTEM_SIZE_RULES } from './filesystem-rules.ts';
import { containerMounts } from './location-policy.ts';
import { mountpointFormFault } from './mountpoint.ts';
import { select, type Rule } from './rule.ts';
import { LEFT_OUT, NO_EFFECT } from './supported-options.ts';
import { COMMON_SYSTEM_RULES } from './system-rules.ts';
import { isContainerDisk } from './target.ts';
import type { TypeOptions } from './type-options.ts';

/**
 * What disks made of a container take. Composer does not list it. The image library does not list file systems, and
 * sizes them; only its newer versions take Ignition, so nothing is said of it.
 */
const DISK_OPTIONS: readonly string[] = [
  ...['user', 'group', 'files', 'directories', 'disk', 'filesystem', 'kernel.append', 'ignition'],
].map((member) => `customizations.${member}`);

const INSTALLER_OPTIONS: readonly string[] = ['user', 'group', 'kernel.append', 'installer', 'fips'].map(
  (member) => `customizations.${member}`,
);

const DISKS: ReadonlySet<ImageType> = new Set(['aws', 'azure', 'gcp', 'guest-image', 'oci', 'vsphere', 'vsphere-ova']);

/** Image types of the containers that the service offers. */
export const IMAGE_MODE: readonly ImageType[] = ['aws', 'azure', 'gcp', 'guest-image', 'bootable-container-iso'];

/** Image types that are made of packages or OSTree commits: composer refuses them. */
const PACKAGES_ONLY: ReadonlySet<ImageType> = new Set([
  ...(['edge-commit', 'edge-installer', 'image-installer', 'network-installer', 'wsl'] as const),
]);

/** What an image type takes in image mode; `null` where it is not known. */
export function imageModeOptions(type: ImageType, architecture: ImageRequest['architecture']): TypeOptions | null {
  const isInstaller = type === 'bootable-container-iso';
  if (!isInstaller && !DISKS.has(type)) return null;
  return {
    ...{ supported: isInstaller ? INSTALLER_OPTIONS : DISK_OPTIONS, required: [] },
    ...{ bootMode: architecture === 'aarch64' ? 'uefi' : 'hybrid', partitionTable: 'gpt', lvmBased: false },
  };
}

const TYPE: Rule = {
  ...{ title: 'image type', kind: 'error', about: ['image'], applies: ({ imageType }) => PACKAGES_ONLY.has(imageType) },
  find: ({ image: { image_type: type }, imagePointer }) => [
    {
      ...{ pointer: `${imagePointer}/image_type`, value: type, says: 'cannot be made of a container' },
      takes: IMAGE_MODE.join(', '),
    },
  ],
};

const OSTREE: Rule = {
  ...{ title: 'OSTree', kind: 'warning', about: ['image'], lost: true },
  find: ({ image: { ostree }, imagePointer }) =>
    ostree ? [{ pointer: `${imagePointer}/ostree`, says: 'has no effect in image mode' }] : [],
};

const MOUNTS = '/, /boot, and directories of your own below /var';

const MOUNTPOINT: Rule = {
  ...{ title: 'mount point', kind: 'error', about: ['filesystem'], applies: isContainerDisk },
  find: ({ customizations }) =>
    select(customizations, 'filesystem/#/mountpoint').flatMap(({ pointer, value }) => {
      const mountpoint = String(value);
      const fault = mountpointFormFault(mountpoint);
      if (fault !== null) return [{ pointer, ...fault }];
      return containerMounts.allows(mountpoint)
        ? []
        : [{ pointer, value: mountpoint, says: 'is part of the container', takes: MOUNTS }];
    }),
};

/** Directories below `/var` that containers commonly have, some as links. */
const OF_CONTAINERS = /^\/var(?:$|\/(?:home|lock|mail|mnt|roothome|run|srv|usrlocal)(?:\/|$))/;

const SHARED_MOUNTPOINT: Rule = {
  ...{ title: 'mount point', kind: 'warning', about: ['filesystem'], applies: isContainerDisk },
  find: ({ customizations }) =>
    select(customizations, 'filesystem/#/mountpoint', undefined, (value) => OF_CONTAINERS.test(String(value))).map(
      ({ pointer, value }) => ({
        ...{ pointer, value: String(value), says: 'is a directory of the container: the build may be refused' },
        takes: MOUNTS,
      }),
    ),
};

/** Rules about members that installers leave out. */
const onDisks = (rule: Rule): Rule => ({
  ...rule,
  applies: (target) => isContainerDisk(target) && rule.applies?.(target) !== false,
});

/** Rules of images that are made of a container, in the order in which their findings are reported. */
export const IMAGE_MODE_RULES: readonly Rule[] = [
  ...[TYPE, OSTREE, MOUNTPOINT, SHARED_MOUNTPOINT],
  ...[...FILESYSTEM_SIZE_RULES, ...DISK_RULES].map(onDisks),
  ...[...FILE_RULES, ...ACCOUNT_RULES, ...COMMON_SYSTEM_RULES],
  ...[LEFT_OUT, NO_EFFECT],
];
