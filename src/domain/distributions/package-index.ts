import { isAscii } from 'node:buffer';

export interface ListedPackage {
  readonly name: string;
  readonly summary: string;
}

export interface PackagePage {
  /** Number of matches before paging. */
  readonly count: number;
  /** JSON texts, in list order. */
  readonly items: readonly string[];
}

export interface PackageIndex {
  /**
   * Packages whose name contains the text, case-sensitively; an empty text matches all. Text after `@` is searched in
   * groups and module streams instead.
   * @throws Error as `load`
   */
  readonly search: (text: string, page: { readonly limit: number; readonly offset: number }) => PackagePage;
  /** Reads the lists once. @throws Error naming the file and the field */
  readonly load: () => void;
}

type Searchable = Pick<PackageIndex, 'search'>;

const SEPARATOR = '\n';

/** Marks a group or module stream in a package list. */
export const GROUP_PREFIX = '@';

/** Packs texts into one buffer outside the heap: 100,000 strings would cost several times their bytes. */
const packTexts = (texts: readonly string[]): { readonly at: (index: number) => string; readonly count: number } => {
  const bytes = Buffer.from(texts.join(''), 'utf8');
  const ends = new Uint32Array(texts.length + 1);
  const ascii = isAscii(bytes);
  let end = 0;
  for (const [index, text] of texts.entries()) {
    end += ascii ? text.length : Buffer.byteLength(text);
    ends[index + 1] = end;
  }
  const encoding = ascii ? 'latin1' : 'utf8';
  return { at: (index) => bytes.toString(encoding, ends[index], ends[index + 1]), count: texts.length };
};

/** Indexes names in one text, so that a search is a few `indexOf` calls. Items are serialized once. */
const createNameIndex = (lists: readonly (readonly ListedPackage[])[], prefix = ''): Searchable => {
  const listed = lists.flat();
  const items = packTexts(listed.map(({ name, summary }) => JSON.stringify({ name: `${prefix}${name}`, summary })));
  const text = listed.map(({ name }) => name).join(SEPARATOR);
  const starts = new Uint32Array(listed.length);
  let length = 0;
  for (const [index, { name }] of listed.entries()) {
    starts[index] = length;
    length += name.length + SEPARATOR.length;
  }

  /** Index of the item whose name covers the position. */
  const itemAt = (position: number, from: number): number => {
    let low = from;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  return {
    search: (query, { limit, offset }) => {
      if (query === '') {
        const length = Math.max(0, Math.min(limit, items.count - offset));
        return { count: items.count, items: Array.from({ length }, (_, index) => items.at(offset + index)) };
      }
      if (query.includes(SEPARATOR)) return { count: 0, items: [] };
      const found: string[] = [];
      let count = 0;
      let item = 0;
      for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, starts[item])) {
        item = itemAt(at, item);
        if (count >= offset && found.length < limit) found.push(items.at(item));
        count += 1;
        item += 1;
        if (item >= items.count) break;
      }
      return { count, items: found };
    },
  };
};

/** Group names have no prefix. */
export interface PackageLists {
  readonly packages: readonly (readonly ListedPackage[])[];
  readonly groups: readonly ListedPackage[];
}

/** Creates an index that reads its lists on first use. */
export function createPackageIndex(read: () => PackageLists): PackageIndex {
  let loaded: { readonly packages: Searchable; readonly groups: Searchable } | null = null;
  const load = () => {
    if (loaded === null) {
      const { packages, groups } = read();
      loaded = { packages: createNameIndex(packages), groups: createNameIndex([groups], GROUP_PREFIX) };
    }
    return loaded;
  };
  return {
    load: () => void load(),
    search: (text, page) =>
      text.startsWith(GROUP_PREFIX)
        ? load().groups.search(text.slice(GROUP_PREFIX.length), page)
        : load().packages.search(text, page),
  };
}
