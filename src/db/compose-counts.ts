// Counting builds: what is counted by hour is kept by the database (additions/006), and grows here.
import { LRUCache } from 'lru-cache';
import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** Builds counted one by one from which on an organization's hours are worth counting. */
const MANY = 2_000;

/** Organizations whose hours were counted a moment ago; hours end rarely. */
const counted = new LRUCache<string, true>({ max: 1_000, ttl: 60_000 });

/**
 * Sees to it that what was counted one by one is counted by the hour the next time, if it was much. Nobody waits for it.
 * @param lookedAt builds that were counted one by one
 */
export const countHoursLater = (db: CommonQueryMethods, orgId: string, lookedAt: number): void => {
  if (lookedAt < MANY || counted.has(orgId)) return;
  counted.set(orgId, true);
  db.query(sql.type(row<Record<never, never>>())`SELECT count_compose_hours(${orgId})`).catch(() => {
    // Counting goes on one by one; the next one who counts tries again.
    counted.delete(orgId);
  });
};
