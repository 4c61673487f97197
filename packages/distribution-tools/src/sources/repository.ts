import { basename } from 'node:path';
import type { Architecture } from '../directory.ts';
import { verified } from '../rpm/checksum.ts';
import { readComps, type PackageGroup } from '../rpm/comps.ts';
import { decompressed } from '../rpm/decompress.ts';
import { toDirectoryUrl } from '../rpm/mirrors.ts';
import { readModules, type ModuleStream } from '../rpm/modules.ts';
import { collectPackages, type ListedPackage } from '../rpm/newest.ts';
import type { MetadataFile } from '../rpm/repomd.ts';
import type { Cache } from './cache.ts';
import { download } from './download.ts';
import {
  about,
  firstEntry,
  primaryOf,
  readIndex,
  REPOMD,
  type RepositoryAddress,
  type RepositoryFinder,
  type RepositoryIndex,
} from './repository-index.ts';

/** What the service wants to know of a repository. */
export interface RepositoryContent {
  readonly packages: readonly ListedPackage[];
  readonly groups: readonly PackageGroup[];
  readonly environments: readonly PackageGroup[];
  readonly modules: readonly ModuleStream[];
}

/** Receives the progress of a repository. */
export interface RepositoryProgress {
  readonly downloading: (file: string, bytes: number, size: number | null) => void;
  readonly reading: (file: string, bytes: number, size: number | null) => void;
}

export interface RepositoryReader extends RepositoryFinder {
  readonly cache: Cache;
  readonly progress?: RepositoryProgress;
}

/** A file of the metadata that is on this machine. */
interface FetchedFile {
  readonly file: MetadataFile;
  readonly path: string;
}

/** The files of a repository that matter to us, on this machine. */
export interface FetchedRepository {
  readonly primary: FetchedFile;
  readonly comps: FetchedFile | null;
  readonly modules: FetchedFile | null;
}

/** Most decompressed bytes of a file whose repository declares no size. */
const MAX_CONTENT = 4 * 1024 ** 3;

const addressesOf = ({ href, base }: MetadataFile, urls: readonly string[]): string[] =>
  (base === null ? urls : [toDirectoryUrl(base)]).map((url) => {
    const address = new URL(href, url).href;
    // A URL can encode `..` in several ways.
    if (!address.startsWith(url)) throw new Error(`leads out of the repository, to ${address}`);
    return address;
  });

const fetchFile = (
  file: MetadataFile,
  { urls }: RepositoryIndex,
  address: RepositoryAddress,
  { transport, cache, progress }: RepositoryReader,
): Promise<FetchedFile> =>
  about(file.href, async () => {
    const onProgress = (bytes: number): void => progress?.downloading(file.href, bytes, file.size);
    return { file, path: await download(addressesOf(file, urls), file, { transport, cache, as: address, onProgress }) };
  });

const fetchFiles = async (
  index: RepositoryIndex,
  address: RepositoryAddress,
  reader: RepositoryReader,
): Promise<FetchedRepository> => {
  const { repomd } = index;
  const primary = await primaryOf(index);
  const optional = async (...types: readonly string[]): Promise<FetchedFile | null> => {
    const file = await about(REPOMD, async () => firstEntry(repomd, ...types));
    return file && fetchFile(file, index, address, reader);
  };
  return {
    comps: await optional('group_zst', 'group_xz', 'group_gz', 'group'),
    modules: await optional('modules'),
    primary: await fetchFile(primary, index, address, reader),
  };
};

/**
 * Fetches the metadata of a repository.
 * @throws RepositoryError
 */
export async function fetchRepository(
  address: RepositoryAddress,
  reader: RepositoryReader,
): Promise<FetchedRepository> {
  const index = await readIndex(address, reader);
  try {
    return await fetchFiles(index, address, reader);
  } catch (error) {
    // While we were at it, the repository may have been replaced by a newer one.
    const again = await readIndex(address, reader).catch(() => null);
    if (again === null || Buffer.compare(again.bytes, index.bytes) === 0) throw error;
    return fetchFiles(again, address, reader);
  }
}

/** Reads the content of a file. Its checksum is verified after the last chunk. */
const readFile = <T>(
  { file, path }: FetchedFile,
  progress: RepositoryProgress | undefined,
  read: (content: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> =>
  about(file.href, async () => {
    const content = decompressed(path, basename(file.href), file.openSize ?? MAX_CONTENT);
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      let bytes = 0;
      for await (const piece of verified(content, file.openChecksum)) {
        bytes += piece.byteLength;
        progress?.reading(file.href, bytes, file.openSize);
        yield piece;
      }
    };
    return read(counted());
  });

/**
 * Reads a repository: its packages, one for each name, and its groups, environments and modules.
 * @throws RepositoryError
 */
export async function readRepository(
  { primary, comps, modules }: FetchedRepository,
  architecture: Architecture,
  progress?: RepositoryProgress,
): Promise<RepositoryContent> {
  const { groups, environments } = comps
    ? await readFile(comps, progress, readComps)
    : { groups: [], environments: [] };
  const { streams, filter } = modules ? await readFile(modules, progress, readModules) : { streams: [], filter: null };
  const packages = await readFile(primary, progress, (content) => collectPackages(content, architecture, filter));
  return { packages, groups, environments, modules: streams };
}
