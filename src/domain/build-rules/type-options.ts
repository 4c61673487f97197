import type { components } from '../../../generated/upstream/composer.ts';
import type { ImageType } from '../compose-requests/types.ts';

type DistributionDetails = components['schemas']['DistributionDetails'];
type ImageTypeInfo = components['schemas']['ImageTypeInfo'];

/** What composer reports about an image type. */
export interface TypeOptions {
  /** Customizations that the image type takes, by composer's names; `null` when composer does not list them. */
  readonly supported: readonly string[] | null;
  readonly required: readonly string[];
  readonly bootMode: NonNullable<ImageTypeInfo['boot_mode']> | null;
  readonly partitionTable: 'gpt' | 'dos' | null;
  /** Whether the layout without customizations uses LVM; `null` when composer does not show the layout. */
  readonly lvmBased: boolean | null;
}

/** What composer reports about the image types of one architecture. */
export interface ArchitectureOptions {
  /** `null` for an image type that composer does not list. */
  readonly optionsOf: (type: ImageType) => TypeOptions | null;
}

/** What composer reports about a distribution, by architecture. */
export type DistributionOptions = ReadonlyMap<string, ArchitectureOptions>;

/** Composer's names of our image types, by preference. Aliases are not reliable: some are missing or misspelt. */
const NAMES: Readonly<Partial<Record<ImageType, readonly string[]>>> = {
  aws: ['aws', 'ami', 'generic-ami'],
  azure: ['vhd', 'generic-vhd', 'azure'],
  gcp: ['gcp', 'gce'],
  'guest-image': ['guest-image', 'qcow2', 'generic-qcow2'],
  oci: ['oci', 'generic-oci'],
  vsphere: ['vsphere', 'vmdk', 'generic-vmdk'],
  'vsphere-ova': ['vsphere-ova', 'ova', 'generic-ova'],
  wsl: ['wsl', 'generic-wsl'],
  'image-installer': ['image-installer', 'minimal-installer'],
  'network-installer': ['network-installer', 'everything-network-installer'],
};

const usesLvm = (table: ImageTypeInfo['base_partition_table']): boolean | null => {
  if (!Array.isArray(table?.partitions) || table.partitions.length === 0) return null;
  return table.partitions.some((partition) => (partition as { type?: unknown }).type === 'lvm');
};

const toTypeOptions = (info: ImageTypeInfo): TypeOptions => ({
  supported: Array.isArray(info.supported_blueprint_options) ? info.supported_blueprint_options : null,
  required: info.required_blueprint_options ?? [],
  bootMode: info.boot_mode ?? null,
  partitionTable: info.partition_type ?? null,
  lvmBased: usesLvm(info.base_partition_table),
});

const indexTypes = (infos: readonly ImageTypeInfo[]): ArchitectureOptions => {
  const byName = new Map(infos.map((info) => [info.name, info]));
  const byAlias = new Map(infos.flatMap((info) => (info.aliases ?? []).map((alias) => [alias, info] as const)));
  const find = (type: ImageType): ImageTypeInfo | undefined => {
    const names = NAMES[type] ?? [type];
    const known = names.find((name) => byName.has(name));
    return known === undefined ? byAlias.get(type) : byName.get(known);
  };
  const found = new Map<ImageType, TypeOptions | null>();
  return {
    optionsOf: (type) => {
      let options = found.get(type);
      if (options === undefined) {
        const info = find(type);
        found.set(type, (options = info ? toTypeOptions(info) : null));
      }
      return options;
    },
  };
};

/** Indexes composer's answer about a distribution. Members of unexpected shapes are left out. */
export function indexOptions({ architectures }: DistributionDetails): DistributionOptions {
  return new Map(
    Object.entries(architectures ?? {}).map(([name, { image_types: types }]) => [
      name,
      indexTypes(Object.entries(types ?? {}).map(([typeName, info]) => ({ ...info, name: typeName }))),
    ]),
  );
}
