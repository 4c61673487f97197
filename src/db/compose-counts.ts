// Counting builds: what is counted by hour is kept by the database (additions/006 and 018), and grows here.
import { LRUCache } from 'lru-cache';
import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** Rows read to count an organization's builds from which on its hours are worth counting for good. */
const MANY = 1_000;

/** Organizations whose hours were counted a moment ago; hours end rarely. */
const counted = new LRUCache<string, true>({ max: 1_000, ttl: 60_000 });

/**
 * Sees to it that hours that are over are counted for good, if much was read to count. Nobody waits for it.
 * @param lookedAt rows that were read to count
 */
export const countHoursLater = (db: CommonQueryMethods, orgId: string, lookedAt: number): void => {
  if (lookedAt < MANY || counted.has(orgId)) return;
  counted.set(orgId, true);
  db.query(sql.type(row<Record<never, never>>())`SELECT count_compose_hours(${orgId})`).catch(() => {
    // Counting goes on one by one; the next one who counts tries again.
    counted.delete(orgId);
  });
};
