import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ARCHITECTURES, type ArchitectureName } from '../../../src/domain/distributions/definition.ts';
import { resolveEntry } from '../../../src/domain/distributions/registry.ts';
import { messageOf } from './text.ts';

export { ARCHITECTURES, type ArchitectureName as Architecture };

/** A directory of one distribution's data. */
export interface DistributionDirectory {
  /** Name of the directory, and the beginning of the names of its files. */
  readonly name: string;
  readonly path: string;
  /** Names it is known by: its own where it is one, and those of aliases. */
  readonly keys: readonly string[];
}

export interface DistributionDirectories {
  /** Each directory once, sorted by name. */
  readonly directories: readonly DistributionDirectory[];
  /** Entries that are no distribution, and requested names that do not exist. */
  readonly problems: readonly { readonly entry: string; readonly message: string }[];
}

/**
 * Finds the directories of distributions.
 * @param only keys to find; all without it
 */
export async function findDirectories(dir: string, only?: readonly string[]): Promise<DistributionDirectories> {
  const problems: { entry: string; message: string }[] = [];
  const found = new Map<string, string[]>();
  let entries: string[];
  try {
    entries = (await readdir(dir)).sort();
  } catch (error) {
    return { directories: [], problems: [{ entry: '', message: messageOf(error) }] };
  }
  for (const name of only ?? []) {
    if (!entries.includes(name)) problems.push({ entry: name, message: 'no such distribution' });
  }
  for (const entry of entries) {
    if (only !== undefined && !only.includes(entry)) continue;
    try {
      const path = resolveEntry(dir, entry);
      found.set(path, [...(found.get(path) ?? []), entry]);
    } catch (error) {
      const message = messageOf(error).replace(`${join(dir, entry)}: `, '');
      problems.push({ entry, message });
    }
  }
  const directories = [...found].map(([path, keys]) => ({ name: basename(path), path, keys }));
  return { directories: directories.toSorted((a, b) => (a.name < b.name ? -1 : 1)), problems };
}

/** Path of a distribution's definition. */
export const definitionPath = ({ path, name }: DistributionDirectory): string => join(path, `${name}.json`);

/**
 * Reads a JSON file.
 * @throws Error when it cannot be read or is no JSON
 */
export const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));
