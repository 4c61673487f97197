// The original service at work on its database: one statement of each kind every so many milliseconds, each measured.
import { setTimeout as wait } from 'node:timers/promises';
import { Pool, type Client, type PoolClient } from 'pg';
import type { DatabaseConfig } from '../../src/config.ts';
import { createWrites, READS } from '../../test/db/original-queries.ts';

/** Statements of a kind: how many, and milliseconds that they took. */
export interface Duration {
  readonly count: number;
  readonly mean: number;
  readonly longest: number;
}

export interface Original {
  /** What the statements took since the last call, by their kinds. @throws what a statement failed with */
  readonly take: () => Readonly<Record<string, Duration>>;
  readonly stop: () => Promise<void>;
}

/** Rows that its statements are about. */
export interface Tenants {
  readonly organizations: readonly string[];
  /** An id of each organization, in their order. */
  readonly composeIds: readonly string[];
  readonly blueprintIds: readonly string[];
}

const EVERY = 20;
const POOL = 4;

const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(Math.random() * values.length)] as Value;

/** Starts the original, on a pool of its own. */
export function startOriginal(config: DatabaseConfig, tenants: Tenants): Original {
  const { host, port, database, user, password } = config;
  const pool = new Pool({ host, port, database, user, password, max: POOL, options: '-c TimeZone=UTC' });
  let taken: Record<string, number[]> = {};
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
  const working = kinds.map(([kind, work]) => repeat(kind, work).catch((error: Error) => void (failure ??= error)));

  return {
    take: () => {
      if (failure !== null) throw failure;
      const durations = Object.entries(taken).map(([kind, values]) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        return [kind, { count: values.length, mean, longest: Math.max(...values) }] as const;
      });
      taken = {};
      return Object.fromEntries(durations);
    },
    stop: async () => {
      isStopping = true;
      await Promise.all(working);
      await pool.end();
    },
  };
}
