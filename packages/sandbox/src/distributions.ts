import type { components } from '../../../generated/upstream/composer.ts';
import type { Distribution, DistributionRegistry } from '../../../src/domain/distributions/registry.ts';
import { API_PATH } from './errors.ts';
import { findImageType, imageTypesOf, type LibraryImageType } from './image-types.ts';

type Schemas = components['schemas'];

const GIBIBYTE = 1024 ** 3;

/** A distribution by the name composer has for it. */
export function findByComposerName({ all }: DistributionRegistry, name: string): Distribution | null {
  return all.find(({ nameAtComposer }) => nameAtComposer === name) ?? null;
}

/** Repositories of every distribution, by composer's name and architecture. */
export function distributionList({ all }: DistributionRegistry): Schemas['DistributionList'] {
  return Object.fromEntries(
    all.map(({ nameAtComposer, architectures }) => [
      nameAtComposer,
      Object.fromEntries(
        [...architectures].map(([arch, { repositories }]) => [
          arch,
          repositories.map(({ id, baseurl, metalink, gpgkey, check_gpg: checked }) => ({
            id,
            ...(baseurl === undefined ? {} : { baseurls: [baseurl] }),
            ...(metalink === undefined ? {} : { metalink }),
            ...(gpgkey === undefined ? {} : { gpgkeys: [gpgkey] }),
            ...(checked === undefined ? {} : { gpgcheck: checked }),
          })),
        ]),
      ),
    ]),
  );
}

const MIME_TYPES: readonly (readonly [suffix: RegExp, type: string])[] = [
  [/\.qcow2$/, 'application/x-qemu-disk'],
  [/\.vmdk$/, 'application/x-vmdk'],
  [/\.vhd$/, 'application/x-vhd'],
  [/\.iso$/, 'application/x-iso9660-image'],
  [/\.(?:ova|tar|box|wsl)$/, 'application/x-tar'],
  [/\.xz$/, 'application/xz'],
  [/\.gz$/, 'application/gzip'],
];

const imageTypeInfo = (type: LibraryImageType): Schemas['ImageTypeInfo'] => ({
  ...{ name: type.name, aliases: [...type.aliases], filename: type.filename },
  mime_type: MIME_TYPES.find(([suffix]) => suffix.test(type.filename))?.[1] ?? 'application/octet-stream',
  default_size: 10 * GIBIBYTE,
  ...{ boot_mode: type.bootMode, ...(type.bootMode === 'none' ? {} : { partition_type: 'gpt' as const }) },
  supported_blueprint_options: [...type.supported],
  required_blueprint_options: [...type.required],
});

/** Whether a filter of the query lets a name through; no filter lets all. */
const passes = (wanted: readonly string[] | undefined, name: string): boolean => !wanted || wanted.includes(name);

/** All image types, or those that the names of a filter stand for. */
const imageTypes = (
  distribution: string,
  arch: string,
  wanted: readonly string[] | undefined,
): Record<string, Schemas['ImageTypeInfo']> => {
  const types = wanted
    ? wanted.map((name) => findImageType(distribution, arch, name)).filter((type) => type !== null)
    : imageTypesOf(distribution, arch).values();
  return Object.fromEntries([...types].map((type) => [type.name, imageTypeInfo(type)]));
};

/** Details of a distribution, narrowed down by the query. */
export function distributionDetails(
  { nameAtComposer: name, architectures }: Distribution,
  query: { readonly architecture?: readonly string[]; readonly image_type?: readonly string[] },
): Schemas['DistributionDetails'] {
  const [, system = name, version = ''] = /^([a-z]+)-(.*)$/.exec(name) ?? [];
  return {
    ...{ href: `${API_PATH}/distributions/${name}`, id: name, kind: 'SandboxDistributionDetails' },
    ...{ name, codename: 'Sandbox', releasever: version.split('.')[0] ?? '', os_version: version },
    ...{ product: `Sandbox ${system}`, module_platform_id: `platform:el${version.split('.')[0]}` },
    ostree_ref: `${system}/${version.split('.')[0]}/%s/edge`,
    architectures: Object.fromEntries(
      [...architectures]
        .filter(([arch]) => passes(query.architecture, arch))
        .map(([arch]) => [arch, { name: arch, image_types: imageTypes(name, arch, query.image_type) }]),
    ),
  };
}
