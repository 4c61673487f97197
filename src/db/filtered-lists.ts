// What lists that are sorted, filtered and read by position have in common.
import { sql } from 'slonik';

/** The length of a list, or that it is longer than that. */
export interface CountedRows {
  readonly count: number;
  readonly atLeast: boolean;
}

/** Which rows of a list are read. */
export interface RowWindow {
  readonly ascending: boolean;
  readonly limit: number;
  readonly offset: number;
  /** Only rows behind the one with this sort value and this id; `null` for all. */
  readonly after: readonly [value: string, id: string] | null;
  /** Whether the list is to be counted as well. */
  readonly counted: boolean;
}

export interface Filtered<Row> {
  /** `null` where the list was not to be counted. */
  readonly counted: CountedRows | null;
  readonly rows: readonly Row[];
}

/** A label that is asked for. */
export interface LabelFilter {
  readonly key: string;
  readonly value: string;
}

/** Rows that are looked at to count those that match a filter, at most. */
export const MOST_COUNTED = 2_000;

/**
 * The length of a list.
 * @param total what matches of the rows that were looked at
 * @param looked how many rows that were; one more than the most means that there are more
 */
export const toCounted = (total: number, looked: number): CountedRows => ({
  count: looked > MOST_COUNTED ? Math.min(total, MOST_COUNTED) : total,
  atLeast: looked > MOST_COUNTED,
});

export const direction = (ascending: boolean) => (ascending ? sql.fragment`ASC` : sql.fragment`DESC`);

/** What is behind a place, in the direction of the list. */
export const behind = (ascending: boolean) => (ascending ? sql.fragment`>` : sql.fragment`<`);
