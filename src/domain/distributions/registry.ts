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

/** A distribution under its key: the name of its directory or of an alias. */
export interface Distribution extends DistributionDefinition {
  readonly key: string;
  readonly nameAtComposer: string;
  readonly rhelVersion: RhelVersion | null;
  /** Also for betas and nightlies; `null` for other systems. */
  readonly rhelMajor: number | null;
  readonly needsEntitlement: boolean;
  readonly imageModeOnly: boolean;
  readonly packages: ReadonlyMap<ArchitectureName, PackageIndex>;
  readonly directory: string;
}

export interface BootcImage extends BootcDefinition {
  readonly distribution: Distribution;
  readonly architecture: ArchitectureName;
}

export interface DistributionRegistry {
  /** Sorted by key. */
  readonly all: readonly Distribution[];
  /** Sorted by distribution key, architecture and file order. */
  readonly bootcImages: readonly BootcImage[];
  /** The distributions that are visible to a caller. */
  readonly available: (caller: { readonly entitled: boolean }) => readonly Distribution[];
  readonly find: (key: string, caller: { readonly entitled: boolean }) => Distribution | null;
  readonly findRhel: (version: RhelVersion, caller: { readonly entitled: boolean }) => Distribution | null;
  /** Reads the remaining package lists, yielding to the event loop between two. @throws Error naming the file and the field */
  readonly loadPackages: () => Promise<void>;
  /** Repositories that verify packages without a key, as `distribution/architecture/id`. */
  readonly repositoriesWithoutKey: readonly string[];
}

/** Lists are read on first use; a missing file fails at start. */
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

const ALIAS_LENGTH = 255;

/**
 * The directory of an entry. An alias is a symbolic link, or a file with the name of its target, which is what git
 * and archives write where links are not supported.
 * @throws Error naming an invalid entry
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
 * Loads a directory with one entry per distribution or alias. Package lists are read on first use.
 * @throws Error naming the file and the field; also for an empty directory
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
