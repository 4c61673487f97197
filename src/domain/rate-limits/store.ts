import { createHash } from 'node:crypto';
import type { Pool, QueryConfig } from 'pg';
import type { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { DatabaseConfig } from '../../config/index.ts';
import { createClientPool } from '../../db/connection.ts';
import { withTimeout } from '../../lib/timeout.ts';
import type { Limit } from './policy.ts';

export interface Count {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Milliseconds until the window ends. */
  readonly resetIn: number;
}

/** Counts requests across all processes. */
export interface CountStore extends AsyncDisposable {
  /** Counts a request. @throws Error after a timeout or a failure of the database */
  readonly count: (key: string, limit: Limit) => Promise<Count>;
  /** Reads the count without counting a request. @throws as `count` */
  readonly read: (key: string, limit: Limit) => Promise<Omit<Count, 'allowed'>>;
}

const TABLE = 'rate_limits';

const TIMEOUT_MS = 1_000;

/** Interval of deleting expired windows, and their age. */
const CLEANUP_MS = 300_000;
const RETENTION_MS = 3_600_000;

/** Fits the index of the table; other keys are hashed. */
const PLAIN_KEY = /^[ -~]{1,200}$/;

const storable = (key: string): string =>
  PLAIN_KEY.test(key) ? key : createHash('sha256').update(key).digest('base64url');

interface OpenStore {
  readonly pool: Pool;
  readonly limiterOf: (limit: Limit) => RateLimiterPostgres;
  readonly isRefusal: (value: unknown) => value is { readonly msBeforeNext: number };
}

/** A pooler gives out connections that have not prepared the statement. */
const withoutNames = (pool: Pool): Pick<Pool, 'query'> => {
  const query = ({ text, values }: QueryConfig) => pool.query(text, values);
  return { query: query as Pool['query'] };
};

const open = async (config: DatabaseConfig): Promise<OpenStore> => {
  const { RateLimiterPostgres, RateLimiterRes } = await import('rate-limiter-flexible');
  const options = { max: 2, connectionTimeoutMillis: TIMEOUT_MS, query_timeout: TIMEOUT_MS };
  const pool = await createClientPool(config, 'image-builder', options);
  const limiters = new Map<string, RateLimiterPostgres>();
  const limiterOf = ({ requests, seconds }: Limit): RateLimiterPostgres => {
    const name = `${requests}/${seconds}`;
    let limiter = limiters.get(name);
    if (!limiter) {
      limiter = new RateLimiterPostgres({
        ...{
          storeClient: config.isPooled === true ? withoutNames(pool) : pool,
          storeType: 'pool',
          tableName: TABLE,
          tableCreated: true,
          clearExpiredByTimeout: false,
        },
        ...{ keyPrefix: '', points: requests, duration: seconds },
        // Requests over the limit are rejected from memory, without a query.
        inMemoryBlockOnConsumed: requests,
      });
      limiters.set(name, limiter);
    }
    return limiter;
  };
  return { pool, limiterOf, isRefusal: (value) => value instanceof RateLimiterRes };
};

const inTime = <T>(work: Promise<T>): Promise<T> =>
  withTimeout(work, TIMEOUT_MS, 'the database did not count the request in time');

/** Counts in PostgreSQL, over two dedicated connections, opened on first use. */
export function createCountStore(config: DatabaseConfig): CountStore {
  let opening: Promise<OpenStore> | null = null;
  let closed = false;
  const openOnce = (): Promise<OpenStore> => {
    if (closed) throw new Error('the counts are closed');
    opening ??= open(config).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };

  const deleteExpired = async (): Promise<void> => {
    // Skipped while closed: the table is small, and another process may delete the rows.
    const current = await opening?.catch(() => null);
    await current?.pool.query(`DELETE FROM ${TABLE} WHERE expire < $1`, [Date.now() - RETENTION_MS]).catch(() => {});
  };
  const cleanupTimer = setInterval(() => void deleteExpired(), CLEANUP_MS);
  cleanupTimer.unref();

  const count = async (key: string, limit: Limit): Promise<Count> => {
    const { limiterOf, isRefusal } = await openOnce();
    try {
      const { remainingPoints, msBeforeNext } = await limiterOf(limit).consume(storable(key));
      return { allowed: true, remaining: remainingPoints, resetIn: msBeforeNext };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return { allowed: false, remaining: 0, resetIn: error.msBeforeNext };
    }
  };

  const read = async (key: string, limit: Limit): Promise<Omit<Count, 'allowed'>> => {
    const { limiterOf } = await openOnce();
    const found = await limiterOf(limit).get(storable(key));
    return { remaining: found?.remainingPoints ?? limit.requests, resetIn: found?.msBeforeNext ?? 0 };
  };

  return {
    count: (key, limit) => inTime(count(key, limit)),
    read: (key, limit) => inTime(read(key, limit)),
    [Symbol.asyncDispose]: async () => {
      closed = true;
      clearInterval(cleanupTimer);
      const current = opening;
      opening = null;
      await (await current?.catch(() => null))?.pool.end();
    },
  };
}
