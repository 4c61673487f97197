// Simulates the original service on its database: it repeats one statement of each kind, and measures each.
import { setTimeout as wait } from 'node:timers/promises';
import { Pool, type Client, type PoolClient } from 'pg';
import type { DatabaseConfig } from '../../src/config/index.ts';
import { createWrites, READS } from '../../test/db/original-queries.ts';

/** Count and milliseconds of the statements of a kind. */
export interface Duration {
  readonly count: number;
  readonly mean: number;
  readonly longest: number;
}

/** Costs of the statements by kind, and the longest wait for a lock in milliseconds. */
export interface Observed {
  readonly durations: Readonly<Record<string, Duration>>;
  readonly longestWait: number;
}

export interface Original {
  /** Returns the observations since the last call. @throws the error of a statement */
  readonly take: () => Observed;
  readonly stop: () => Promise<void>;
}

/** Rows that its statements use. */
export interface Tenants {
  readonly organizations: readonly string[];
  /** An id of each organization, in their order. */
  readonly composeIds: readonly string[];
  readonly blueprintIds: readonly string[];
}

const EVERY = 20;
const POOL = 4;
const NAME = 'original';

/** Milliseconds between polls of the locks that statements wait for, and the longest of these waits. */
const LOCKS_EVERY = 10;
const LONGEST_WAIT = `
  SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart)), 0)::float8 * 1000 AS milliseconds
  FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE NOT granted AND application_name = '${NAME}'`;

const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(Math.random() * values.length)] as Value;

/** Starts the original, on a pool of its own. */
export function startOriginal(config: DatabaseConfig, tenants: Tenants): Original {
  const { host, port, database, user, password } = config;
  const address = { host, port, database, user, password, options: '-c TimeZone=UTC' };
  const pool = new Pool({ ...address, max: POOL, application_name: NAME });
  const observer = new Pool({ ...address, max: 1 });
  let taken: Record<string, number[]> = {};
  let longestWait = 0;
  let failure: Error | null = null;
  let isStopping = false;

  /** A connection whose statements are measured. */
  const measured = (client: PoolClient, kind: string): Client => {
    const query = async (...given: unknown[]): Promise<unknown> => {
      const started = performance.now();
      try {
        return await (client.query as (...given: unknown[]) => Promise<unknown>)(...given);
      } finally {
        (taken[kind] ??= []).push(performance.now() - started);
      }
    };
    return { query } as unknown as Client;
  };

  const onConnection = async (kind: string, work: (sql: Client) => Promise<unknown>): Promise<void> => {
    const client = await pool.connect();
    try {
      await work(measured(client, kind));
    } finally {
      client.release();
    }
  };

  const read = (kind: string) => {
    const [text, parameters] = READS[kind] as (typeof READS)[string];
    return (sql: Client): Promise<unknown> => {
      const index = Math.floor(Math.random() * tenants.organizations.length);
      const subject = {
        orgId: tenants.organizations[index] ?? '',
        composeIds: [tenants.composeIds[index] ?? ''],
        blueprintIds: [tenants.blueprintIds[index] ?? ''],
      };
      return sql.query(text, pick(parameters(subject)));
    };
  };

  /** Blueprints and composes that were made here and are to be changed. */
  const made: { org: string; blueprint: string; compose: string }[] = [];
  let names = 0;
  const writes: Readonly<Record<string, (sql: Client) => Promise<unknown>>> = {
    'insert blueprint and compose': async (sql) => {
      const org = pick(tenants.organizations);
      const own = createWrites(sql, org);
      const { id, versionId } = await own.insertBlueprint(`made beside the migration, ${(names += 1)}`);
      made.push({ org, blueprint: id, compose: await own.insertCompose(versionId) });
    },
    'update blueprint': async (sql) => {
      const one = made.at(-1);
      if (one) await createWrites(sql, one.org).updateBlueprint(one.blueprint, `changed, ${(names += 1)}`);
    },
    'delete compose': async (sql) => {
      const one = made.at(-1);
      if (one) await createWrites(sql, one.org).deleteCompose(one.compose);
    },
    'delete blueprint': async (sql) => {
      const one = made.shift();
      if (one) await createWrites(sql, one.org).deleteBlueprint(one.blueprint);
    },
  };

  const repeat = async (kind: string, work: (sql: Client) => Promise<unknown>): Promise<void> => {
    while (!isStopping) {
      const next = wait(EVERY);
      await onConnection(kind, work);
      await next;
    }
  };
  const kinds = [...Object.keys(READS).map((kind) => [kind, read(kind)] as const), ...Object.entries(writes)];
  const observe = async (): Promise<void> => {
    while (!isStopping) {
      const next = wait(LOCKS_EVERY);
      const { rows } = await observer.query<{ milliseconds: number }>(LONGEST_WAIT);
      longestWait = Math.max(longestWait, rows[0]?.milliseconds ?? 0);
      await next;
    }
  };
  const running = [...kinds.map(([kind, work]) => repeat(kind, work)), observe()];
  const working = running.map((one) => one.catch((error: unknown) => void (failure ??= error as Error)));

  return {
    take: () => {
      if (failure !== null) throw failure;
      const durations = Object.entries(taken).map(([kind, values]) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        return [kind, { count: values.length, mean, longest: Math.max(...values) }] as const;
      });
      const observed = { durations: Object.fromEntries(durations), longestWait };
      taken = {};
      longestWait = 0;
      return observed;
    },
    stop: async () => {
      isStopping = true;
      await Promise.all(working);
      await Promise.all([pool.end(), observer.end()]);
    },
  };
}
