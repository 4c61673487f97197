// Runs single steps of a migration beside an implementation that goes on using the database.
import { setTimeout as wait } from 'node:timers/promises';
import type { Client, DatabaseError } from 'pg';
import { statementsOf, type Step } from './migration-steps.ts';

export type Report = (message: string) => void;

/**
 * Milliseconds that a step waits for the lock of a table, and after which it tries again. Every statement that comes later waits behind
 * it, so it gives way soon. A transaction that lasts longer keeps the step waiting, and nothing else.
 */
export const LOCK_TIMEOUT = 50;
const PAUSE = 1_000;
const ATTEMPTS = 600;

/** Milliseconds between polls of an index that another session builds. */
const POLL = 1_000;

const codeOf = (error: unknown): string => (error as Partial<DatabaseError>).code ?? '';

/** The lock was not granted in time, or two transactions waited for each other. */
const isTransient = (error: unknown): boolean => ['55P03', '40P01'].includes(codeOf(error));

/** The server refused the statement; it is not away, nor was the statement cancelled. */
const isRefused = (error: unknown): boolean => /^[0-9A-Z]{5}$/.test(codeOf(error)) && !/^(08|57)/.test(codeOf(error));

async function repeatWhileLocked(file: string, report: Report, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || attempt === ATTEMPTS) {
        throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
      }
      report(`${file} waits for a table that is in use`);
      await wait(PAUSE);
    }
  }
}

/**
 * Runs a step in one transaction.
 * @param record records it, in the same transaction
 * @throws Error naming the file
 */
export function runInTransaction(
  client: Client,
  step: Step,
  report: Report,
  record: () => Promise<void>,
): Promise<void> {
  return repeatWhileLocked(step.file, report, async () => {
    try {
      await client.query(`BEGIN; SET LOCAL lock_timeout = ${LOCK_TIMEOUT}`);
      await client.query(step.sql);
      await record();
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {});
      throw error;
    }
  });
}

const INDEX_STATE = `
  SELECT EXISTS (SELECT FROM pg_stat_progress_create_index WHERE index_relid = indexrelid) AS "isBeingBuilt"
  FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid`;

/** Drops an index that an interrupted run left behind. One that another session builds is waited for. */
async function dropInvalidIndex(client: Client, name: string): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ isBeingBuilt: boolean }>(INDEX_STATE, [name]);
    if (!rows[0]) return;
    if (rows[0].isBeingBuilt) await wait(POLL);
    else await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  }
}

const CREATED_INDEX = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS (\w+)/;

/**
 * Runs the statements of a step one by one, outside of a transaction. They may be repeated: an index that is there is left as it is.
 * @returns `false` if the server refused an optional step
 * @throws Error naming the file
 */
export async function runConcurrently(client: Client, step: Step, report: Report): Promise<boolean> {
  // A statement that waits here blocks neither reads nor writes. VACUUM leaves time to others, as autovacuum does.
  await client.query('SET lock_timeout = 0; SET vacuum_cost_delay = 2');
  for (const statement of statementsOf(step)) {
    const [, index] = CREATED_INDEX.exec(statement) ?? [];
    // It may take long: an index waits for every transaction that is older.
    if (index !== undefined) report(`${step.file} builds ${index}`);
    try {
      await repeatWhileLocked(step.file, report, async () => {
        if (index !== undefined) await dropInvalidIndex(client, index);
        await client.query(statement);
      });
    } catch (error) {
      if (index !== undefined) await dropInvalidIndex(client, index).catch(() => {});
      if (!step.isOptional || !isRefused((error as Error).cause)) throw error;
      report(`left out ${(error as Error).message}`);
      return false;
    }
  }
  return true;
}
