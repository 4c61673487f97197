import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** Succeeds when the database answers. */
export const ping = async (db: CommonQueryMethods): Promise<void> => {
  await db.one(sql.type(row<{ one: number }>())`SELECT 1 AS one`);
};
