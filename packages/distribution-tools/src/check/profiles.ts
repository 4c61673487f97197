import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Definition } from '../definition.ts';
import { readJson, type Architecture, type DistributionDirectory } from '../directory.ts';
import { messageOf } from '../text.ts';
import { offeredProfiles, refusesProfiles } from '../oscap/offered.ts';
import type { ContractFacts } from './contract.ts';
import type { IssueReporter } from './issue.ts';

const PREFIX = 'xccdf_org.ssgproject.content_profile_';

const entriesOf = async (path: string): Promise<readonly string[]> => {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** Names of the packages of each architecture that has lists. */
export type PackageNames = ReadonlyMap<Architecture, ReadonlySet<string>>;

/** A distribution whose profiles are checked. */
interface Profiled {
  readonly directory: DistributionDirectory;
  readonly definition: Definition;
  readonly packages: PackageNames;
}

const checkPackages = (wanted: readonly string[], packages: PackageNames, { warning }: IssueReporter): void => {
  for (const [architecture, names] of packages) {
    const missing = wanted.filter((name) => !names.has(name));
    if (missing.length > 0) {
      warning(
        '/packages',
        `names what no package list of ${architecture} has, so that images cannot be built: ${missing.join(', ')}`,
      );
    }
  }
};

const checkCustomizations = (
  json: unknown,
  profile: string,
  packages: PackageNames,
  { validateCustomizations }: ContractFacts,
  issues: IssueReporter,
): void => {
  const { error } = issues;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    error('', 'must be an object');
    return;
  }
  const problems = validateCustomizations(json);
  for (const { field, message } of problems) error(field, message);
  if (problems.length === 0) checkPackages((json as { packages?: string[] }).packages ?? [], packages, issues);
  const { openscap } = json as { openscap?: { profile_id?: unknown } | null };
  if (typeof openscap !== 'object' || openscap === null) {
    error('/openscap', 'is missing: the service would serve no profile');
    return;
  }
  if (openscap.profile_id !== profile) {
    error('/openscap/profile_id', `is ${JSON.stringify(openscap.profile_id)}, and the directory is of ${profile}`);
  }
};

/** Checks the security profiles of a distribution: their files, and whether they are complete. */
export async function checkProfiles(
  { directory, definition, packages }: Profiled,
  facts: ContractFacts,
  reporterOf: (file: string) => IssueReporter,
): Promise<void> {
  const folder = join(directory.path, 'oscap');
  const present = await entriesOf(folder);
  for (const profile of present) {
    const file = `oscap/${profile}/customizations.json`;
    const issues = reporterOf(file);
    if (!facts.profiles.has(profile)) {
      issues.error('', `${JSON.stringify(profile)} is no profile of the contract: no request can name it`);
      continue;
    }
    try {
      checkCustomizations(await readJson(join(directory.path, file)), profile, packages, facts, issues);
    } catch (error) {
      issues.error('', messageOf(error));
    }
  }
  const offered: readonly string[] = offeredProfiles(directory.name, definition.oscap_name);
  const { warning } = reporterOf('oscap');
  const namesOf = (profiles: readonly string[]): string =>
    profiles.map((profile) => profile.replace(PREFIX, '')).join(', ');
  const missing = offered.filter((profile) => !present.includes(profile));
  if (missing.length > 0) {
    warning('', `lacks profiles that npm run distributions:oscap makes: ${namesOf(missing)}`);
  }
  const others = present.filter((profile) => facts.profiles.has(profile) && !offered.includes(profile));
  if (others.length === 0) return;
  if (refusesProfiles(directory.name)) warning('', 'holds profiles, and composer refuses them for the distribution');
  else warning('', `holds profiles that npm run distributions:oscap does not make: ${namesOf(others)}`);
}
