import { readFile, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import got from 'got';
import type { PublicKey } from './openpgp.ts';
import { armorPublicKey, readPublicKeys } from './openpgp.ts';

/** What `updateKeys` works on, and how. */
export interface UpdateKeysOptions {
  /** A distribution directory. */
  dir: string;
  /** Gets the file behind a key URL; asked once for each URL. */
  fetchKey: (url: string) => Promise<Uint8Array>;
  /** Names of distributions or aliases; all without it. */
  only?: readonly string[] | undefined;
  /** Report only, write nothing. */
  check?: boolean;
  /** Takes the lines for the reader: problems, and what changes. */
  report: (line: string) => void;
}

/** How it went, counted in repositories that name their keys. */
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

type Answer = { keys: PublicKey[] } | { error: string };

const ARCHITECTURES = ['x86_64', 'aarch64'];
const FETCH_TIMEOUT_MS = 20_000;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// JSON.parse quotes the text it stumbles over, line ends included, and a problem is one line.
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');

const stringList = (value: unknown): string[] | null => {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const strings = list.filter((each): each is string => typeof each === 'string' && each !== '');
  return strings.length === list.length && strings.length > 0 ? strings : null;
};

const normalFingerprint = (fingerprint: string): string => fingerprint.replaceAll(' ', '').toUpperCase();

/** The repositories of a definition that say where their keys are, and those that say it wrongly. */
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

/** Finds the definition files, each once although an alias shows the same directory again. */
const findDefinitions = async (dir: string, only: readonly string[] | undefined) => {
  const problems: string[] = [];
  const paths = new Map<string, string>();
  let entries: string[];
  try {
    entries = (await readdir(dir)).sort();
  } catch (error) {
    return { paths, problems: [messageOf(error)] };
  }
  for (const name of only ?? []) {
    if (!entries.includes(name)) problems.push(`${name}: no such distribution`);
  }
  for (const entry of entries) {
    if (only !== undefined && !only.includes(entry)) continue;
    try {
      const target = await realpath(join(dir, entry));
      paths.set(target, basename(target));
    } catch (error) {
      problems.push(`${entry}: ${messageOf(error)}`);
    }
  }
  return { paths, problems };
};

const loadDefinitions = async (dir: string, only: readonly string[] | undefined) => {
  const { paths, problems } = await findDefinitions(dir, only);
  const definitions: Definition[] = [];
  for (const [target, name] of paths) {
    const path = join(target, `${name}.json`);
    try {
      const json: unknown = JSON.parse(await readFile(path, 'utf8'));
      if (!isObject(json)) throw new Error('not a JSON object');
      const found = keyedRepositories(name, json);
      problems.push(...found.problems);
      definitions.push({ name, path, json, repositories: found.repositories });
    } catch (error) {
      problems.push(`${name}: ${messageOf(error)}`);
    }
  }
  return { definitions, problems };
};

const fetchAll = async (urls: Iterable<string>, fetchKey: UpdateKeysOptions['fetchKey']) => {
  const answers = [...new Set(urls)].map(async (url): Promise<[string, Answer]> => {
    try {
      return [url, { keys: readPublicKeys(await fetchKey(url)) }];
    } catch (error) {
      return [url, { error: messageOf(error) }];
    }
  });
  return new Map(await Promise.all(answers));
};

/** The armored keys a repository asks for, or why they cannot be had. */
const selectKeys = (repository: KeyedRepository, answers: ReadonlyMap<string, Answer>) => {
  const problems: string[] = [];
  const found = new Map<string, PublicKey>();
  for (const url of repository.urls) {
    const answer = answers.get(url) ?? { error: 'not fetched' };
    if ('error' in answer) {
      problems.push(`${repository.name} ${url}: ${answer.error}`);
      continue;
    }
    for (const key of answer.keys) {
      if (key.fingerprint !== null && !found.has(key.fingerprint)) found.set(key.fingerprint, key);
    }
  }
  // With a URL unanswered, which keys it would have held is unknown: one line about it is enough.
  const missing = repository.fingerprints.filter((fingerprint) => !found.has(fingerprint));
  if (missing.length > 0 && problems.length === 0) {
    problems.push(
      `${repository.name} ${repository.urls.join(', ')}: no key ${missing.join(', ')}, ` +
        `but ${[...found.keys()].join(', ') || 'none of a known version'}`,
    );
  }
  // Vendors publish other keys in the same file. Only what was asked for gets trusted.
  const keys = repository.fingerprints.flatMap((fingerprint) => found.get(fingerprint) ?? []);
  return { gpgkey: keys.map(armorPublicKey).join(''), problems };
};

/** Sets `gpgkey` where it is, or in front of the URL it came from; the other members stay in their order. */
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

const writeAtomically = async (path: string, text: string): Promise<void> => {
  // In the same directory, since a rename replaces a file at once only within one file system.
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};

/**
 * Brings the `gpgkey` texts of a distribution directory up to date: fetches the keys behind every `gpgkey_url`, keeps
 * exactly those of `gpgkey_fingerprints`, and writes them into the definitions. A repository with a problem keeps
 * what it has; the others of the file are still written.
 *
 * A fingerprint vouches for the primary key only. Its user ids, signatures and subkeys are passed on as published:
 * whoever uses the key verifies the signatures that bind them.
 */
export const updateKeys = async (options: UpdateKeysOptions): Promise<UpdateKeysResult> => {
  const { dir, fetchKey, only, check = false, report } = options;
  const result: UpdateKeysResult = { repositories: 0, current: 0, changed: 0, problems: 0 };
  const reportProblems = (problems: readonly string[]): void => {
    problems.forEach(report);
    result.problems += problems.length;
  };

  const { definitions, problems } = await loadDefinitions(dir, only);
  reportProblems(problems);

  const urls = definitions.flatMap(({ repositories }) => repositories.flatMap((repository) => repository.urls));
  const answers = await fetchAll(urls, fetchKey);

  for (const definition of definitions) {
    let changed = 0;
    for (const repository of definition.repositories) {
      result.repositories += 1;
      const selected = selectKeys(repository, answers);
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
      if (!check) await writeAtomically(definition.path, `${JSON.stringify(definition.json, null, 2)}\n`);
      result.changed += changed;
      report(`${definition.name}: ${changed} ${check ? 'out of date' : 'updated'}`);
    } catch (error) {
      reportProblems([`${definition.name}: ${messageOf(error)}`]);
    }
  }
  return result;
};

/** Fetches a key file. Anything but a success is an error, and https stays https through redirects. */
export const fetchKey = async (url: string): Promise<Uint8Array> => {
  const response = await got(url, {
    responseType: 'buffer',
    throwHttpErrors: false,
    timeout: { request: FETCH_TIMEOUT_MS },
    hooks: {
      beforeRedirect: [
        (next) => {
          const target = new URL(String(next.url));
          if (new URL(url).protocol === 'https:' && target.protocol !== 'https:') {
            throw new Error(`redirected to ${target.protocol}//${target.host}`);
          }
        },
      ],
    },
  });
  if (!response.ok) throw new Error(`answered ${response.statusCode} ${response.statusMessage ?? ''}`.trim());
  return response.body;
};
