// Repositories and distribution directories made by hand: they need no tools, and can be wrong in any way.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { updatePackages, type UpdatePackagesOptions } from '../../../packages/distribution-tools/src/packages.ts';
import { plainProgress } from '../../../packages/distribution-tools/src/progress.ts';
import { openCache } from '../../../packages/distribution-tools/src/sources/cache.ts';
import { createTransport, type TransportSettings } from '../../../packages/distribution-tools/src/sources/transport.ts';
import { PATIENCE } from '../../support/patience.ts';
import type { TemporaryDirectory } from '../../domain/distributions/support.ts';

/** A package of a repository made by hand. */
export interface PackageEntry {
  readonly name: string;
  readonly arch?: string;
  readonly epoch?: string;
  readonly version?: string;
  readonly release?: string;
  readonly summary?: string;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const packageXml = ({
  name,
  arch = 'x86_64',
  epoch = '0',
  version = '1',
  release = '1',
  summary = name,
}: PackageEntry): string =>
  `<package type="rpm"><name>${name}</name><arch>${arch}</arch>` +
  `<version epoch="${epoch}" ver="${version}" rel="${release}"/><summary>${escape(summary)}</summary>` +
  `<description>Not the summary</description><format><rpm:provides><rpm:entry name="${name}"/></rpm:provides>` +
  `<file>/usr/bin/${name}</file></format></package>\n`;

export const primaryXml = (...packages: readonly PackageEntry[]): string =>
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<metadata xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="http://linux.duke.edu/metadata/rpm">\n' +
  `${packages.map(packageXml).join('')}</metadata>\n`;

export const checksumOf = (data: string | Uint8Array, algorithm = 'sha256'): string =>
  createHash(algorithm).update(data).digest('hex');

/** A file of metadata, as `repomd.xml` describes it, truly or not. */
export interface MetadataEntry {
  readonly type: string;
  readonly href: string;
  readonly data: Uint8Array;
  /** What is in it when it is open. */
  readonly open: Uint8Array;
  readonly algorithm?: string;
  /** Replaces parts of the entry. */
  readonly change?: (entry: string) => string;
}

const entryXml = ({ type, href, data, open, algorithm = 'sha256', change = (entry) => entry }: MetadataEntry): string =>
  change(
    `<data type="${type}"><checksum type="${algorithm}">${checksumOf(data, algorithm)}</checksum>` +
      `<open-checksum type="${algorithm}">${checksumOf(open, algorithm)}</open-checksum>` +
      `<location href="${href}"/><size>${data.byteLength}</size><open-size>${open.byteLength}</open-size></data>\n`,
  );

export const repomdXml = (...entries: readonly MetadataEntry[]): string =>
  `<repomd xmlns="http://linux.duke.edu/metadata/repo">\n${entries.map(entryXml).join('')}</repomd>\n`;

const compressors = {
  '': (data: Uint8Array) => data,
  '.gz': (data: Uint8Array) => gzipSync(data),
  '.zst': (data: Uint8Array) => zstdCompressSync(data),
} as const;

/** An entry whose file is what its content makes it. */
export const metadata = (
  type: string,
  content: string,
  { suffix = '.gz', ...more }: { readonly suffix?: keyof typeof compressors } & Partial<MetadataEntry> = {},
): MetadataEntry => {
  const open = Buffer.from(content);
  const data = compressors[suffix](open);
  const name = { primary: 'primary.xml', group: 'comps.xml', modules: 'modules.yaml' }[type] ?? type;
  return { type, href: `repodata/${name}${suffix}`, data, open, ...more };
};

/** The files of a repository, by their paths in it. */
export const repositoryFiles = (...entries: readonly MetadataEntry[]): Map<string, Uint8Array> =>
  new Map([
    ['repodata/repomd.xml', Buffer.from(repomdXml(...entries))],
    ...entries.map(({ href, data }) => [href, data] as const),
  ]);

/** Writes the files of a repository below a directory. */
export const writeRepository = (directory: string, files: ReadonlyMap<string, Uint8Array>): void => {
  for (const [path, data] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), data);
  }
};

/** A definition of a distribution with these repositories for x86_64. */
export const definitionOf = (
  name: string,
  repositories: readonly object[],
  more: object = {},
): Readonly<Record<string, unknown>> => ({
  distribution: { name, description: name, no_package_list: false },
  x86_64: { image_types: ['guest-image'], repositories: repositories.map((each) => ({ rhsm: false, ...each })) },
  ...more,
});

/** Writes definitions into the directory `data` of a temporary one. */
export const writeDefinitions = (directory: TemporaryDirectory, ...definitions: readonly object[]): void => {
  for (const definition of definitions) {
    const { name } = (definition as { distribution: { name: string } }).distribution;
    directory.write(`data/${name}/${name}.json`, definition);
  }
};

/** Settings of tests: nothing is waited for longer than it has to be. */
export const SETTINGS: TransportSettings = { proxyEnv: {}, timeout: PATIENCE, retryDelay: 1 };

/** Runs the command on the directory `data` of a temporary one. Gives how it went, and the lines it printed. */
export const runPackages = async (
  directory: TemporaryDirectory,
  { settings, ...options }: Partial<UpdatePackagesOptions> & { readonly settings?: Partial<TransportSettings> } = {},
) => {
  const lines: string[] = [];
  using cache = await openCache(directory.file('cache'));
  const result = await updatePackages({
    dir: directory.file('data'),
    transport: createTransport({ ...SETTINGS, ...settings }),
    cache,
    hasCertificate: false,
    parallel: 4,
    enable: false,
    progress: plainProgress((line) => void lines.push(line)),
    ...options,
  });
  return { ...result, lines };
};

/** What a list in the directory `data` holds. */
export const readList = (directory: TemporaryDirectory, distribution: string, list: string): unknown =>
  JSON.parse(directory.read(`data/${distribution}/${distribution}-${list}.json`));
