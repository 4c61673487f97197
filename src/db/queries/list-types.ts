// What the lists of composes and blueprints are read by, and what they return.

/** Keyset position of an entry: the value of the sort expression and the id. */
export type Position = readonly [value: string, id: string];

export interface LabelFilter {
  readonly key: string;
  readonly value: string;
}

/** The page of a list to read. */
export interface ListWindow {
  readonly ascending: boolean;
  readonly limit: number;
  readonly offset: number;
  /** Reads entries after this position; `null` for all. */
  readonly after: Position | null;
  /** Counts the whole list, up to `MOST_COUNTED` entries, or nothing. */
  readonly counted: 'exactly' | 'bounded' | 'not';
}

export interface Counted {
  readonly count: number;
  /** Whether the list is longer than `count`. */
  readonly atLeast: boolean;
}

export interface ListPage {
  /** `null` where the list was not counted. */
  readonly counted: Counted | null;
  /** JSON texts of the items, separated by commas, as far as they are small together. */
  readonly items: string;
  /** Ids of the other entries of the page, which have to be read one by one. */
  readonly rest: readonly string[];
  /** Number of entries. */
  readonly found: number;
  /** Position of the last item, `null` on the last page. */
  readonly next: Position | null;
}
