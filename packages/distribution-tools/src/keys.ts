import { ARCHITECTURES, definitionPath, findDirectories, readJson } from './directory.ts';
import { updateFile } from './files.ts';
import type { KeySource } from './key-sources.ts';
import { armorPublicKey } from './openpgp.ts';
import { messageOf } from './text.ts';

/** What `updateKeys` works on, and how. */
export interface UpdateKeysOptions {
  /** A distribution directory. */
  dir: string;
  source: KeySource;
  /** Names of distributions or aliases; all without it. */
  only?: readonly string[] | undefined;
  /** Report only, write nothing. */
  check?: boolean;
  /** Takes the lines for the reader: problems, and changes. */
  report: (line: string) => void;
}

/** The outcome, counted in repositories that name their keys. */
interface UpdateKeysResult {
  repositories: number;
  current: number;
  changed: number;
  problems: number;
}

type Json = Record<string, unknown>;

interface KeyedRepository {
  name: string;
  urls: string[];
  fingerprints: string[];
  /** The object inside the parsed definition. */
  json: Json;
  replace: (updated: Json) => void;
}

interface Definition {
  name: string;
  path: string;
  json: Json;
  repositories: KeyedRepository[];
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const stringList = (value: unknown): string[] | null => {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const strings = list.filter((each): each is string => typeof each === 'string' && each !== '');
  return strings.length === list.length && strings.length > 0 ? strings : null;
};

const normalFingerprint = (fingerprint: string): string => fingerprint.replaceAll(' ', '').toUpperCase();

/** The repositories of a definition that name the location of their keys, and a line for each that does so wrongly. */
const keyedRepositories = (distribution: string, definition: Json) => {
  const repositories: KeyedRepository[] = [];
  const problems: string[] = [];
  for (const architecture of ARCHITECTURES) {
    const section = definition[architecture];
    const list: unknown[] = isObject(section) && Array.isArray(section.repositories) ? section.repositories : [];
    list.forEach((json, index) => {
      if (!isObject(json) || (json.gpgkey_url === undefined && json.gpgkey_fingerprints === undefined)) return;
      const name = `${distribution} ${architecture} ${String(json.id)}`;
      const urls = stringList(json.gpgkey_url);
      const fingerprints = stringList(json.gpgkey_fingerprints)?.map(normalFingerprint);
      if (urls === null || fingerprints === undefined) {
        const url = urls === null ? 'no URL' : urls.join(', ');
        problems.push(`${name} ${url}: gpgkey_url and gpgkey_fingerprints have to be texts or lists of them, both`);
        return;
      }
      const replace = (updated: Json): void => {
        list[index] = updated;
      };
      repositories.push({ name, urls, fingerprints, json, replace });
    });
  }
  return { repositories, problems };
};

const loadDefinitions = async (dir: string, only: readonly string[] | undefined) => {
  const found = await findDirectories(dir, only);
  const problems = found.problems.map(({ entry, message }) => `${entry || dir}: ${message}`);
  const definitions: Definition[] = [];
  for (const directory of found.directories) {
    const { name } = directory;
    const path = definitionPath(directory);
    try {
      const json = await readJson(path);
      if (!isObject(json)) throw new Error('not a JSON object');
      const keyed = keyedRepositories(name, json);
      problems.push(...keyed.problems);
      definitions.push({ name, path, json, repositories: keyed.repositories });
    } catch (error) {
      problems.push(`${name}: ${messageOf(error)}`);
    }
  }
  return { definitions, problems };
};

/** The armored keys of a repository, and the reasons why keys are missing. */
const selectKeys = async ({ name, urls, fingerprints }: KeyedRepository, source: KeySource) => {
  const { keys, problems } = await source.find(urls);
  const lines = problems.map((problem) => `${name} ${problem}`);
  // While a URL has a problem, the keys behind it are unknown: one line about it is enough.
  const missing = fingerprints.filter((fingerprint) => !keys.has(fingerprint));
  if (missing.length > 0 && lines.length === 0) lines.push(`${name} ${source.missing(urls, missing, keys)}`);
  // Vendors publish other keys in the same file. Only the named fingerprints are trusted.
  const selected = fingerprints.flatMap((fingerprint) => keys.get(fingerprint) ?? []);
  return { gpgkey: selected.map(armorPublicKey).join(''), problems: lines };
};

/** Sets `gpgkey` where it is, or in front of its URL; the other members stay in their order. */
const withKey = (repository: Json, gpgkey: string): Json =>
  'gpgkey' in repository
    ? { ...repository, gpgkey }
    : Object.fromEntries(
        Object.entries(repository).flatMap(([name, value]) =>
          name === 'gpgkey_url'
            ? [
                ['gpgkey', gpgkey],
                [name, value],
              ]
            : [[name, value]],
        ),
      );

/**
 * Updates the `gpgkey` texts of a distribution directory: exactly the keys of `gpgkey_fingerprints`, from the given
 * source. The keys of a repository with a problem stay as they are; the other repositories of the file are written.
 *
 * A fingerprint vouches for the primary key only. Its user ids, signatures and subkeys are written as published: the
 * program that uses the key verifies the signatures that bind them.
 */
export async function updateKeys(options: UpdateKeysOptions): Promise<UpdateKeysResult> {
  const { dir, source, only, check = false, report } = options;
  const result: UpdateKeysResult = { repositories: 0, current: 0, changed: 0, problems: 0 };
  const reportProblems = (problems: readonly string[]): void => {
    problems.forEach(report);
    result.problems += problems.length;
  };

  const { definitions, problems } = await loadDefinitions(dir, only);
  reportProblems(problems);

  for (const definition of definitions) {
    let changed = 0;
    for (const repository of definition.repositories) {
      result.repositories += 1;
      const selected = await selectKeys(repository, source);
      reportProblems(selected.problems);
      if (selected.problems.length > 0) continue;
      if (repository.json.gpgkey === selected.gpgkey) {
        result.current += 1;
      } else {
        repository.replace(withKey(repository.json, selected.gpgkey));
        changed += 1;
      }
    }
    if (changed === 0) continue;
    try {
      if (!check) await updateFile(definition.path, `${JSON.stringify(definition.json, null, 2)}\n`);
      result.changed += changed;
      report(`${definition.name}: ${changed} ${check ? 'out of date' : 'updated'}`);
    } catch (error) {
      reportProblems([`${definition.name}: ${messageOf(error)}`]);
    }
  }
  return result;
}
