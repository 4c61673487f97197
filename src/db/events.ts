import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** Publishes events that are on record, at most that many, in order. Gives how many; none while somebody else does. */
export const publishEvents = async (db: CommonQueryMethods, most: number): Promise<number> => {
  const { published } = await db.one(sql.type(row<{ published: number }>())`
    SELECT publish_events(${most}::int) AS published`);
  return published;
};
