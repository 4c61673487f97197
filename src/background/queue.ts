import { Client } from 'pg';
import type { PgBoss } from 'pg-boss';
import type { DatabaseConfig } from '../config.ts';
import { tlsOptions } from '../db/database.ts';
import type { Logger } from '../logger.ts';

/** Schema of the job queue's tables, beside the service's own. */
const SCHEMA = 'image_builder_jobs';

/** Connections of the job queue, besides the service's pool. */
export const CONNECTIONS = 2;

/** Milliseconds for which further problems are not logged. */
const QUIET = 10_000;

/** Seconds between looks for jobs whose process died, and seconds that ended jobs are kept. */
const SUPERVISION = 10;
const KEPT = 3600;

/**
 * Names of the queues, with what is special about each. None of them waits for a job that runs: its process may have died, and
 * whatever jobs do may be done by several at the same time.
 */
export const QUEUES = {
  /** Looks at builds that are due. */
  'follow-due': { policy: 'short', expireInSeconds: 120 },
  /** Settles what processes left behind. */
  'settle-builds': { policy: 'short', expireInSeconds: 180 },
  /** Looks for builds at composer that are nobody's, where the tenant is ours alone. */
  'find-orphans': { policy: 'short', expireInSeconds: 180 },
  /** Forgets what has had its time. */
  clean: { policy: 'short', expireInSeconds: 60 },
} as const;

export type QueueName = keyof typeof QUEUES;

/** The oldest PostgreSQL that the job queue works on, as servers number themselves. */
const OLDEST_SERVER = 130_000;

const open = async (config: DatabaseConfig, owner: boolean): Promise<PgBoss> => {
  const { host, port, database, user, password } = config;
  const ssl = await tlsOptions(config);
  // Loaded when it is needed: the service is up before its background work is.
  const { PgBoss: Boss } = await import('pg-boss');
  return new Boss({
    ...{ host, port, database, user, password, schema: SCHEMA, application_name: 'image-builder-jobs' },
    ...(ssl === false ? {} : { ssl }),
    ...{ max: CONNECTIONS, createSchema: owner, migrate: owner, supervise: !owner, schedule: false },
    ...{
      superviseIntervalSeconds: SUPERVISION,
      monitorIntervalSeconds: SUPERVISION,
      openTelemetry: { enabled: false },
    },
  });
};

/**
 * Connects to the job queue, which `installQueue` has made.
 * @throws when the database cannot be reached or has no queue
 */
export const openQueue = async (config: DatabaseConfig, log: Logger): Promise<PgBoss> => {
  const boss = await open(config, false);
  // Every worker says so every second while the database is away.
  let quietUntil = 0;
  boss.on('error', (error) => {
    const now = performance.now();
    if (now < quietUntil) return;
    quietUntil = now + QUIET;
    log.warn({ err: error }, 'the job queue has a problem');
  });
  try {
    await boss.start();
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
  return boss;
};

/** Number of the server's version, and that of the queue's schema, `null` where there is none. */
const inspect = async (config: DatabaseConfig): Promise<{ server: number; queue: number | null }> => {
  const { host, port, database, user, password } = config;
  const client = new Client({ host, port, database, user, password, ssl: await tlsOptions(config) });
  await client.connect();
  try {
    const { rows } = await client.query<{ server: number; installed: boolean }>(
      `SELECT current_setting('server_version_num')::int AS server, to_regclass('${SCHEMA}.version') IS NOT NULL AS installed`,
    );
    const { server = 0, installed = false } = rows[0] ?? {};
    if (!installed) return { server, queue: null };
    const version = await client.query<{ version: number }>(`SELECT version FROM ${SCHEMA}.version`);
    return { server, queue: version.rows[0]?.version ?? null };
  } finally {
    await client.end();
  }
};

/**
 * Makes or updates the tables of the job queue. Does nothing to current ones.
 * @returns how many migrations it took, 0 or 1
 * @throws when the database cannot be reached or refuses
 */
export const installQueue = async (config: DatabaseConfig, report: (message: string) => void): Promise<number> => {
  const before = await inspect(config);
  if (before.server < OLDEST_SERVER) {
    report('no background work: it needs PostgreSQL 13 or newer');
    return 0;
  }
  const boss = await open(config, true);
  // What goes wrong here is thrown as well.
  boss.on('error', () => {});
  await boss.start();
  try {
    for (const [name, { policy, ...settings }] of Object.entries(QUEUES)) {
      const all = { retryLimit: 0, deleteAfterSeconds: KEPT, retentionSeconds: KEPT, ...settings };
      await boss.createQueue(name, { policy, ...all });
      await boss.updateQueue(name, all);
    }
    if (before.queue === (await boss.schemaVersion())) return 0;
    report('applied the schema of the job queue');
    return 1;
  } finally {
    await boss.stop({ graceful: false });
  }
};
