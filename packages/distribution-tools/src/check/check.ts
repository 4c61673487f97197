import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { loadDistributions } from '../../../../src/domain/distributions/registry.ts';
import { architecturesOf, type Definition, type RepositoryDefinition } from '../definition.ts';
import { findDirectories, readJson, type Architecture, type DistributionDirectory } from '../directory.ts';
import { messageOf } from '../text.ts';
import { LISTS, listFile } from '../lists.ts';
import type { ContractFacts } from './contract.ts';
import { checkDefinition } from './definition.ts';
import { findingsOf, type Finding, type Findings } from './finding.ts';
import { checkList } from './lists.ts';
import { checkProfiles, type PackageNames } from './profiles.ts';

export interface CheckOptions {
  /** A distribution directory. */
  readonly dir: string;
  /** Names of distributions or aliases; all without it. */
  readonly distributions?: readonly string[] | undefined;
  readonly facts: ContractFacts;
  /** Looks whether a repository can be reached, and throws when it cannot; `null` to look at files only. */
  readonly probe: ((repository: RepositoryDefinition) => Promise<void>) | null;
  /** Repositories that are looked at at the same time. */
  readonly parallel: number;
}

/** A directory with its definition, which is in order. */
interface Checked {
  readonly directory: DistributionDirectory;
  readonly definition: Definition;
}

const listOwners = ({ directory, definition }: Checked) =>
  architecturesOf(definition).flatMap(([architecture, { repositories }]) =>
    (repositories ?? []).map(({ id }) => ({ directory, architecture, repository: id })),
  );

/**
 * Checks the lists of a distribution.
 * @returns names of all packages of each architecture that has lists
 */
const checkLists = async (checked: Checked, findingsFor: (file: string) => Findings): Promise<PackageNames> => {
  const { directory, definition } = checked;
  const present = new Set(await readdir(directory.path));
  const hasLists = !definition.distribution.no_package_list;
  const known = new Set<string>();
  const names = new Map<Architecture, Set<string>>();
  for (const owner of listOwners(checked)) {
    for (const kind of LISTS) {
      const file = listFile(owner, kind);
      known.add(file);
      if (!present.has(file)) {
        if (kind === 'packages' && hasLists) {
          findingsFor(file).error('', 'is not there (npm run distributions:packages makes it)');
        }
        continue;
      }
      const findings = findingsFor(file);
      if (!hasLists) findings.warning('', 'is not read: the definition says no_package_list');
      try {
        const found = checkList(kind, await readJson(join(directory.path, file)), findings);
        if (kind !== 'packages' || !hasLists) continue;
        const all = names.get(owner.architecture) ?? new Set();
        found.forEach((name) => all.add(name));
        names.set(owner.architecture, all);
      } catch (error) {
        findings.error('', messageOf(error));
      }
    }
  }
  for (const file of present) {
    if (!known.has(file) && /-(?:packages|groups|environments|modules)\.json$/.test(file)) {
      findingsFor(file).warning('', 'belongs to no repository of the definition');
    }
  }
  return names;
};

const checkReachable = async (
  all: readonly { readonly checked: Checked; readonly findings: Findings }[],
  probe: NonNullable<CheckOptions['probe']>,
  parallel: number,
): Promise<void> => {
  const atOnce = pLimit(parallel);
  // Many distributions share a repository, and most of them say so with the same words.
  const asked = new Map<string, Promise<void>>();
  const look = (repository: RepositoryDefinition): Promise<void> => {
    const { baseurl, metalink, mirrorlist, rhsm } = repository;
    const key = JSON.stringify([baseurl, metalink, mirrorlist, rhsm]);
    const answer = asked.get(key) ?? atOnce(() => probe(repository));
    asked.set(key, answer);
    return answer;
  };
  await Promise.all(
    all.flatMap(({ checked, findings }) =>
      architecturesOf(checked.definition).flatMap(([architecture, { repositories }]) =>
        (repositories ?? []).map(async (repository, index) => {
          try {
            await look(repository);
          } catch (error) {
            findings.error(
              `/${architecture}/repositories/${index}`,
              `${repository.id} cannot be reached: ${messageOf(error)}`,
            );
          }
        }),
      ),
    ),
  );
};

/** Errors first where they are about the same file; otherwise by file and field. */
const inOrder = (findings: readonly Finding[]): Finding[] => {
  const key = ({ file, severity }: Finding): string => `${file} ${severity}`;
  return findings.toSorted((a, b) => (key(a) === key(b) ? 0 : key(a) < key(b) ? -1 : 1));
};

/** Checks a distribution directory: everything that can be wrong with it, not only the first thing. */
export async function checkDirectory(options: CheckOptions): Promise<Finding[]> {
  const { dir, distributions, facts, probe, parallel } = options;
  const all: Finding[] = [];
  const { directories, problems } = await findDirectories(dir, distributions);
  for (const { entry, message } of problems) findingsOf(all, entry || '.').error('', message);
  if (problems.some(({ entry }) => entry === '')) return all;
  const reachable: { checked: Checked; findings: Findings }[] = [];

  for (const directory of directories) {
    const [key = directory.name] = directory.keys;
    const below = (file: string): Findings =>
      findingsOf(all, join(directory.keys.includes(directory.name) ? directory.name : key, file));
    for (const alias of directory.keys) {
      if (!facts.distributions.has(alias)) {
        findingsOf(all, alias).error('', 'is no distribution of the contract: no request can name it');
      }
    }
    const findings = below(`${directory.name}.json`);
    try {
      const json = await readJson(join(directory.path, `${directory.name}.json`));
      const definition = checkDefinition(json, directory, facts, findings);
      if (definition === null) continue;
      const checked = { directory, definition };
      const packages = await checkLists(checked, below);
      await checkProfiles({ directory, definition, packages }, facts, below);
      reachable.push({ checked, findings });
    } catch (error) {
      findings.error('', messageOf(error));
    }
  }

  if (distributions === undefined) {
    const keys = new Set(directories.flatMap((directory) => directory.keys));
    const missing = [...facts.distributions].filter((name) => !keys.has(name));
    if (missing.length > 0) {
      findingsOf(all, '.').warning('', `has no data of distributions that the contract names: ${missing.join(', ')}`);
    }
    if (all.every(({ severity }) => severity !== 'error')) {
      try {
        await loadDistributions(dir).loadPackages();
      } catch (error) {
        // What the service refuses is wrong, whatever we think of it.
        findingsOf(all, '.').error(
          '',
          `the service does not start with it: ${messageOf(error).replaceAll(`${dir}/`, '')}`,
        );
      }
    }
  }
  if (probe !== null) await checkReachable(reachable, probe, parallel);
  return inOrder(all);
}
