import type { components } from '../../../generated/upstream/composer.ts';
import type { Distribution, DistributionRegistry } from '../../../src/domain/distributions/registry.ts';
import { API_PATH } from './errors.ts';

type Schemas = components['schemas'];

/** Names that the service has for image types composer calls otherwise. */
const ALIASES: Readonly<Record<string, string>> = {
  ami: 'aws',
  vhd: 'azure',
  'rhel-edge-commit': 'edge-commit',
  'rhel-edge-installer': 'edge-installer',
};

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

const imageTypeInfo = (name: string): Schemas['ImageTypeInfo'] => ({
  name,
  aliases: Object.keys(ALIASES).filter((alias) => ALIASES[alias] === name),
  filename: name.endsWith('installer') ? 'installer.iso' : 'disk.img',
  mime_type: 'application/octet-stream',
  default_size: 10 * GIBIBYTE,
  boot_mode: 'hybrid',
  partition_type: 'gpt',
  supported_blueprint_options: ['distro', 'packages', 'customizations.user', 'customizations.hostname'],
  required_blueprint_options: [],
});

/** Whether a filter of the query lets a name through; no filter lets all. */
const passes = (wanted: readonly string[] | undefined, name: string): boolean => !wanted || wanted.includes(name);

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
        .map(([arch, { imageTypes }]) => [
          arch,
          {
            name: arch,
            image_types: Object.fromEntries(
              [...new Set(imageTypes.map((type) => ALIASES[type] ?? type))]
                .filter((type) => passes(query.image_type, type))
                .map((type) => [type, imageTypeInfo(type)]),
            ),
          },
        ]),
    ),
  };
}
