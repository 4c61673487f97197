import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { DatabaseConfig } from '../../config/index.ts';
import { createClientPool } from '../../db/connection.ts';
import { withTimeout } from '../../lib/timeout.ts';
import type { Limit } from './policy.ts';

/** What counting a request found. */
export interface Count {
  readonly allowed: boolean;
  /** Requests that are left in the window. */
  readonly remaining: number;
  /** Milliseconds until the window ends. */
  readonly resetIn: number;
}

/** Counts requests, for all processes together. */
export interface CountStore extends AsyncDisposable {
  /** Counts one request against a limit. @throws when that cannot be known in time */
  readonly count: (key: string, limit: Limit) => Promise<Count>;
  /** What is left of a limit, without counting anything. @throws as `count` */
  readonly look: (key: string, limit: Limit) => Promise<Omit<Count, 'allowed'>>;
}

/** Made by our migration. */
const TABLE = 'rate_limits';

/** Milliseconds that a request waits for its count. */
const PATIENCE = 1_000;

/** Milliseconds between two deletions of windows that ended, and how long ago they did. */
const CLEANING = 300_000;
const KEPT = 3_600_000;

/** What the table's index takes, whoever chose it. Other keys are hashed. */
const PLAIN_KEY = /^[ -~]{1,200}$/;

const storable = (key: string): string =>
  PLAIN_KEY.test(key) ? key : createHash('sha256').update(key).digest('base64url');

interface Open {
  readonly pool: Pool;
  readonly limiterOf: (limit: Limit) => RateLimiterPostgres;
  readonly isRefusal: (value: unknown) => value is { readonly msBeforeNext: number };
}

const open = async (config: DatabaseConfig): Promise<Open> => {
  const { RateLimiterPostgres, RateLimiterRes } = await import('rate-limiter-flexible');
  const options = { max: 2, connectionTimeoutMillis: PATIENCE, query_timeout: PATIENCE };
  const pool = await createClientPool(config, 'image-builder', options);
  const limiters = new Map<string, RateLimiterPostgres>();
  const limiterOf = ({ requests, seconds }: Limit): RateLimiterPostgres => {
    const name = `${requests}/${seconds}`;
    let limiter = limiters.get(name);
    if (!limiter) {
      limiter = new RateLimiterPostgres({
        ...{ storeClient: pool, tableName: TABLE, tableCreated: true, clearExpiredByTimeout: false },
        ...{ keyPrefix: '', points: requests, duration: seconds },
        // Whoever is over the limit is refused from memory: a flood never gets as far as the database.
        inMemoryBlockOnConsumed: requests,
      });
      limiters.set(name, limiter);
    }
    return limiter;
  };
  return { pool, limiterOf, isRefusal: (value) => value instanceof RateLimiterRes };
};

const inTime = <T>(work: Promise<T>): Promise<T> =>
  withTimeout(work, PATIENCE, 'the database did not count the request in time');

/** Counts in PostgreSQL, over two connections of its own, which are opened at the first use. */
export const createCountStore = (config: DatabaseConfig): CountStore => {
  let opening: Promise<Open> | null = null;
  let closed = false;
  const opened = (): Promise<Open> => {
    if (closed) throw new Error('the counts are closed');
    opening ??= open(config).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };

  const clean = async (): Promise<void> => {
    // Not worth a connection: the table is as large as there are organizations, and another process may do it.
    const current = await opening?.catch(() => null);
    await current?.pool.query(`DELETE FROM ${TABLE} WHERE expire < $1`, [Date.now() - KEPT]).catch(() => {});
  };
  const cleaning = setInterval(() => void clean(), CLEANING);
  cleaning.unref();

  const count = async (key: string, limit: Limit): Promise<Count> => {
    const { limiterOf, isRefusal } = await opened();
    try {
      const { remainingPoints, msBeforeNext } = await limiterOf(limit).consume(storable(key));
      return { allowed: true, remaining: remainingPoints, resetIn: msBeforeNext };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return { allowed: false, remaining: 0, resetIn: error.msBeforeNext };
    }
  };

  const look = async (key: string, limit: Limit): Promise<Omit<Count, 'allowed'>> => {
    const { limiterOf } = await opened();
    const found = await limiterOf(limit).get(storable(key));
    return { remaining: found?.remainingPoints ?? limit.requests, resetIn: found?.msBeforeNext ?? 0 };
  };

  return {
    count: (key, limit) => inTime(count(key, limit)),
    look: (key, limit) => inTime(look(key, limit)),
    [Symbol.asyncDispose]: async () => {
      closed = true;
      clearInterval(cleaning);
      const current = opening;
      opening = null;
      await (await current?.catch(() => null))?.pool.end();
    },
  };
};
