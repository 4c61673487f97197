import { hasChecksum, strongest } from '../rpm/checksum.ts';
import { readMetalink, readMirrorlist, toDirectoryUrl, type Mirrors } from '../rpm/mirrors.ts';
import { readRepomd, type MetadataFile, type Repomd } from '../rpm/repomd.ts';
import { messageOf, redactedAddress } from '../text.ts';
import type { Transport } from './transport.ts';

/** Location of a repository, from its definition. */
export interface RepositoryAddress {
  readonly baseurl: string | null;
  readonly metalink: string | null;
  readonly mirrorlist: string | null;
  /** Whether the repository requires a client certificate. */
  readonly subscribed: boolean;
}

/** A file of a repository that cannot be used. */
export class RepositoryError extends Error {
  /** The file as the repository calls it, or what leads to the repository. */
  readonly file: string;
  constructor(file: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.file = file;
  }
}

/** What it takes to find a repository. */
export interface RepositoryFinder {
  readonly transport: Transport;
  /** Replaces addresses, to have them from a mirror of one's own. */
  readonly rewrite?: (url: string) => string;
}

/** Name of a repository's index. */
export const REPOMD = 'repodata/repomd.xml';
const MEGABYTE = 1024 * 1024;
const MAX_REPOMD = 16 * MEGABYTE;
const MAX_MIRRORS = 4 * MEGABYTE;
/** Mirrors that are tried. */
const MAX_TRIED = 8;

/**
 * Does something with a file.
 * @throws RepositoryError naming the file
 */
export async function about<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof RepositoryError ? error : new RepositoryError(file, error);
  }
}

const isLocal = (url: string): boolean => new URL(url).protocol === 'file:';

const findMirrors = async (address: RepositoryAddress, reader: RepositoryFinder): Promise<Mirrors> => {
  const { transport, rewrite = (url: string) => url } = reader;
  const { baseurl, metalink, mirrorlist } = address;
  const list = metalink ?? mirrorlist;
  const own = baseurl === null ? [] : [toDirectoryUrl(rewrite(baseurl))];
  if (list === null) return { urls: own, checksums: [] };
  const what = metalink === null ? 'mirrorlist' : 'metalink';
  const url = rewrite(list);
  return about(what, async () => {
    try {
      const document = await transport.bytes(url, MAX_MIRRORS, address);
      const mirrors = metalink === null ? readMirrorlist(document) : await readMetalink(document);
      // A list from elsewhere has no business with the files of this machine.
      const named = mirrors.urls.filter((mirror) => !isLocal(mirror) || isLocal(url));
      return { ...mirrors, urls: [...new Set([...own, ...named])].slice(0, MAX_TRIED) };
    } catch (error) {
      throw new Error(`${messageOf(error)} (${redactedAddress(url)})`, { cause: error });
    }
  });
};

/** An index of a repository's metadata, and the mirrors, the one that has it first. */
export interface RepositoryIndex {
  readonly repomd: Repomd;
  readonly bytes: Uint8Array;
  readonly urls: readonly string[];
}

const readFrom = async (
  address: RepositoryAddress,
  { urls, checksums }: Mirrors,
  { transport }: RepositoryFinder,
): Promise<RepositoryIndex> => {
  const problems: string[] = [];
  for (const url of urls) {
    const file = new URL(REPOMD, url).href;
    try {
      const bytes = await transport.bytes(file, MAX_REPOMD, address);
      const proofs = checksums.map(strongest).filter((checksum) => checksum !== null);
      if (proofs.length > 0 && !proofs.some((checksum) => hasChecksum(bytes, checksum))) {
        throw new Error('has a checksum that the metalink does not name');
      }
      return { repomd: await readRepomd(bytes), bytes, urls: [url, ...urls.filter((other) => other !== url)] };
    } catch (error) {
      problems.push(`${messageOf(error)} (${redactedAddress(file)})`);
    }
  }
  throw new RepositoryError(REPOMD, new Error(problems.join('; ') || 'there is no mirror to have it from'));
};

/**
 * Finds a repository and reads its index.
 * @throws RepositoryError
 */
export async function readIndex(address: RepositoryAddress, finder: RepositoryFinder): Promise<RepositoryIndex> {
  return readFrom(address, await findMirrors(address, finder), finder);
}

/** The first of the entries that a repository has; `null` for none. */
export function firstEntry(repomd: Repomd, ...types: readonly string[]): MetadataFile | null {
  for (const type of types) {
    const file = repomd.file(type);
    if (file !== null) return file;
  }
  return null;
}

/**
 * The list of packages.
 * @throws RepositoryError when there is none
 */
export function primaryOf({ repomd }: RepositoryIndex): Promise<MetadataFile> {
  return about(REPOMD, async () => {
    const primary = firstEntry(repomd, 'primary');
    if (primary === null) throw new Error('names no list of packages');
    return primary;
  });
}

/**
 * Checks that a repository is reachable and has a list of packages.
 * @throws RepositoryError
 */
export async function probeRepository(address: RepositoryAddress, reader: RepositoryFinder): Promise<void> {
  await primaryOf(await readIndex(address, reader));
}
