import { createAjv } from '../../lib/ajv.ts';
import { given } from '../../lib/members.ts';

export interface RepositoryDefinition {
  readonly id: string;
  readonly baseurl?: string;
  readonly metalink?: string;
  readonly gpgkey?: string;
  readonly check_gpg?: boolean;
  /** Needs a subscription. */
  readonly rhsm: boolean;
  /** Image types the repository is for; empty for all. */
  readonly imageTypeTags: readonly string[];
  readonly gpgkeyFingerprints: readonly string[];
}

export interface BootcDefinition {
  readonly type: string;
  readonly reference: string;
  readonly isoPayloadReferences: readonly string[];
}

export interface ArchitectureDefinition {
  readonly imageTypes: readonly string[];
  readonly repositories: readonly RepositoryDefinition[];
  readonly bootc: readonly BootcDefinition[];
}

/** In the order in which they are listed. */
export const ARCHITECTURES = ['x86_64', 'aarch64'] as const;
export type ArchitectureName = (typeof ARCHITECTURES)[number];

export interface DistributionDefinition {
  /** The canonical name, also for an alias. */
  readonly name: string;
  readonly description: string;
  readonly composerName: string | null;
  readonly restrictedAccess: boolean;
  readonly hasPackageLists: boolean;
  readonly hasStarterLists: boolean;
  readonly architectures: ReadonlyMap<ArchitectureName, ArchitectureDefinition>;
}

const nullable = (schema: object): object => ({ ...schema, nullable: true });
const text = nullable({ type: 'string' });
const flag = nullable({ type: 'boolean' });
const texts = nullable({ type: 'array', items: { type: 'string' } });

const architecture = nullable({
  type: 'object',
  properties: {
    image_types: texts,
    repositories: nullable({
      type: 'array',
      items: {
        type: 'object',
        properties: {
          ...{ id: text, baseurl: text, metalink: text, gpgkey: text, check_gpg: flag, rhsm: flag },
          ...{ image_type_tags: texts, gpgkey_fingerprints: texts },
        },
      },
    }),
    bootc: nullable({
      type: 'array',
      items: { type: 'object', properties: { type: text, reference: text, iso_payload_references: texts } },
    }),
  },
});

const schema = {
  type: 'object',
  properties: {
    module_platform_id: text,
    oscap_name: text,
    distribution: nullable({
      type: 'object',
      properties: {
        ...{ name: text, description: text, composer_name: text },
        ...{ restricted_access: flag, no_package_list: flag, starter_package_list: flag },
      },
    }),
    x86_64: architecture,
    aarch64: architecture,
  },
};

type Maybe<T> = T | null | undefined;
interface RawArchitecture {
  image_types?: Maybe<string[]>;
  repositories?: Maybe<
    {
      id?: Maybe<string>;
      baseurl?: Maybe<string>;
      metalink?: Maybe<string>;
      gpgkey?: Maybe<string>;
      check_gpg?: Maybe<boolean>;
      rhsm?: Maybe<boolean>;
      image_type_tags?: Maybe<string[]>;
      gpgkey_fingerprints?: Maybe<string[]>;
    }[]
  >;
  bootc?: Maybe<{ type?: Maybe<string>; reference?: Maybe<string>; iso_payload_references?: Maybe<string[]> }[]>;
}
interface RawDefinition {
  distribution?: Maybe<{
    name?: Maybe<string>;
    description?: Maybe<string>;
    composer_name?: Maybe<string>;
    restricted_access?: Maybe<boolean>;
    no_package_list?: Maybe<boolean>;
    starter_package_list?: Maybe<boolean>;
  }>;
  x86_64?: Maybe<RawArchitecture>;
  aarch64?: Maybe<RawArchitecture>;
}

const validate = createAjv().compile<RawDefinition>(schema);

const toArchitecture = (
  raw: RawArchitecture,
  name: string,
  fail: (problem: string) => Error,
): ArchitectureDefinition => ({
  imageTypes: raw.image_types ?? [],
  repositories: (raw.repositories ?? []).map((repository, index) => {
    const sources = [repository.baseurl, repository.metalink].filter((source) => typeof source === 'string');
    if (sources.length !== 1) {
      throw fail(
        `/${name}/repositories/${index}: repository must always have one of these properties: baseurl, metalink`,
      );
    }
    return {
      id: repository.id ?? '',
      ...given({
        baseurl: repository.baseurl,
        metalink: repository.metalink,
        gpgkey: repository.gpgkey,
        check_gpg: repository.check_gpg,
      }),
      rhsm: repository.rhsm ?? false,
      imageTypeTags: repository.image_type_tags ?? [],
      gpgkeyFingerprints: repository.gpgkey_fingerprints ?? [],
    };
  }),
  bootc: (raw.bootc ?? []).map((image) => ({
    type: image.type ?? '',
    reference: image.reference ?? '',
    isoPayloadReferences: image.iso_payload_references ?? [],
  })),
});

/** Validates a distribution's data file. @throws Error naming the file and the field */
export function parseDefinition(json: unknown, file: string): DistributionDefinition {
  const fail = (problem: string): Error => new Error(`${file}: ${problem}`);
  if (!validate(json)) {
    const [error] = validate.errors ?? [];
    throw fail(`${error?.instancePath ?? ''}: ${error?.message ?? 'not a distribution'}`);
  }
  const { distribution } = json;
  const name = distribution?.name ?? '';
  return {
    name,
    description: distribution?.description ?? '',
    composerName: distribution?.composer_name || null,
    restrictedAccess: distribution?.restricted_access ?? false,
    hasPackageLists: !(distribution?.no_package_list ?? false),
    hasStarterLists: distribution?.starter_package_list ?? false,
    architectures: new Map(
      ARCHITECTURES.flatMap((arch) => {
        const raw = json[arch];
        return raw ? [[arch, toArchitecture(raw, arch, fail)] as const] : [];
      }),
    ),
  };
}
