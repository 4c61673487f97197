import type { Customizations } from '../compose-requests/types.ts';
import { select } from './rule.ts';

type Disk = NonNullable<Customizations['disk']>;
type Partition = Disk['partitions'][number];

/** A file system or swap space: on a partition, in a volume group, or a subvolume of btrfs. */
export interface Volume {
  readonly pointer: string;
  readonly holder: 'plain' | 'lvm' | 'btrfs';
  readonly name: string | undefined;
  readonly mountpoint: string | undefined;
  /** `undefined` for a subvolume. */
  readonly fsType: string | undefined;
  readonly label: string | undefined;
  readonly size: string | undefined;
}

/** A partition, with what it holds. */
export interface PartitionLayout {
  readonly pointer: string;
  readonly kind: 'plain' | 'lvm' | 'btrfs';
  readonly name: string | undefined;
  readonly partType: string | undefined;
  readonly size: string | undefined;
  readonly volumes: readonly Volume[];
}

export interface DiskLayout {
  readonly pointer: string;
  readonly table: 'gpt' | 'dos' | null;
  readonly partitions: readonly PartitionLayout[];
  readonly volumes: readonly Volume[];
}

const KINDS: ReadonlyMap<unknown, PartitionLayout['kind']> = new Map([
  ['lvm', 'lvm'],
  ['btrfs', 'btrfs'],
]);

/** The contract keeps partitions as they were received: members may have any value. */
interface AnyPartition {
  readonly type?: unknown;
  readonly part_type?: unknown;
  readonly minsize?: unknown;
  readonly name?: unknown;
  readonly mountpoint?: unknown;
  readonly fs_type?: unknown;
  readonly label?: unknown;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const toVolume = (pointer: string, holder: Volume['holder'], value: AnyPartition): Volume => ({
  ...{ pointer, holder, name: holder === 'plain' ? undefined : textOf(value.name) },
  ...{ mountpoint: textOf(value.mountpoint), label: textOf(value.label), size: textOf(value.minsize) },
  fsType: holder === 'btrfs' ? undefined : textOf(value.fs_type),
});

const HELD = { lvm: 'logical_volumes', btrfs: 'subvolumes' } as const;

const toPartition = (partition: Partition, pointer: string): PartitionLayout => {
  const value = partition as AnyPartition;
  const kind = KINDS.get(value.type) ?? 'plain';
  const volumes =
    kind === 'plain'
      ? [toVolume(pointer, kind, value)]
      : select(value, `${HELD[kind]}/#`, pointer).map((place) =>
          toVolume(place.pointer, kind, (place.value ?? {}) as AnyPartition),
        );
  return {
    ...{ pointer, kind, volumes, name: textOf(value.name) },
    ...{ partType: textOf(value.part_type), size: textOf(value.minsize) },
  };
};

/** The layout of a disk. A partition without a type is a file system. */
export function layoutOf(disk: Disk): DiskLayout {
  const pointer = '/customizations/disk';
  const partitions = disk.partitions.map((partition, index) =>
    toPartition(partition, `${pointer}/partitions/${index}`),
  );
  return { pointer, table: disk.type ?? null, partitions, volumes: partitions.flatMap(({ volumes }) => volumes) };
}
