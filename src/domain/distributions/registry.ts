import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  ARCHITECTURES,
  parseDefinition,
  type ArchitectureDefinition,
  type ArchitectureName,
  type BootcDefinition,
  type DistributionDefinition,
} from './definition.ts';
import { readGroups } from './group-lists.ts';
import { readJson } from './json-file.ts';
import { createPackageIndex, type ListedPackage, type PackageIndex } from './package-index.ts';
import { rhelMajorOf, rhelVersionOf, type RhelVersion } from './rhel-version.ts';

/** A distribution under the name by which the API knows it: that of its directory, or of an alias. */
export interface Distribution extends DistributionDefinition {
  readonly key: string;
  /** Name composer knows it by. */
  readonly nameAtComposer: string;
  readonly rhelVersion: RhelVersion | null;
  /** Major version of RHEL, also of betas and nightlies; `null` for other systems. */
  readonly rhelMajor: number | null;
  /** Some repository needs a RHEL subscription. */
  readonly needsEntitlement: boolean;
  /** Offers image-mode base images and nothing else. */
  readonly imageModeOnly: boolean;
  readonly packages: ReadonlyMap<ArchitectureName, PackageIndex>;
  /** Directory of the data, for what is read on request. */
  readonly directory: string;
}

/** An image-mode base image with the distribution that offers it. */
export interface BootcImage extends BootcDefinition {
  readonly distribution: Distribution;
  readonly architecture: ArchitectureName;
}

export interface DistributionRegistry {
  /** Every distribution, sorted by key. */
  readonly all: readonly Distribution[];
  /** Every image-mode base image: by distribution key, then x86_64 first, then file order. */
  readonly bootcImages: readonly BootcImage[];
  /** The distributions a caller may know of. */
  readonly available: (caller: { readonly entitled: boolean }) => readonly Distribution[];
  /** A distribution by key, if the caller may know of it. */
  readonly find: (key: string, caller: { readonly entitled: boolean }) => Distribution | null;
  /** A RHEL distribution of exactly that version, if the caller may know of one. */
  readonly findRhel: (version: RhelVersion, caller: { readonly entitled: boolean }) => Distribution | null;
  /**
   * Reads all package lists that were not needed yet, one after the other; between two of them others get their turn.
   * @throws Error naming file and field of the first list that cannot be used
   */
  readonly loadPackages: () => Promise<void>;
  /** Repositories whose packages are to be verified although the key is not there, as `distribution/architecture/id`. */
  readonly repositoriesWithoutKey: readonly string[];
}

/** A list that is not there is told at once; what is in the others, when they are read. */
const refuseMissing = (file: string): void => {
  if (!existsSync(file)) throw new Error(`${file}: cannot be read`);
};

const readPackages = (file: string): readonly ListedPackage[] => {
  const list = readJson(file);
  if (list === null) return [];
  if (!Array.isArray(list)) throw new Error(`${file}: must be a list of packages`);
  return list.map((item: Partial<ListedPackage> | null, index) => {
    if (typeof item !== 'object' || Array.isArray(item)) throw new Error(`${file}: /${index}: must be an object`);
    const name = item?.name ?? '';
    const summary = item?.summary ?? '';
    if (typeof name !== 'string') throw new Error(`${file}: /${index}/name: must be a string`);
    if (typeof summary !== 'string') throw new Error(`${file}: /${index}/summary: must be a string`);
    return { name, summary };
  });
};

const indexPackages = (
  directory: string,
  name: string,
  architecture: ArchitectureName,
  { repositories }: ArchitectureDefinition,
): PackageIndex => {
  const lists = repositories.map(({ id, imageTypeTags }) => {
    const files = join(directory, `${name}-${architecture}-${id}`);
    refuseMissing(`${files}-packages.json`);
    return { files, searched: imageTypeTags.length === 0 };
  });
  const files = lists.filter(({ searched }) => searched).map((list) => list.files);
  return createPackageIndex(() => ({
    packages: files.map((file) => readPackages(`${file}-packages.json`)),
    groups: readGroups(files),
  }));
};

const loadDirectory = (directory: string): Omit<Distribution, 'key'> => {
  const name = basename(directory);
  const file = join(directory, `${name}.json`);
  const definition = parseDefinition(readJson(file), file);
  const architectures = [...definition.architectures.values()];
  return {
    ...definition,
    directory,
    nameAtComposer: definition.composerName ?? definition.name,
    rhelVersion: rhelVersionOf(definition.name),
    rhelMajor: rhelMajorOf(definition.name),
    needsEntitlement: architectures.some(({ repositories }) => repositories.some(({ rhsm }) => rhsm)),
    imageModeOnly:
      architectures.some(({ bootc }) => bootc.length > 0) &&
      architectures.every(({ imageTypes }) => imageTypes.length === 0),
    packages: new Map(
      definition.hasPackageLists
        ? [...definition.architectures].map(([arch, value]) => [arch, indexPackages(directory, name, arch, value)])
        : [],
    ),
  };
};

/** Longest file that can be an alias; anything else that is no directory does not belong here. */
const ALIAS_LENGTH = 255;

/**
 * The directory an entry leads to. An alias is a symbolic link, or a file that holds the name of its target: that is what
 * git and some archives make of links where links are not to be had.
 * @throws Error naming an entry that is neither a directory nor an alias of one
 */
export function resolveEntry(directory: string, key: string): string {
  const entry = join(directory, key);
  let resolved: string;
  try {
    resolved = realpathSync(entry);
    if (statSync(resolved).isDirectory()) return resolved;
    const target = statSync(resolved).size <= ALIAS_LENGTH ? readFileSync(resolved, 'utf8') : '';
    resolved = /^[^\s/]+$/.test(target) ? realpathSync(join(directory, target)) : resolved;
  } catch (error) {
    throw new Error(`${entry}: leads nowhere`, { cause: error });
  }
  if (!statSync(resolved).isDirectory()) throw new Error(`${entry}: must be a directory or an alias of one`);
  return resolved;
}

/**
 * Loads a distribution directory: one entry per distribution, links being aliases. Package lists are read when they are needed.
 * @throws Error naming file and field of the first entry that cannot be used; a directory without any is one, too
 */
export function loadDistributions(directory: string): DistributionRegistry {
  const loaded = new Map<string, Omit<Distribution, 'key'>>();
  const all = readdirSync(directory)
    .sort()
    .map((key): Distribution => {
      const resolved = resolveEntry(directory, key);
      const content = loaded.get(resolved) ?? loadDirectory(resolved);
      loaded.set(resolved, content);
      return { ...content, key };
    });
  if (all.length === 0) throw new Error(`${directory}: holds no distribution`);

  const unrestricted = all.filter((distribution) => !distribution.needsEntitlement);
  const byKey = new Map(all.map((distribution) => [distribution.key, distribution]));
  const available: DistributionRegistry['available'] = ({ entitled }) => (entitled ? all : unrestricted);
  return {
    all,
    available,
    find: (key, { entitled }) => {
      const distribution = byKey.get(key);
      return distribution && (entitled || !distribution.needsEntitlement) ? distribution : null;
    },
    findRhel: ({ major, minor }, caller) =>
      available(caller).find(({ rhelVersion }) => rhelVersion?.major === major && rhelVersion.minor === minor) ?? null,
    bootcImages: all.flatMap((distribution) =>
      ARCHITECTURES.flatMap((architecture) =>
        (distribution.architectures.get(architecture)?.bootc ?? []).map((image) => ({
          ...image,
          distribution,
          architecture,
        })),
      ),
    ),
    loadPackages: async () => {
      for (const { packages } of loaded.values()) {
        for (const index of packages.values()) {
          index.load();
          await setImmediate();
        }
      }
    },
    repositoriesWithoutKey: [...loaded.values()].flatMap((distribution) =>
      [...distribution.architectures].flatMap(([architecture, { repositories }]) =>
        repositories
          .filter(({ check_gpg, gpgkey }) => check_gpg === true && !gpgkey)
          .map(({ id }) => `${distribution.name}/${architecture}/${id}`),
      ),
    ),
  };
}
