import type { AapParts } from './aap-registration.ts';
import { toComposerDirectory, toComposerFile } from './files.ts';
import type { OpenscapParts } from './openscap.ts';
import type {
  ComposerCustomizations,
  ComposerCustomRepository,
  ComposerPayloadRepository,
  ComposerSubscription,
  Customizations,
} from './types.ts';

/** Customizations that are derived for one image. */
export interface DerivedParts {
  readonly payloadRepositories: readonly ComposerPayloadRepository[];
  readonly customRepositories: readonly ComposerCustomRepository[];
  readonly subscription: ComposerSubscription | null;
  readonly openscap: OpenscapParts | null;
  readonly needsRhcd: boolean;
  /** Directories to create for files with `ensure_parents`. */
  readonly parentDirectories: readonly string[];
  readonly aap: AapParts | null;
}

/** Composer's contract does not allow every list to be empty. */
const unlessEmpty = <Key extends string, Item>(key: Key, items: readonly Item[]): { [K in Key]?: Item[] } =>
  items.length === 0 ? {} : ({ [key]: [...items] } as { [K in Key]: Item[] });

const toComposerUser = ({ name, ssh_key, groups, password }: NonNullable<Customizations['users']>[number]) => ({
  name,
  ...(ssh_key === undefined ? {} : { key: ssh_key }),
  ...(groups === undefined ? {} : { groups }),
  ...(password ? { password } : {}),
});

/** Members with the same meaning in both contracts. */
const SAME = [
  ...(['packages', 'enabled_modules', 'partitioning_mode', 'locale', 'kernel', 'firewall', 'timezone'] as const),
  ...(['installation_device', 'fdo', 'ignition', 'fips', 'installer', 'hostname'] as const),
] as const;

type Disk = NonNullable<Customizations['disk']>;

/** Composer refuses a partition without a type, although its contract lets it be left out. */
const toComposerDisk = (disk: Disk): Disk => ({
  ...disk,
  partitions: disk.partitions.map((partition) => ({ type: 'plain', ...partition })),
});

const same = (customizations: Customizations): Partial<ComposerCustomizations> =>
  Object.fromEntries(
    SAME.filter((name) => customizations[name] !== undefined).map((name) => [name, customizations[name]]),
  );

const certificates = (given: Customizations['cacerts'], aap: AapParts | null) => {
  const added = aap?.certificates ?? [];
  if (given === undefined && added.length === 0) return {};
  return { cacerts: { pem_certs: [...(given?.pem_certs ?? []), ...added] } };
};

type Services = NonNullable<Customizations['services']>;

/** Enables more services. The given lists are not changed. */
export function withEnabled(services: Services | undefined, added: readonly string[]): Services | undefined {
  const enabled = services?.enabled ?? [];
  const missing = added.filter((service, index) => !enabled.includes(service) && added.indexOf(service) === index);
  if (missing.length === 0) return services;
  return { ...services, enabled: [...enabled, ...missing] };
}

const RHC_WITHOUT_DAEMON = 10;

/**
 * Whether the image needs `rhcd`: it reports to Insights, and hardening disables services that are not requested.
 * @param major major version of RHEL, `null` for other systems and image mode
 */
export function needsRhcd({ subscription, openscap }: Customizations, major: number | null): boolean {
  return subscription?.insights === true && openscap !== undefined && major !== null && major < RHC_WITHOUT_DAEMON;
}

/**
 * Translates customizations; `undefined` when there are none and none are derived.
 * @throws ServiceError `invalid` for file data that cannot be decoded
 */
export function toComposerCustomizations(
  given: Customizations | undefined,
  derived: DerivedParts,
): ComposerCustomizations | undefined {
  const { payloadRepositories, customRepositories, openscap, aap } = derived;
  if (given === undefined) {
    return payloadRepositories.length === 0 ? undefined : { payload_repositories: [...payloadRepositories] };
  }
  const services = withEnabled(given.services, [
    ...(derived.needsRhcd ? ['rhcd'] : []),
    ...(aap === null ? [] : [aap.service]),
  ]);
  return {
    ...same(given),
    ...(derived.subscription === null ? {} : { subscription: derived.subscription }),
    ...unlessEmpty('payload_repositories', payloadRepositories),
    ...unlessEmpty('custom_repositories', customRepositories),
    ...(openscap === null ? {} : { openscap: openscap.openscap }),
    ...(given.disk === undefined ? {} : { disk: toComposerDisk(given.disk) }),
    ...unlessEmpty('filesystem', given.filesystem ?? []),
    ...unlessEmpty('users', (given.users ?? []).map(toComposerUser)),
    ...unlessEmpty('groups', given.groups ?? []),
    ...unlessEmpty('containers', given.containers ?? []),
    ...unlessEmpty('directories', [
      ...(openscap?.directories ?? []),
      ...(given.directories ?? []).map(toComposerDirectory),
      ...derived.parentDirectories.map((path) => ({ path, ensure_parents: true })),
    ]),
    ...unlessEmpty('files', [
      ...(openscap?.files ?? []),
      ...(given.files ?? []).map(toComposerFile),
      ...(aap?.files ?? []),
    ]),
    ...(services === undefined ? {} : { services }),
    ...certificates(given.cacerts, aap),
  };
}
