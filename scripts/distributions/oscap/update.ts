import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { components } from '../../../generated/image-builder.ts';
import { oscapProfilesOf } from '../../../src/oscap/profiles.ts';
import { readDefinition } from '../definition.ts';
import { findDirectories, type DistributionDirectory } from '../directory.ts';
import { messageOf } from '../text.ts';
import { toJsonText, updateFile } from '../files.ts';
import type { Progress } from '../progress.ts';
import type { ProfileCustomizations } from './blueprint.ts';
import type { ScapContent } from './tool.ts';

type DistributionName = components['schemas']['Distributions'];

/** What `updateProfiles` works on, and how. */
export interface UpdateProfilesOptions {
  /** A distribution directory. */
  readonly dir: string;
  /** Names of distributions or aliases; all without it. */
  readonly distributions?: readonly string[] | undefined;
  /** Opens the content of a product. */
  readonly openContent: (product: string) => Promise<ScapContent>;
  /** Profiles that are made at the same time. */
  readonly parallel: number;
  /** Only say of profiles that the content lacks, and do not count them as problems. */
  readonly skipMissing: boolean;
  readonly progress: Progress;
}

/** How it went, counted in profiles of distributions. */
export interface UpdateProfilesResult {
  readonly profiles: number;
  readonly unchanged: number;
  readonly changed: number;
  readonly missing: number;
  readonly problems: number;
}

/** A profile that a distribution offers. */
interface Wanted {
  readonly directory: DistributionDirectory;
  readonly product: string;
  readonly profile: string;
}

/** The profiles of a distribution's own name, as the service lists them. */
const offeredBy = (name: string): readonly string[] => oscapProfilesOf(name as DistributionName) ?? [];

const findWanted = async (options: UpdateProfilesOptions, fail: (line: string) => void): Promise<Wanted[]> => {
  const { directories, problems } = await findDirectories(options.dir, options.distributions);
  for (const { entry, message } of problems) fail(`${entry || options.dir}: ${message}`);
  const wanted: Wanted[] = [];
  for (const directory of directories) {
    try {
      const { oscap_name: product, distribution } = await readDefinition(directory);
      const profiles = offeredBy(distribution.name);
      if (profiles.length === 0) {
        if (options.distributions) options.progress.say(`${directory.name}: the service offers no profiles of it`);
      } else if (product) wanted.push(...profiles.map((profile) => ({ directory, product, profile })));
      else fail(`${directory.name}: the definition has no oscap_name, which says where its profiles come from`);
    } catch (error) {
      fail(`${directory.name}: ${messageOf(error)}`);
    }
  }
  return wanted;
};

const write = async ({ directory, profile }: Wanted, customizations: ProfileCustomizations): Promise<boolean> => {
  const folder = join(directory.path, 'oscap', profile);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  return updateFile(join(folder, 'customizations.json'), toJsonText(customizations));
};

/**
 * Makes the security profiles of a distribution directory from SCAP content. Every profile of a product is made once,
 * however many distributions offer it. A profile with a problem keeps what it has; the others are still written.
 */
export const updateProfiles = async (options: UpdateProfilesOptions): Promise<UpdateProfilesResult> => {
  const { progress, skipMissing } = options;
  const result = { profiles: 0, unchanged: 0, changed: 0, missing: 0, problems: 0 };
  const fail = (line: string): void => {
    result.problems += 1;
    progress.say(line);
  };
  const wanted = await findWanted(options, fail);
  result.profiles = wanted.length;
  const task = progress.start('profiles');
  let done = 0;

  const writeAll = async (all: readonly Wanted[], make: () => Promise<ProfileCustomizations>): Promise<void> => {
    try {
      const customizations = await make();
      for (const each of all) result[(await write(each, customizations)) ? 'changed' : 'unchanged'] += 1;
    } catch (error) {
      for (const { directory, profile } of all) fail(`${directory.name} ${profile}: ${messageOf(error)}`);
    }
    done += all.length;
    task.update(all[0]?.profile ?? '', done, wanted.length);
  };

  const atOnce = pLimit(options.parallel);
  const updateProduct = async (product: string, all: readonly Wanted[]): Promise<void> => {
    let content: ScapContent;
    let known: readonly string[];
    try {
      content = await options.openContent(product);
      known = await atOnce(() => content.profiles());
    } catch (error) {
      const names = [...new Set(all.map(({ directory }) => directory.name))];
      for (const name of names) fail(`${name}: ${messageOf(error)}`);
      return;
    }
    const byProfile = Map.groupBy(all, ({ profile }) => profile);
    const makeProfile = async ([profile, owners]: [string, Wanted[]]): Promise<void> => {
      if (known.includes(profile)) return writeAll(owners, () => content.customizations(profile));
      for (const { directory } of owners) {
        const line = `${directory.name} ${profile}: ${content.file} has no such profile`;
        result.missing += 1;
        if (skipMissing) progress.say(line);
        else fail(line);
      }
    };
    await Promise.all([...byProfile].map((entry) => atOnce(() => makeProfile(entry))));
  };

  const byProduct = Map.groupBy(wanted, ({ product }) => product);
  await Promise.all([...byProduct].map(([product, all]) => updateProduct(product, all)));
  task.finish();
  return result;
};
