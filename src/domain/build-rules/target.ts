import type { Distribution } from '../distributions/registry.ts';
import type { ImageSource } from '../compose-requests/image-source.ts';
import type { Customizations, ImageRequest, ImageType } from '../compose-requests/types.ts';
import type { TypeOptions } from './type-options.ts';

/** The systems whose rules are known. */
export type System = 'rhel' | 'centos' | 'fedora';

/** What an image is built for: the part of a request that decides which rules apply. */
export interface BuildTarget {
  /** Whether the system comes from the packages of a distribution, or from a container. */
  readonly mode: ImageSource['mode'];
  readonly imageType: ImageType;
  readonly architecture: ImageRequest['architecture'];
  /** As shown to people: the key of the distribution, or "image mode". */
  readonly distribution: string;
  /** `null` for a system whose rules are not known. */
  readonly system: System | null;
  readonly major: number | null;
  /** `null` for CentOS Stream, Fedora, betas and nightlies. */
  readonly minor: number | null;
  /** What the image type takes; `null` while composer has not answered. */
  readonly options: TypeOptions | null;
  /** The image types of the distribution and architecture that take a customization, by the name that composer has for it. */
  readonly typesTaking: (option: string) => readonly ImageType[];
}

/** One image of a request, with its target. */
export interface BuildSubject {
  readonly customizations: Customizations;
  readonly image: ImageRequest;
  /** JSON pointer to the image request. */
  readonly imagePointer: string;
  readonly target: BuildTarget;
}

/** Image types that are made of an OSTree commit. */
const OSTREE: ReadonlySet<ImageType> = new Set(['edge-commit', 'edge-installer']);

/** Installers that hold no system of their own. */
const WITHOUT_SYSTEM: ReadonlySet<ImageType> = new Set([
  'edge-installer',
  'network-installer',
  'bootable-container-iso',
]);

/** Installers that create users and groups by a kickstart file. */
const KICKSTART: ReadonlySet<ImageType> = new Set(['edge-installer', 'image-installer', 'bootable-container-iso']);

/** Image types whose default layout of the disk uses LVM, since major version 9. */
const LVM_BASED: ReadonlySet<ImageType> = new Set(['oci']);

export function isOstree({ imageType }: BuildTarget): boolean {
  return OSTREE.has(imageType);
}

export function hasSystem({ imageType }: BuildTarget): boolean {
  return !WITHOUT_SYSTEM.has(imageType);
}

export function usesKickstart({ imageType }: BuildTarget): boolean {
  return KICKSTART.has(imageType);
}

/** Whether the system is a disk image made of a container. */
export function isContainerDisk(target: BuildTarget): boolean {
  return target.mode === 'image' && hasSystem(target);
}

/** Whether the layout without customizations uses LVM: as composer says, or as is known of the image type. */
export function isLvmBased({ imageType, system, major, options }: BuildTarget): boolean {
  const known = options?.lvmBased ?? null;
  if (known !== null) return known;
  return LVM_BASED.has(imageType) && system !== 'fedora' && (major ?? 0) >= 9;
}

/** Partitions that are added for booting: one for BIOS, one for UEFI. */
export function bootPartitions({ imageType, architecture, options }: BuildTarget): { bios: boolean; efi: boolean } {
  const mode = options?.bootMode ?? (architecture === 'aarch64' || imageType === 'gcp' ? 'uefi' : 'hybrid');
  return { bios: mode === 'legacy' || mode === 'hybrid', efi: mode === 'uefi' || mode === 'hybrid' };
}

/** The system and version of a distribution, by its name. */
export function systemOf({
  name,
  rhelMajor,
  rhelVersion,
}: Pick<Distribution, 'name' | 'rhelMajor' | 'rhelVersion'>): Pick<BuildTarget, 'system' | 'major' | 'minor'> {
  if (rhelMajor !== null) return { system: 'rhel', major: rhelMajor, minor: rhelVersion?.minor ?? null };
  const [, system, major] = /^(centos|fedora)-(\d+)/.exec(name) ?? [];
  return {
    system: (system as System | undefined) ?? null,
    major: major === undefined ? null : Number(major),
    minor: null,
  };
}
