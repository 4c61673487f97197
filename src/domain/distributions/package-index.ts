import { isAscii } from 'node:buffer';

/** A package of a list file. */
export interface ListedPackage {
  readonly name: string;
  readonly summary: string;
}

export interface PackagePage {
  /** Number of matches before paging. */
  readonly count: number;
  /** The page's items as JSON texts, in list order. */
  readonly items: readonly string[];
}

/** Packages of one architecture of a distribution, to be searched by name. */
export interface PackageIndex {
  /**
   * Packages whose name contains the text, case-sensitively; the empty text matches all. A text that begins with `@`
   * searches what is installed by such a name, groups of packages and module streams, for what follows.
   * @throws Error as `load` does, where the lists are not read yet
   */
  readonly search: (text: string, page: { readonly limit: number; readonly offset: number }) => PackagePage;
  /**
   * Reads the lists, if that is not done yet.
   * @throws Error naming file and field that cannot be used
   */
  readonly load: () => void;
}

type Searchable = Pick<PackageIndex, 'search'>;

const SEPARATOR = '\n';

/** In front of the name of a group, where one is named in place of a package. */
export const GROUP_PREFIX = '@';

/** Texts one behind the other, outside the heap: a hundred thousand of them cost no more than their bytes. */
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

/**
 * An index of names: they form one text, so that a search is a few `indexOf` over it, and every item is serialised once,
 * so that a page is cut and not built.
 * @param prefix stands in front of the names that are given out
 */
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

  /** Position of the item whose name covers a position of the text. */
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

/** What is searched: lists of packages, and what is named with the sign of a group, without it. */
export interface PackageLists {
  readonly packages: readonly (readonly ListedPackage[])[];
  readonly groups: readonly ListedPackage[];
}

/** An index of lists that are read when they are first needed. */
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
