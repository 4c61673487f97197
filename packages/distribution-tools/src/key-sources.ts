import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import got from 'got';
import { latestSignature, readPublicKeys, type PublicKey } from './openpgp.ts';
import { messageOf } from './text.ts';

/** Public keys by fingerprint. */
export type Keys = ReadonlyMap<string, PublicKey>;

/** Where `updateKeys` gets the keys of a repository. */
export interface KeySource {
  /** The keys for the given `gpgkey_url`; `problems` holds one line for each URL that gave none. */
  readonly find: (urls: readonly string[]) => Promise<{ readonly keys: Keys; readonly problems: readonly string[] }>;
  /** The line about fingerprints that no key of `keys` has: what is missing, and the next step. */
  readonly missing: (urls: readonly string[], fingerprints: readonly string[], keys: Keys) => string;
}

const FETCH_TIMEOUT_MS = 20_000;

/** Of two copies of a key, the one that was signed last: vendors sign a key again to renew it, or with a better hash. */
const collect = (keys: Map<string, PublicKey>, found: readonly PublicKey[]): void => {
  for (const key of found) {
    if (key.fingerprint === null) continue;
    const known = keys.get(key.fingerprint);
    if (known === undefined || latestSignature(key) > latestSignature(known)) keys.set(key.fingerprint, key);
  }
};

/**
 * Keys from the files behind `gpgkey_url`.
 * @param fetchKey gets a file; called once for each URL
 */
export function keysByUrl(fetchKey: (url: string) => Promise<Uint8Array>): KeySource {
  const files = new Map<string, Promise<PublicKey[]>>();
  const keysOf = (url: string): Promise<PublicKey[]> => {
    const file = files.get(url) ?? fetchKey(url).then(readPublicKeys);
    files.set(url, file);
    return file;
  };
  return {
    find: async (urls) => {
      const keys = new Map<string, PublicKey>();
      const problems: string[] = [];
      for (const url of urls) {
        try {
          collect(keys, await keysOf(url));
        } catch (error) {
          problems.push(`${url}: ${messageOf(error)}`);
        }
      }
      return { keys, problems };
    },
    missing: (urls, fingerprints, keys) =>
      `${urls.join(', ')}: no key ${fingerprints.join(', ')}, ` +
      `but ${[...keys.keys()].join(', ') || 'none of a known version'}`,
  };
}

/**
 * Keys from a directory and all directories below it, like `/usr/share/distribution-gpg-keys`. Files that hold no
 * OpenPGP public key are skipped.
 * @throws Error when the directory cannot be read, or holds no key
 */
export async function keysInDirectory(directory: string): Promise<KeySource> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const keys = new Map<string, PublicKey>();
  for (const path of paths.sort()) {
    const file = await readFile(path);
    try {
      collect(keys, readPublicKeys(file));
    } catch {
      continue;
    }
  }
  if (keys.size === 0) throw new Error(`${directory}: holds no OpenPGP public key`);
  return {
    find: () => Promise.resolve({ keys, problems: [] }),
    missing: (urls, fingerprints) =>
      `no key ${fingerprints.join(', ')} in ${directory}: run npm run distributions:keys without --from ` +
      `where ${urls.join(' and ')} can be reached, or add the key to the directory`,
  };
}

/**
 * Fetches a key file.
 * @throws Error for any status but a success, and for a redirect from https to another protocol
 */
export async function fetchKey(url: string): Promise<Uint8Array> {
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
  if (!response.ok) throw new Error(`responded with ${response.statusCode} ${response.statusMessage ?? ''}`.trim());
  return response.body;
}
