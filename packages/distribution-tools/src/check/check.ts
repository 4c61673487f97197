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
import { reporterOf, type Issue, type IssueReporter } from './issue.ts';
import { checkList } from './lists.ts';
import { checkProfiles, type PackageNames } from './profiles.ts';

export interface CheckOptions {
  /** A distribution directory. */
  readonly dir: string;
  /** Names of distributions or aliases; all without it. */
  readonly distributions?: readonly string[] | undefined;
  readonly facts: ContractFacts;
  /** Throws when a repository is unreachable; `null` checks files only. */
  readonly probe: ((repository: RepositoryDefinition) => Promise<void>) | null;
  /** Repositories that are probed concurrently. */
  readonly parallel: number;
}

/** A directory with its valid definition. */
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
const checkLists = async (checked: Checked, reporterFor: (file: string) => IssueReporter): Promise<PackageNames> => {
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
          reporterFor(file).error('', 'does not exist (npm run distributions:packages creates it)');
        }
        continue;
      }
      const issues = reporterFor(file);
      if (!hasLists) issues.warning('', 'is not read: the definition has no_package_list');
      try {
        const found = checkList(kind, await readJson(join(directory.path, file)), issues);
        if (kind !== 'packages' || !hasLists) continue;
        const all = names.get(owner.architecture) ?? new Set();
        found.forEach((name) => all.add(name));
        names.set(owner.architecture, all);
      } catch (error) {
        issues.error('', messageOf(error));
      }
    }
  }
  for (const file of present) {
    if (!known.has(file) && /-(?:packages|groups|environments|modules)\.json$/.test(file)) {
      reporterFor(file).warning('', 'belongs to no repository of the definition');
    }
  }
  return names;
};

const checkReachable = async (
  all: readonly { readonly checked: Checked; readonly issues: IssueReporter }[],
  probe: NonNullable<CheckOptions['probe']>,
  parallel: number,
): Promise<void> => {
  const atOnce = pLimit(parallel);
  // Many distributions share a repository: each is probed once.
  const probes = new Map<string, Promise<void>>();
  const probeOnce = (repository: RepositoryDefinition): Promise<void> => {
    const { baseurl, metalink, mirrorlist, rhsm } = repository;
    const key = JSON.stringify([baseurl, metalink, mirrorlist, rhsm]);
    const result = probes.get(key) ?? atOnce(() => probe(repository));
    probes.set(key, result);
    return result;
  };
  await Promise.all(
    all.flatMap(({ checked, issues }) =>
      architecturesOf(checked.definition).flatMap(([architecture, { repositories }]) =>
        (repositories ?? []).map(async (repository, index) => {
          try {
            await probeOnce(repository);
          } catch (error) {
            issues.error(
              `/${architecture}/repositories/${index}`,
              `${repository.id} cannot be reached: ${messageOf(error)}`,
            );
          }
        }),
      ),
    ),
  );
};

/** By file, errors of a file before its warnings. */
const inOrder = (issues: readonly Issue[]): Issue[] => {
  const key = ({ file, severity }: Issue): string => `${file} ${severity}`;
  return issues.toSorted((a, b) => (key(a) === key(b) ? 0 : key(a) < key(b) ? -1 : 1));
};

/** Checks a distribution directory, and returns all of its issues. */
export async function checkDirectory(options: CheckOptions): Promise<Issue[]> {
  const { dir, distributions, facts, probe, parallel } = options;
  const all: Issue[] = [];
  const { directories, problems } = await findDirectories(dir, distributions);
  for (const { entry, message } of problems) reporterOf(all, entry || '.').error('', message);
  if (problems.some(({ entry }) => entry === '')) return all;
  const reachable: { checked: Checked; issues: IssueReporter }[] = [];

  for (const directory of directories) {
    const [key = directory.name] = directory.keys;
    const below = (file: string): IssueReporter =>
      reporterOf(all, join(directory.keys.includes(directory.name) ? directory.name : key, file));
    for (const alias of directory.keys) {
      if (!facts.distributions.has(alias)) {
        reporterOf(all, alias).error('', 'is no distribution of the contract: no request can name it');
      }
    }
    const issues = below(`${directory.name}.json`);
    try {
      const json = await readJson(join(directory.path, `${directory.name}.json`));
      const definition = checkDefinition(json, directory, facts, issues);
      if (definition === null) continue;
      const checked = { directory, definition };
      const packages = await checkLists(checked, below);
      await checkProfiles({ directory, definition, packages }, facts, below);
      reachable.push({ checked, issues });
    } catch (error) {
      issues.error('', messageOf(error));
    }
  }

  if (distributions === undefined) {
    const keys = new Set(directories.flatMap((directory) => directory.keys));
    const missing = [...facts.distributions].filter((name) => !keys.has(name));
    if (missing.length > 0) {
      reporterOf(all, '.').warning('', `has no data of distributions that the contract names: ${missing.join(', ')}`);
    }
    if (all.every(({ severity }) => severity !== 'error')) {
      try {
        await loadDistributions(dir).loadPackages();
      } catch (error) {
        // The service has the last word: it may refuse what no check covers.
        reporterOf(all, '.').error(
          '',
          `the service does not start with it: ${messageOf(error).replaceAll(`${dir}/`, '')}`,
        );
      }
    }
  }
  if (probe !== null) await checkReachable(reachable, probe, parallel);
  return inOrder(all);
}
