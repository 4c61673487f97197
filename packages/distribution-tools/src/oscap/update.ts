import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { readDefinition } from '../definition.ts';
import { findDirectories, type DistributionDirectory } from '../directory.ts';
import { messageOf } from '../text.ts';
import { toJsonText, updateFile } from '../files.ts';
import type { Progress } from '../progress.ts';
import { isDraft, type ProfileCustomizations } from './blueprint.ts';
import { offeredProfiles } from './offered.ts';
import type { ScapContent } from './tool.ts';

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
  /** Only report profiles that the content lacks or has as drafts, and do not count them as problems. */
  readonly skipMissing: boolean;
  readonly progress: Progress;
}

/** The outcome, counted in profiles of distributions. */
export interface UpdateProfilesResult {
  readonly profiles: number;
  readonly unchanged: number;
  readonly changed: number;
  readonly missing: number;
  readonly drafts: number;
  readonly problems: number;
}

/** A profile that a distribution offers. */
interface Wanted {
  readonly directory: DistributionDirectory;
  readonly product: string;
  readonly profile: string;
}

const findWanted = async (options: UpdateProfilesOptions, fail: (line: string) => void): Promise<Wanted[]> => {
  const { directories, problems } = await findDirectories(options.dir, options.distributions);
  for (const { entry, message } of problems) fail(`${entry || options.dir}: ${message}`);
  const wanted: Wanted[] = [];
  for (const directory of directories) {
    try {
      const { oscap_name: product } = await readDefinition(directory);
      const profiles = product ? offeredProfiles(directory.name, product) : [];
      if (product) wanted.push(...profiles.map((profile) => ({ directory, product, profile })));
      if (profiles.length === 0 && options.distributions) {
        options.progress.say(`${directory.name}: skipped, because it has no security profiles`);
      }
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
 * however many distributions offer it. The file of a profile with a problem stays as it is; the other profiles are written.
 */
export async function updateProfiles(options: UpdateProfilesOptions): Promise<UpdateProfilesResult> {
  const { progress, skipMissing } = options;
  const result = { profiles: 0, unchanged: 0, changed: 0, missing: 0, drafts: 0, problems: 0 };
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
    let titles: ReadonlyMap<string, string>;
    try {
      content = await options.openContent(product);
      titles = await atOnce(() => content.profiles());
    } catch (error) {
      const names = [...new Set(all.map(({ directory }) => directory.name))];
      for (const name of names) fail(`${name}: ${messageOf(error)}`);
      return;
    }
    const byProfile = Map.groupBy(all, ({ profile }) => profile);
    const leaveOut = (owners: readonly Wanted[], count: 'missing' | 'drafts', reason: string): void => {
      for (const { directory, profile } of owners) {
        result[count] += 1;
        (skipMissing ? progress.say : fail)(`${directory.name} ${profile}: ${reason}`);
      }
    };
    const makeProfile = async ([profile, owners]: [string, Wanted[]]): Promise<void> => {
      const title = titles.get(profile);
      if (title === undefined) leaveOut(owners, 'missing', `${content.file} has no such profile`);
      else if (isDraft(title)) leaveOut(owners, 'drafts', `${content.file} has a draft of it only: ${title}`);
      else await writeAll(owners, () => content.customizations(profile));
    };
    await Promise.all([...byProfile].map((entry) => atOnce(() => makeProfile(entry))));
  };

  const byProduct = Map.groupBy(wanted, ({ product }) => product);
  await Promise.all([...byProduct].map(([product, all]) => updateProduct(product, all)));
  task.finish();
  return result;
}
