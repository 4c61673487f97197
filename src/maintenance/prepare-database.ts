import { Logger, runMigrations } from 'graphile-worker';
import type { Pool } from 'pg';
import { composeTexts } from '../domain/compose-requests/compose-texts.ts';
import type { DatabaseConfig } from '../config/index.ts';
import { createClientPool, requireDirectDatabase, SESSION_OPTIONS } from '../db/connection.ts';
import { migrate } from '../db/migrate.ts';
import { planMigration } from '../db/migration-plan.ts';

/** The schema of the job queue's tables, beside the service's own. */
const QUEUE = 'graphile_worker';

type Report = (message: string) => void;

async function countQueueMigrations(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ found: boolean }>(
    `SELECT to_regclass('${QUEUE}.migrations') IS NOT NULL AS found`,
  );
  if (!rows[0]?.found) return 0;
  const counted = await pool.query<{ total: number }>(`SELECT count(*)::int AS total FROM ${QUEUE}.migrations`);
  return counted.rows[0]?.total ?? 0;
}

/** Runs work on a pool without statement timeout. */
async function withPool<Result>(config: DatabaseConfig, work: (pool: Pool) => Promise<Result>): Promise<Result> {
  const options = `${SESSION_OPTIONS} -c statement_timeout=0`;
  const pool = await createClientPool(requireDirectDatabase(config), 'image-builder-migrate', { options, max: 2 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** Installs or updates the tables of the job queue. @returns the number of its migrations that were applied */
function installQueue(config: DatabaseConfig, report: Report): Promise<number> {
  return withPool(config, async (pool) => {
    const before = await countQueueMigrations(pool);
    await runMigrations({ pgPool: pool, schema: QUEUE, logger: new Logger(() => () => {}) });
    const applied = (await countQueueMigrations(pool)) - before;
    if (applied > 0) report('applied the schema of the job queue');
    return applied;
  });
}

/**
 * Migrates a database to the current schema, the tables of the job queue included. Several processes can call it concurrently.
 * @returns the number of migrations applied
 * @throws Error naming the migration that failed, or a recorded version that this release does not know
 */
export async function prepareDatabase(config: DatabaseConfig, report: Report): Promise<number> {
  const applied = await migrate(config, composeTexts, report);
  return applied + (await installQueue(config, report));
}

/** Describes what `prepareDatabase` would do, a line for each step and for each table that it locks. Changes nothing. */
export async function planDatabase(config: DatabaseConfig): Promise<readonly string[]> {
  const lines = await planMigration(config);
  const queue = await withPool(config, countQueueMigrations);
  return queue > 0 ? lines : [...lines, `job queue: tables in the schema ${QUEUE}, which other tables do not wait for`];
}
