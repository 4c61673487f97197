import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { verifyHash } from '../rpm/checksum.ts';
import type { MetadataFile } from '../rpm/repomd.ts';
import { messageOf, redactedAddress } from '../text.ts';
import type { Cache } from './cache.ts';
import { ATTEMPTS, FetchError, type Fetching, type Transport } from './transport.ts';

export interface DownloadOptions {
  readonly transport: Transport;
  readonly cache: Cache;
  readonly as: Fetching;
  /** Called with the number of bytes received so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** Most attempts at one mirror, however much each of them brings. */
const MOST_ATTEMPTS = 20;
/** Mirrors whose failures a message names. */
const MAX_REPORTED = 3;

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
};

/** @throws ChecksumMismatchError when the file has another checksum than it should */
const verifyFile = async (path: string, { checksum }: MetadataFile): Promise<void> => {
  const hash = createHash(checksum.algorithm);
  for await (const piece of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(piece);
  verifyHash(hash, checksum, 'file');
};

const isCached = async (path: string, file: MetadataFile): Promise<boolean> => {
  try {
    await verifyFile(path, file);
    return true;
  } catch (error) {
    if (!isMissing(error)) await rm(path, { force: true });
    return false;
  }
};

/**
 * Appends what a server has of a file to what is there.
 * @throws FetchError when the server does not send all of it; the bytes that it sent stay on disk
 */
const receive = async (
  url: string,
  { size }: MetadataFile,
  partial: string,
  { transport, as, onProgress }: DownloadOptions,
): Promise<void> => {
  const { from, pieces } = await transport.open(url, await sizeOf(partial), as);
  const file = await open(partial, 'a');
  let length = from;
  try {
    await file.truncate(from);
    for await (const piece of pieces) {
      length += piece.byteLength;
      if (size !== null && length > size) {
        throw new FetchError('wrong', `holds more than the ${size} bytes that repomd.xml declares`);
      }
      await file.appendFile(piece);
      onProgress?.(length);
    }
  } finally {
    await file.close();
  }
  if (size !== null && length < size) throw new FetchError('passing', `ends after ${length} of ${size} bytes`);
};

/**
 * Downloads a file from one mirror, and resumes where the previous attempt, at any mirror, ended.
 * @throws FetchError, ChecksumMismatchError
 */
const downloadFrom = async (url: string, file: MetadataFile, options: DownloadOptions): Promise<void> => {
  const { transport, cache } = options;
  const partial = cache.partial(file.checksum);
  let resumed = (await sizeOf(partial)) > 0;
  let idle = 0;
  for (let attempt = 1; ; attempt += 1) {
    const before = await sizeOf(partial);
    try {
      if (file.size === null || before !== file.size) await receive(url, file, partial, options);
      await verifyFile(partial, file);
      return;
    } catch (error) {
      if (!(error instanceof FetchError && error.failure !== 'wrong')) {
        await rm(partial, { force: true });
        // What was there already may be what is wrong.
        if (!resumed) throw error;
        resumed = false;
        continue;
      }
      idle = (await sizeOf(partial)) > before ? 0 : idle + 1;
      if (error.failure === 'refused' || idle >= ATTEMPTS || attempt >= MOST_ATTEMPTS) throw error;
    }
    await transport.pause(Math.max(idle, 1));
  }
};

/** What went wrong at each mirror, in one line. */
const summarise = (problems: readonly string[]): string => {
  const reported = problems.slice(0, MAX_REPORTED).join('; ');
  return problems.length > MAX_REPORTED
    ? `${reported}; and ${problems.length - MAX_REPORTED} more mirrors failed`
    : reported;
};

const find = async (urls: readonly string[], file: MetadataFile, options: DownloadOptions): Promise<string> => {
  const { cache } = options;
  const path = cache.path(file.checksum);
  if (await isCached(path, file)) {
    await cache.touch(path);
    return path;
  }
  const problems: string[] = [];
  for (const url of urls) {
    try {
      if (new URL(url).protocol === 'file:') {
        const local = fileURLToPath(url);
        await verifyFile(local, file);
        return local;
      }
      await downloadFrom(url, file, options);
      await rename(cache.partial(file.checksum), path);
      return path;
    } catch (error) {
      problems.push(`${messageOf(error)} (${redactedAddress(url)})`);
    }
  }
  throw new Error(summarise(problems));
};

/**
 * Gets a file of a repository's metadata from the first mirror that has it, with the right checksum.
 * @param urls of the file at each mirror
 * @returns where it is on this machine
 * @throws Error telling what went wrong at the mirrors
 */
export function download(urls: readonly string[], file: MetadataFile, options: DownloadOptions): Promise<string> {
  return options.cache.once(file.checksum, () => find(urls, file, options));
}
