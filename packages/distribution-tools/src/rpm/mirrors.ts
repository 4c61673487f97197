import { toChecksum, type Checksum } from './checksum.ts';
import { readXml } from './xml.ts';

/** Addresses of a repository, and the expected checksums of its `repomd.xml`. */
export interface Mirrors {
  /** Addresses of the repository, each ending with `/`, the preferred ones first. */
  readonly urls: readonly string[];
  /** Checksums of `repomd.xml`: one of the newest version and of older versions that are accepted; empty for a mirror list. */
  readonly checksums: readonly (readonly Checksum[])[];
}

const REPOMD = 'repodata/repomd.xml';
/** What we can fetch, the best first. */
const PROTOCOLS = ['https:', 'http:', 'file:'];

const protocolOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '');

/** An address that ends with `/`, so that names can be appended. A query stays behind: it belongs to the file. */
export function toDirectoryUrl(url: string): string {
  const parsed = new URL(url);
  parsed.search = '';
  parsed.hash = '';
  if (!parsed.pathname.endsWith('/')) parsed.pathname += '/';
  return parsed.href;
}

/**
 * Reads a metalink: mirrors of one `repomd.xml`, by preference, with its checksums.
 * @throws Error when it is malformed, or names no mirror that can be used
 */
export async function readMetalink(document: Uint8Array): Promise<Mirrors> {
  const mirrors: { readonly url: string; readonly preference: number }[] = [];
  // One list of checksums for each version of the file.
  const checksums: Checksum[][] = [];
  let file = '';
  let current: Checksum[] = [];
  let attributes: Readonly<Record<string, string>> = {};
  const isVersion = (name: string | undefined): boolean => name === 'file' || name === 'mm0:alternate';
  await readXml(
    (async function* () {
      yield document;
    })(),
    {
      open: (path, found) => {
        const element = path[path.length - 1];
        if (path.length === 1 && element !== 'metalink') throw new Error(`holds <${element}>, no <metalink>`);
        if (element === 'file') file = found['name'] ?? '';
        if (element === 'verification' && isVersion(path[path.length - 2])) checksums.push((current = []));
        attributes = found;
      },
      close: (path, text) => {
        const element = path[path.length - 1];
        if (file !== 'repomd.xml') return;
        if (element === 'hash') {
          const checksum = toChecksum(attributes['type'] ?? '', text);
          if (checksum !== null) current.push(checksum);
        } else if (element === 'url') {
          const url = text.trim();
          if (PROTOCOLS.includes(protocolOf(url)) && new URL(url).pathname.endsWith(`/${REPOMD}`)) {
            const base = new URL(url);
            base.pathname = base.pathname.slice(0, -REPOMD.length);
            mirrors.push({ url: toDirectoryUrl(base.href), preference: Number(attributes['preference'] ?? 0) || 0 });
          }
        }
      },
    },
  );
  if (mirrors.length === 0) throw new Error('names no mirror of repodata/repomd.xml that can be used');
  const rank = ({ url, preference }: (typeof mirrors)[number]): number =>
    PROTOCOLS.indexOf(protocolOf(url)) * 1_000 - preference;
  const urls = mirrors.toSorted((a, b) => rank(a) - rank(b)).map(({ url }) => url);
  return { urls: [...new Set(urls)], checksums: checksums.filter((list) => list.length > 0) };
}

/**
 * Reads a mirror list: one address of the repository in each line.
 * @throws Error when it names no mirror that can be used
 */
export function readMirrorlist(document: Uint8Array): Mirrors {
  const lines = new TextDecoder()
    .decode(document)
    .split(/\r?\n/)
    .map((line) => line.trim());
  const urls = lines.filter((line) => !line.startsWith('#') && PROTOCOLS.includes(protocolOf(line)));
  if (urls.length === 0) throw new Error('names no mirror that can be used');
  return { urls: [...new Set(urls.map(toDirectoryUrl))], checksums: [] };
}
