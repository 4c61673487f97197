import { bytesOf, DATA_SIZES } from './data-size.ts';
import { layoutOf, type DiskLayout, type PartitionLayout, type Volume } from './disk-layout.ts';
import { mountpointFault, mountpointFormFault } from './mountpoint.ts';
import { duplicates, select, type FindingKind, type Place, type Rule, type Violation } from './rule.ts';
import { bootPartitions, type BuildSubject, type BuildTarget } from './target.ts';

/** A rule about the layout of the disk. */
interface DiskEntry {
  readonly title: string;
  readonly kind?: FindingKind;
  readonly applies?: (target: BuildTarget) => boolean;
  readonly find: (layout: DiskLayout, target: BuildTarget) => readonly Violation[];
}

/** A rule about each volume of the layout. */
const volumes = (
  title: string,
  fault: (volume: Volume, target: BuildTarget) => Omit<Violation, 'pointer'> | null | undefined | false | '',
  member = '',
): DiskEntry => ({
  title,
  find: (layout, target) =>
    layout.volumes.flatMap((volume) => {
      const found = fault(volume, target);
      return found ? [{ pointer: `${volume.pointer}${member}`, ...found }] : [];
    }),
});

const isSwap = ({ fsType }: Volume): boolean => fsType === 'swap';

const placesOf = (items: readonly Volume[], member: 'name' | 'mountpoint'): Place[] =>
  items.flatMap((item) => (item[member] ? [{ pointer: `${item.pointer}/${member}`, value: item[member] }] : []));

const repeated = (places: readonly Place[], says: string): Violation[] =>
  duplicates(places).map(({ pointer, value }) => ({ pointer, value: String(value), says }));

const BOOT_TYPES: Readonly<Record<string, readonly string[]>> = { '/boot': ['xfs', 'ext4'], '/boot/efi': ['vfat'] };

/** Mount points of files that packages install. */
const SYSTEM_MOUNTS: ReadonlySet<string> = new Set(['/', '/usr', '/opt', '/var', '/home', '/root', '/srv']);

/** Partitions that firmware or boot loader read themselves. */
const PLAIN_ONLY: Readonly<Record<Volume['holder'], readonly string[]>> = {
  plain: [],
  lvm: ['/boot', '/boot/efi'],
  btrfs: ['/boot/efi'],
};

/** Lengths of labels, in characters. */
const LABEL_LENGTH: Readonly<Record<string, number>> = { xfs: 12, ext4: 16, vfat: 11, swap: 12 };

const UUID = /^(?:urn:uuid:)?(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32})$/i;
const DOS_TYPE = /^[0-9a-f]{2}$/i;

const PART_TYPES = {
  gpt: { fits: (type: string) => UUID.test(type), takes: 'a UUID' },
  dos: { fits: (type: string) => DOS_TYPE.test(type), takes: 'two hexadecimal digits' },
  any: {
    fits: (type: string) => UUID.test(type) || DOS_TYPE.test(type),
    takes: 'a UUID for gpt, two hexadecimal digits for dos',
  },
};

const partTypes = ({ table, partitions }: DiskLayout, { options }: BuildTarget): Violation[] => {
  const { fits, takes } = PART_TYPES[table ?? options?.partitionTable ?? 'any'];
  return partitions.flatMap(({ pointer, partType }) =>
    partType === undefined || partType === '' || fits(partType)
      ? []
      : [{ pointer: `${pointer}/part_type`, value: partType, says: 'is no partition type', takes }],
  );
};

const MAX_DOS_PARTITIONS = 4;

const hasMount = (items: readonly Volume[], mountpoint: string): boolean =>
  items.some((volume) => volume.mountpoint === mountpoint);

/** Whether a partition for `/boot` is added: the boot loader does not read LVM, nor always btrfs. */
const needsBoot = ({ partitions, volumes: all }: DiskLayout): boolean => {
  if (partitions.every(({ kind }) => kind === 'plain') || hasMount(all, '/boot')) return false;
  return !all.some(({ holder, mountpoint }) => holder === 'plain' && mountpoint === '/');
};

/** Partitions of the finished table: some are added for booting, and for the root file system. */
const countPartitions = (layout: DiskLayout, target: BuildTarget): number => {
  const { bios, efi } = bootPartitions(target);
  const hasRoot = hasMount(layout.volumes, '/') || layout.partitions.some(({ kind }) => kind !== 'plain');
  const added = [bios, efi && !hasMount(layout.volumes, '/boot/efi'), needsBoot(layout), !hasRoot];
  return layout.partitions.length + added.filter(Boolean).length;
};

const dosPartitions = (layout: DiskLayout, target: BuildTarget): Violation[] => {
  if ((layout.table ?? target.options?.partitionTable) !== 'dos') return [];
  const count = countPartitions(layout, target);
  if (count <= MAX_DOS_PARTITIONS) return [];
  return [
    {
      pointer: `${layout.pointer}/partitions`,
      says: `make ${count} partitions, with those for booting and the root file system`,
      takes: `${MAX_DOS_PARTITIONS} in a dos table`,
    },
  ];
};

const moreThanOne =
  (kind: PartitionLayout['kind'], what: string) =>
  ({ partitions }: DiskLayout): Violation[] =>
    partitions
      .filter((partition) => partition.kind === kind)
      .slice(1)
      .map(({ pointer }) => ({ pointer, says: `is another ${what}`, takes: `one ${what}` }));

const mixed = ({ pointer, partitions }: DiskLayout): Violation[] => {
  const kinds = new Set(partitions.map(({ kind }) => kind));
  if (!kinds.has('lvm') || !kinds.has('btrfs')) return [];
  return [{ pointer: `${pointer}/partitions`, says: 'combine LVM and btrfs', takes: 'one of the two' }];
};

const emptyGroups = ({ partitions, volumes: all }: DiskLayout): Violation[] =>
  partitions.flatMap(({ pointer, kind, volumes: held }): Violation[] => {
    if (held.length > 0 || kind === 'plain') return [];
    if (kind === 'btrfs') return [{ pointer, says: 'has no subvolume', takes: 'at least one' }];
    // Without a root file system the group gets one.
    return hasMount(all, '/') ? [{ pointer, says: 'has no logical volume', takes: 'at least one' }] : [];
  });

const sizes = (layout: DiskLayout, disk: unknown): Violation[] =>
  ['minsize', 'partitions/#/minsize', 'partitions/#/logical_volumes/#/minsize']
    .flatMap((pattern) => select(disk, pattern, layout.pointer))
    .flatMap(({ pointer, value }) =>
      typeof value === 'string' && bytesOf(value) === null
        ? [{ pointer, value, says: 'is no size, or too large', takes: DATA_SIZES }]
        : [],
    );

/** Members of the other kinds of partitions: composer drops them without a word. */
const FOREIGN: Readonly<Record<PartitionLayout['kind'], readonly string[]>> = {
  plain: ['name', 'logical_volumes', 'subvolumes'],
  lvm: ['mountpoint', 'fs_type', 'label', 'subvolumes'],
  btrfs: ['name', 'mountpoint', 'fs_type', 'label', 'logical_volumes'],
};

const foreignMembers = ({ partitions }: DiskLayout, { disk }: BuildSubject['customizations']): Violation[] =>
  partitions.flatMap(({ pointer, kind }, index) =>
    FOREIGN[kind]
      .filter((member) => Object.hasOwn(disk?.partitions[index] ?? {}, member))
      .map((member) => ({ pointer: `${pointer}/${member}`, says: `has no effect on a partition of type ${kind}` })),
  );

const FOREIGN_RULE: Rule = {
  ...{ title: 'no effect', kind: 'warning', lost: true, about: ['disk'] },
  find: ({ customizations }) =>
    customizations.disk ? foreignMembers(layoutOf(customizations.disk), customizations) : [],
};

const HAS_NAME = /[a-zA-Z0-9+_.]/;
const LVM_NAME = /^[a-zA-Z0-9+_.][a-zA-Z0-9+_.-]*$/;
const LVM_NAMES = 'letters, digits and "+_.-", the first no "-"';
/** Names of volume groups and their volumes. */
const lvmNames = ({ partitions }: DiskLayout): { readonly pointer: string; readonly value: string }[] =>
  partitions
    .filter(({ kind }) => kind === 'lvm')
    .flatMap((group) => [group, ...group.volumes])
    .flatMap(({ pointer, name }) => (name ? [{ pointer: `${pointer}/name`, value: name }] : []));

const SWAP_ON_ARM = 'is swap space, which RHEL 8 for aarch64 cannot have: the page sizes differ';

const DISK_ENTRIES: readonly DiskEntry[] = [
  { title: 'partition table', find: dosPartitions },
  { title: 'partition type', find: partTypes },
  { title: 'LVM and btrfs', find: mixed },
  { title: 'volume groups', find: moreThanOne('lvm', 'volume group') },
  { title: 'btrfs volumes', find: moreThanOne('btrfs', 'btrfs volume') },
  { title: 'empty volume', find: emptyGroups },
  volumes(
    'mount point',
    (volume, { mode }) =>
      // The location is up to the container.
      !isSwap(volume) && (mode === 'image' ? mountpointFormFault : mountpointFault)(volume.mountpoint ?? ''),
    '/mountpoint',
  ),
  volumes(
    'swap space',
    (volume) =>
      isSwap(volume) &&
      volume.mountpoint && { value: volume.mountpoint, says: 'is the mount point of swap space', takes: 'none' },
    '/mountpoint',
  ),
  {
    title: 'duplicate mount point',
    find: (layout) => repeated(placesOf(layout.volumes, 'mountpoint'), 'is mounted twice'),
  },
  {
    title: 'duplicate volume name',
    find: ({ partitions }) =>
      partitions.flatMap((partition) => repeated(placesOf(partition.volumes, 'name'), 'is the name of two volumes')),
  },
  volumes('subvolume name', ({ holder, name }) => holder === 'btrfs' && !name && { says: 'is empty' }, '/name'),
  {
    title: 'LVM name',
    find: (layout) =>
      lvmNames(layout).flatMap(({ pointer, value }) =>
        HAS_NAME.test(value) ? [] : [{ pointer, value, says: 'is no name', takes: LVM_NAMES }],
      ),
  },
  {
    title: 'LVM name',
    kind: 'warning',
    find: (layout) =>
      lvmNames(layout).flatMap(({ pointer, value }) =>
        HAS_NAME.test(value) && !LVM_NAME.test(value)
          ? [{ pointer, value, says: 'is a name that LVM refuses', takes: LVM_NAMES }]
          : [],
      ),
  },
  volumes(
    'file system type',
    ({ mountpoint = '', fsType }) =>
      fsType !== undefined &&
      BOOT_TYPES[mountpoint]?.includes(fsType) === false && {
        ...{ value: fsType, says: `is the file system of ${mountpoint}`, takes: BOOT_TYPES[mountpoint].join(' or ') },
      },
    '/fs_type',
  ),
  volumes(
    'boot partition',
    ({ holder, mountpoint = '' }) =>
      PLAIN_ONLY[holder].includes(mountpoint) && {
        ...{
          value: mountpoint,
          says: `cannot be on ${holder === 'lvm' ? 'LVM' : 'btrfs'}`,
          takes: 'a plain partition',
        },
      },
    '/mountpoint',
  ),
  volumes(
    'label',
    ({ fsType = '', label = '' }) =>
      label.length > (LABEL_LENGTH[fsType] ?? Infinity) && {
        ...{ value: label, says: 'is too long a label', takes: `${LABEL_LENGTH[fsType]} characters for ${fsType}` },
      },
    '/label',
  ),
  {
    title: 'file system type',
    kind: 'warning',
    find: ({ volumes: all }) =>
      all
        .filter(({ mountpoint = '', fsType }) => fsType === 'vfat' && SYSTEM_MOUNTS.has(mountpoint))
        .map(({ pointer, mountpoint = '' }) => ({
          ...{
            pointer: `${pointer}/fs_type`,
            value: 'vfat',
            says: `keeps no owners and links: ${mountpoint} needs them`,
          },
          takes: 'xfs or ext4',
        })),
  },
  {
    title: 'swap on aarch64',
    applies: ({ system, major, architecture }) => system === 'rhel' && major === 8 && architecture === 'aarch64',
    find: (layout) => layout.volumes.filter(isSwap).map(({ pointer }) => ({ pointer, says: SWAP_ON_ARM })),
  },
  {
    title: 'size',
    kind: 'warning',
    // The root file system grows to what the system needs.
    find: ({ volumes: all }) =>
      all
        .filter(({ holder, size, mountpoint }) => holder !== 'btrfs' && size === undefined && mountpoint !== '/')
        .map(({ pointer }) => ({ pointer, says: 'has no minsize, which may leave no room for it' })),
  },
];

const toRule = ({ title, kind = 'error', applies, find }: DiskEntry): Rule => ({
  ...{ title, kind, about: ['disk'], ...(applies ? { applies } : {}) },
  find: ({ customizations: { disk }, target }) => (disk ? find(layoutOf(disk), target) : []),
});

const SIZE_RULE: Rule = {
  ...{ title: 'size', kind: 'error', about: ['disk'] },
  find: ({ customizations: { disk } }) => (disk ? sizes(layoutOf(disk), disk) : []),
};

/** The layout of the disk: composer refuses the build, or osbuild cannot create it. */
export const DISK_RULES: readonly Rule[] = [...DISK_ENTRIES.map(toRule), SIZE_RULE, FOREIGN_RULE];
