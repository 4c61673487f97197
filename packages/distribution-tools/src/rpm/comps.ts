import { detached, readXml } from './xml.ts';

/** A group of packages, or an environment, which is a group of groups. */
export interface PackageGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface Comps {
  readonly groups: readonly PackageGroup[];
  readonly environments: readonly PackageGroup[];
}

type Draft = { -readonly [Key in keyof PackageGroup]: PackageGroup[Key] };

/**
 * Reads `comps.xml`, the groups and environments of a repository. Translations are left out.
 * @throws Error when the document is malformed, or holds something else
 */
export async function readComps(document: AsyncIterable<Uint8Array>): Promise<Comps> {
  const found: Readonly<Record<string, Draft[]>> = { group: [], environment: [] };
  let draft: Draft | null = null;
  let translated = false;
  await readXml(document, {
    open: (path, attributes) => {
      if (path.length === 1 && path[0] !== 'comps') throw new Error(`holds <${path[0]}>, no groups`);
      if (path.length === 2) draft = { id: '', name: '', description: '' };
      if (path.length === 3) translated = attributes['xml:lang'] !== undefined;
    },
    close: (path, text) => {
      const [, kind = '', member = ''] = path;
      if (draft === null) return;
      if (path.length === 3 && !translated && (member === 'id' || member === 'name' || member === 'description')) {
        draft[member] = detached(text.trim());
      } else if (path.length === 2) {
        if (draft.id !== '') found[kind]?.push(draft);
        draft = null;
      }
    },
  });
  return { groups: found['group'] ?? [], environments: found['environment'] ?? [] };
}
