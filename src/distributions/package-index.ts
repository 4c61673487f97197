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
  /** Packages whose name contains the text, case-sensitively; the empty text matches all. */
  readonly search: (text: string, page: { readonly limit: number; readonly offset: number }) => PackagePage;
}

const SEPARATOR = '\n';

/**
 * Prepares lists for searching: all names form one text, so that a search is a few `indexOf` over it, and every item is
 * serialised once, so that a page is cut and not built.
 */
export const createPackageIndex = (lists: readonly (readonly ListedPackage[])[]): PackageIndex => {
  const items: string[] = [];
  const starts: number[] = [];
  const names: string[] = [];
  let length = 0;
  for (const list of lists) {
    for (const { name, summary } of list) {
      items.push(JSON.stringify({ name, summary }));
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
