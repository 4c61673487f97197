import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from './database.ts';

/** Converts a time to a value of a statement. */
export function timestamp(time: Date | null): FragmentSqlToken {
  return sql.fragment`to_timestamp(${time === null ? null : time.getTime() / 1000}::float8)`;
}

const wait = z.strictObject({ milliseconds: z.number().nullable() });

/** Finds the milliseconds until a time in SQL, 0 or less for now; `null` for no time. */
export function findMillisecondsUntil(db: CommonQueryMethods, time: FragmentSqlToken): Promise<number | null> {
  return db.oneFirst(sql.type(wait)`
    SELECT (extract(epoch FROM ${time} - clock_timestamp()) * 1000)::float8 AS milliseconds`);
}
