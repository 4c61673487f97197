import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LockHeldError, takeLock } from '../../../../scripts/support/process-lock.ts';
import type { Checksum } from '../rpm/checksum.ts';

/** Files that were downloaded, by their checksums, and the beginnings of files that were not downloaded whole. */
export interface Cache extends Disposable {
  /** Where a file with that checksum is, or will be. */
  readonly path: (checksum: Checksum) => string;
  /** Where its beginning is until the rest is there, too. */
  readonly partial: (checksum: Checksum) => string;
  /** Calls a function for a checksum, or joins in where another call for it is under way. */
  readonly once: (checksum: Checksum, get: () => Promise<string>) => Promise<string>;
  /** Marks a file as used, so that cleaning does not remove it. */
  readonly touch: (path: string) => Promise<void>;
}

/** Files that were not used for that long are dropped. */
const KEPT_MS = 14 * 24 * 60 * 60 * 1_000;
const LOCK = 'lock';

/** Default cache directory. It belongs to the user, since other users could plant files in a shared one. */
export function defaultCacheDirectory(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'image-builder-api', 'distributions');
}

const dropOld = async (directory: string): Promise<void> => {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const { mtimeMs } = await stat(path);
    if (name !== LOCK && Date.now() - mtimeMs > KEPT_MS) await rm(path, { force: true });
  }
};

const lock = (directory: string): (() => void) => {
  try {
    return takeLock(join(directory, LOCK));
  } catch (error) {
    if (!(error instanceof LockHeldError)) throw error;
    throw new Error(`${directory}: process ${error.pid} uses this cache (--cache names another one)`, { cause: error });
  }
};

/**
 * Opens a cache, for this process alone.
 * @throws Error while another process uses it, or when it cannot be written
 */
export async function openCache(directory: string): Promise<Cache> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const release = lock(directory);
  try {
    await dropOld(directory);
  } catch (error) {
    release();
    throw error;
  }
  const path: Cache['path'] = ({ algorithm, value }) => join(directory, `${algorithm}-${value}`);
  const underWay = new Map<string, Promise<string>>();
  return {
    path,
    once: (checksum, get) => {
      const key = path(checksum);
      const running = underWay.get(key) ?? get().finally(() => underWay.delete(key));
      underWay.set(key, running);
      return running;
    },
    partial: (checksum) => `${path(checksum)}.part`,
    touch: async (file) => {
      const now = new Date();
      await utimes(file, now, now);
    },
    [Symbol.dispose]: release,
  };
}
