import { strongest, toChecksum, type Checksum } from './checksum.ts';
import { readXml } from './xml.ts';

/** A file of a repository's metadata. */
export interface MetadataFile {
  /** `primary`, `group`, `modules` and the like. */
  readonly type: string;
  /** Where it is below the repository, without `..`. */
  readonly href: string;
  /** Another repository that holds it, where `repomd.xml` names one. */
  readonly base: string | null;
  /** Of the file as it is. */
  readonly checksum: Checksum;
  /** Of what is in the file, once it is decompressed. */
  readonly openChecksum: Checksum | null;
  /** Bytes, where the repository declares them. */
  readonly size: number | null;
  readonly openSize: number | null;
}

interface Draft {
  type: string;
  href: string | null;
  base: string | null;
  checksum: [type: string, value: string] | null;
  openChecksum: [type: string, value: string] | null;
  size: number | null;
  openSize: number | null;
}

const sizeOf = (text: string): number | null => {
  const size = Number(text.trim());
  return text.trim() !== '' && Number.isSafeInteger(size) && size >= 0 ? size : null;
};

const refuse = (type: string, problem: string): Error => new Error(`its entry of ${type} ${problem}`);

const toFile = (draft: Draft): MetadataFile => {
  const { type, href, checksum, openChecksum } = draft;
  if (href === null || href === '') throw refuse(type, 'has no location');
  // Joined with an address or a directory later on: it must not lead to anything else.
  if (/^[a-z][a-z0-9+.-]*:|^\/|^\\|(?:^|[/\\])\.\.(?:[/\\]|$)/i.test(href)) {
    throw refuse(type, `has the location ${JSON.stringify(href)}, which leads out of the repository`);
  }
  if (checksum === null) throw refuse(type, 'has no checksum');
  const proven = toChecksum(...checksum);
  if (proven === null) throw refuse(type, `has a checksum that proves nothing: ${checksum[0]} ${checksum[1].trim()}`);
  return {
    ...{ type, href, base: draft.base, checksum: proven, size: draft.size, openSize: draft.openSize },
    openChecksum: openChecksum === null ? null : strongest([toChecksum(...openChecksum)].filter((sum) => sum !== null)),
  };
};

/** Reads `repomd.xml`: gives a file by its type, `null` where the repository has none. */
export interface Repomd {
  /** @throws Error when the entry cannot be used */
  readonly file: (type: string) => MetadataFile | null;
}

/**
 * Reads `repomd.xml`, the index of a repository's metadata.
 * @throws Error when it is malformed, or something else
 */
export async function readRepomd(document: Uint8Array): Promise<Repomd> {
  const drafts = new Map<string, Draft>();
  let draft: Draft | null = null;
  let checksumType = '';
  await readXml(
    (async function* () {
      yield document;
    })(),
    {
      open: (path, attributes) => {
        const [root, , member] = path;
        if (path.length === 1 && root !== 'repomd') throw new Error(`holds <${root}>, no <repomd>`);
        if (path.length === 2) {
          const type = path[1] === 'data' ? (attributes['type'] ?? '') : '';
          draft = { type, href: null, base: null, checksum: null, openChecksum: null, size: null, openSize: null };
        } else if (path.length === 3 && draft !== null) {
          checksumType = attributes['type'] ?? '';
          if (member === 'location') {
            draft.href = attributes['href'] ?? null;
            draft.base = attributes['xml:base'] ?? null;
          }
        }
      },
      close: (path, text) => {
        if (draft === null) return;
        if (path.length === 2) {
          if (draft.type !== '' && !drafts.has(draft.type)) drafts.set(draft.type, draft);
          draft = null;
          return;
        }
        const [, , member] = path;
        if (member === 'checksum') draft.checksum = [checksumType, text];
        else if (member === 'open-checksum') draft.openChecksum = [checksumType, text];
        else if (member === 'size') draft.size = sizeOf(text);
        else if (member === 'open-size') draft.openSize = sizeOf(text);
      },
    },
  );
  return {
    file: (type) => {
      const found = drafts.get(type);
      return found === undefined ? null : toFile(found);
    },
  };
}
