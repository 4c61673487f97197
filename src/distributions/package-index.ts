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

/** Packages of one architecture of a distribution, ready to be searched by name. */
export interface PackageIndex {
  /**
   * Packages whose name contains the text, case-sensitively; the empty text matches all. A text that begins with `@`
   * searches what is installed by such a name, groups of packages and module streams, for what follows.
   */
  readonly search: (text: string, page: { readonly limit: number; readonly offset: number }) => PackagePage;
}

const SEPARATOR = '\n';

/** In front of the name of a group, where one is named in place of a package. */
export const GROUP_SIGN = '@';

/**
 * An index of names: they form one text, so that a search is a few `indexOf` over it, and every item is serialised once,
 * so that a page is cut and not built.
 * @param sign stands in front of the names that are given out
 */
const createNameIndex = (lists: readonly (readonly ListedPackage[])[], sign = ''): PackageIndex => {
  const items: string[] = [];
  const starts: number[] = [];
  const names: string[] = [];
  let length = 0;
  for (const list of lists) {
    for (const { name, summary } of list) {
      items.push(JSON.stringify({ name: `${sign}${name}`, summary }));
      names.push(name);
      starts.push(length);
      length += name.length + SEPARATOR.length;
    }
  }
  const text = names.join(SEPARATOR);

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
    search: (wanted, { limit, offset }) => {
      if (wanted === '') return { count: items.length, items: items.slice(offset, offset + limit) };
      if (wanted.includes(SEPARATOR)) return { count: 0, items: [] };
      const found: string[] = [];
      let count = 0;
      let item = 0;
      for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, starts[item])) {
        item = itemAt(at, item);
        if (count >= offset && found.length < limit) found.push(items[item] as string);
        count += 1;
        item += 1;
        if (item >= items.length) break;
      }
      return { count, items: found };
    },
  };
};

/**
 * Prepares lists for searching.
 * @param groups what is named with the sign of a group, without it
 */
export const createPackageIndex = (
  lists: readonly (readonly ListedPackage[])[],
  groups: readonly ListedPackage[] = [],
): PackageIndex => {
  const packageNames = createNameIndex(lists);
  const groupNames = createNameIndex([groups], GROUP_SIGN);
  return {
    search: (text, page) =>
      text.startsWith(GROUP_SIGN)
        ? groupNames.search(text.slice(GROUP_SIGN.length), page)
        : packageNames.search(text, page),
  };
};
