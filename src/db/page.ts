import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from './database.ts';

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** Rows of a page, and the number of rows on all pages. */
export interface CountedPage<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

const counted = z.strictObject({ total: z.int() });

/** Counts rows. @param source tables and conditions */
export function countRows(db: CommonQueryMethods, source: FragmentSqlToken): Promise<number> {
  return db.oneFirst(sql.type(counted)`SELECT count(*) AS total FROM ${source}`);
}

/**
 * Reads a page and counts all rows; the last page needs no count.
 * @param source tables and conditions
 * @param order a total order of the rows
 */
export async function readCountedPage<Row extends object>(
  db: CommonQueryMethods,
  row: z.ZodType<Row>,
  { columns, source, order }: Readonly<Record<'columns' | 'source' | 'order', FragmentSqlToken>>,
  { limit, offset }: Page,
): Promise<CountedPage<Row>> {
  const rows = await db.any(sql.type(row)`
    SELECT ${columns} FROM ${source} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`);
  if (rows.length > 0 && rows.length < limit) return { total: offset + rows.length, rows };
  return { total: await countRows(db, source), rows };
}
