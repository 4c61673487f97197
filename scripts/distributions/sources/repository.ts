import { basename } from 'node:path';
import type { Architecture } from '../directory.ts';
import { hasChecksum, strongest, verified } from '../rpm/checksum.ts';
import { readComps, type PackageGroup } from '../rpm/comps.ts';
import { decompressed } from '../rpm/decompress.ts';
import { readMetalink, readMirrorlist, toDirectoryUrl, type Mirrors } from '../rpm/mirrors.ts';
import { readModules, type ModuleFilter, type ModuleStream } from '../rpm/modules.ts';
import { collectPackages, type ListedPackage } from '../rpm/newest.ts';
import { readRepomd, type MetadataFile, type Repomd } from '../rpm/repomd.ts';
import type { Cache } from './cache.ts';
import { download } from './download.ts';
import type { Transport } from './transport.ts';

/** Where a repository is, as a definition says it. */
export interface RepositoryAddress {
  readonly baseurl: string | null;
  readonly metalink: string | null;
  readonly mirrorlist: string | null;
  /** Whether a client certificate is to be shown. */
  readonly subscribed: boolean;
}

/** What the service wants to know of a repository. */
export interface RepositoryContent {
  readonly packages: readonly ListedPackage[];
  readonly groups: readonly PackageGroup[];
  readonly environments: readonly PackageGroup[];
  readonly modules: readonly ModuleStream[];
}

/** A file of a repository that cannot be used. */
export class RepositoryProblem extends Error {
  /** The file as the repository calls it, or what leads to the repository. */
  readonly file: string;
  constructor(file: string, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(message.replaceAll(/\s+/g, ' '), { cause });
    this.file = file;
  }
}

/** Told what happens with a repository. */
export interface RepositoryProgress {
  readonly downloading: (file: string, bytes: number, size: number | null) => void;
  readonly reading: (file: string, bytes: number, size: number | null) => void;
}

/** What it takes to find a repository. */
export interface RepositoryFinder {
  readonly transport: Transport;
  /** Replaces addresses, to have them from a mirror of one's own. */
  readonly rewrite?: (url: string) => string;
}

export interface RepositoryReader extends RepositoryFinder {
  readonly cache: Cache;
  /** Waits for its turn to use much of processor and memory. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly progress?: RepositoryProgress;
}

const REPOMD = 'repodata/repomd.xml';
const MEGABYTE = 1024 * 1024;
const MAX_REPOMD = 16 * MEGABYTE;
const MAX_MIRRORS = 4 * MEGABYTE;
/** Bytes that come out of a file whose repository does not say how many it holds. */
const MAX_CONTENT = 4096 * MEGABYTE;
/** Mirrors that are tried. */
const MAX_TRIED = 8;

const about = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof RepositoryProblem ? error : new RepositoryProblem(file, error);
  }
};

const findMirrors = async (address: RepositoryAddress, reader: RepositoryFinder): Promise<Mirrors> => {
  const { transport, rewrite = (url) => url } = reader;
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
      return { ...mirrors, urls: [...new Set([...own, ...mirrors.urls])].slice(0, MAX_TRIED) };
    } catch (error) {
      throw new Error(`${(error as Error).message} (${url})`, { cause: error });
    }
  });
};

/** An index of a repository's metadata, and the mirrors, the one that has it first. */
interface Index {
  readonly repomd: Repomd;
  readonly bytes: Uint8Array;
  readonly urls: readonly string[];
}

const readIndex = async (
  address: RepositoryAddress,
  { urls, checksums }: Mirrors,
  { transport }: RepositoryFinder,
): Promise<Index> => {
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
      problems.push(`${(error as Error).message} (${file})`);
    }
  }
  throw new RepositoryProblem(REPOMD, new Error(problems.join('; ')));
};

const addressesOf = ({ href, base }: MetadataFile, urls: readonly string[]): string[] =>
  (base === null ? urls : [toDirectoryUrl(base)]).map((url) => {
    const address = new URL(href, url).href;
    // An address knows more ways to say `..` than a text shows.
    if (!address.startsWith(url)) throw new Error(`leads out of the repository, to ${address}`);
    return address;
  });

/** Reads the content of a file of the metadata. */
const readFile = async <T>(
  file: MetadataFile,
  index: Index,
  address: RepositoryAddress,
  reader: RepositoryReader,
  read: (content: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> =>
  about(file.href, async () => {
    const { transport, cache, progress } = reader;
    const path = await download(addressesOf(file, index.urls), file, {
      ...{ transport, cache, as: address },
      onProgress: (bytes) => progress?.downloading(file.href, bytes, file.size),
    });
    const counted = async function* (content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      let bytes = 0;
      for await (const piece of content) {
        bytes += piece.byteLength;
        progress?.reading(file.href, bytes, file.openSize);
        yield piece;
      }
    };
    const limit = file.openSize ?? MAX_CONTENT;
    return reader.inTurn(() =>
      read(counted(verified(decompressed(path, basename(file.href), limit), file.openChecksum))),
    );
  });

const entry = (repomd: Repomd, ...types: readonly string[]): MetadataFile | null => {
  for (const type of types) {
    const file = repomd.file(type);
    if (file !== null) return file;
  }
  return null;
};

const readContent = async (
  index: Index,
  architecture: Architecture,
  address: RepositoryAddress,
  reader: RepositoryReader,
): Promise<RepositoryContent> => {
  const [modulesFile, compsFile, primaryFile] = await about(REPOMD, async () => {
    const primary = entry(index.repomd, 'primary');
    if (primary === null) throw new Error('names no list of packages');
    const comps = entry(index.repomd, 'group_zst', 'group_xz', 'group_gz', 'group');
    return [entry(index.repomd, 'modules'), comps, primary] as const;
  });
  const modules = modulesFile && (await readFile(modulesFile, index, address, reader, readModules));
  const comps = compsFile && (await readFile(compsFile, index, address, reader, readComps));
  const filter: ModuleFilter | null = modules?.filter ?? null;
  const packages = await readFile(primaryFile, index, address, reader, (content) =>
    collectPackages(content, architecture, filter),
  );
  return {
    packages,
    groups: comps?.groups ?? [],
    environments: comps?.environments ?? [],
    modules: modules?.streams ?? [],
  };
};

/**
 * Looks whether a repository can be reached and has a list of packages.
 * @throws RepositoryProblem
 */
export const probeRepository = async (address: RepositoryAddress, reader: RepositoryFinder): Promise<void> => {
  const { repomd } = await readIndex(address, await findMirrors(address, reader), reader);
  await about(REPOMD, async () => {
    if (entry(repomd, 'primary') === null) throw new Error('names no list of packages');
  });
};

/**
 * Reads a repository: its packages, one for each name, and its groups, environments and modules.
 * @throws RepositoryProblem
 */
export const readRepository = async (
  architecture: Architecture,
  address: RepositoryAddress,
  reader: RepositoryReader,
): Promise<RepositoryContent> => {
  const index = await readIndex(address, await findMirrors(address, reader), reader);
  try {
    return await readContent(index, architecture, address, reader);
  } catch (error) {
    // While we read, the repository may have been replaced by a newer one.
    const again = await readIndex(address, await findMirrors(address, reader), reader).catch(() => null);
    if (again === null || Buffer.compare(again.bytes, index.bytes) === 0) throw error;
    return readContent(again, architecture, address, reader);
  }
};
