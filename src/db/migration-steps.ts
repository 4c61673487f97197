// Steps of migrations: files `NNN_what_changes.sql`. A first line `-- migrate: …` marks a step that is no transaction.
import { ConstantBackoff, handleWhen, retry, type RetryPolicy } from 'cockatiel';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client, DatabaseError } from 'pg';

export interface Step {
  readonly number: number;
  readonly file: string;
  readonly text: string;
  /** SHA-256 of the text, in hexadecimal. */
  readonly checksum: string;
  /**
   * `transaction`: all statements in one. `concurrently`: one after the other, each repeatable and without blocking reads or writes.
   * `fill`: a query of the next $2 ids after $1, whose rows a fill function indexes.
   */
  readonly kind: 'transaction' | 'concurrently' | 'fill';
  /** The name of a fill function. */
  readonly fill: string;
  /** Whether the migration skips the step on a server that refuses it. */
  readonly isOptional: boolean;
  /** The last id of a fill that was interrupted, `null` otherwise. */
  readonly progress: string | null;
}

const HEADER = /^-- migrate: (concurrently|fill (\w+))(, optional)?\n/;

function toStep(file: string, index: number, text: string): Step {
  if (Number(/^(\d+)_/.exec(file)?.[1]) !== index + 1) {
    throw new Error(`${file}: migrations are numbered from 1 without gaps`);
  }
  const [, how, fill = '', optional] = HEADER.exec(text) ?? [];
  if (how === undefined && text.startsWith('-- migrate:')) throw new Error(`${file}: unknown kind of step`);
  const kind = how === undefined ? 'transaction' : how === 'concurrently' ? how : 'fill';
  const checksum = createHash('sha256').update(text).digest('hex');
  return { number: index + 1, file, text, checksum, kind, fill, isOptional: optional !== undefined, progress: null };
}

/** Reads the steps of a folder, in order. @throws Error naming a file with a wrong number or kind */
export async function readSteps(folder: string): Promise<readonly Step[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(files.map(async (file, index) => toStep(file, index, await readFile(join(folder, file), 'utf8'))));
}

/** Splits a step without function bodies into statements. */
function statementsOf({ text }: Step): readonly string[] {
  const statements = text.replaceAll(/--[^\n]*/g, '').split(';');
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}

/** Indexes the rows of a batch. @returns `false` when a row was locked: the batch has to be repeated */
export type Fill = (ids: readonly string[]) => Promise<boolean>;

export interface Execution {
  readonly client: Client;
  readonly fills: Readonly<Record<string, Fill>>;
  readonly report: (message: string) => void;
  /** Records the step as applied or, with the last id of a batch, the progress of a fill. */
  readonly record: (progress: string | null) => Promise<unknown>;
}

/**
 * Milliseconds that a transaction waits for a table lock before it is retried. Later statements of other processes queue behind the
 * waiting lock, so it must be short.
 */
export const LOCK_TIMEOUT = 50;
const PAUSE = 1_000;
const ATTEMPTS = 600;

/** Whether the lock was not granted in time, or a deadlock was detected. */
const isTransient = (error: unknown): boolean => ['55P03', '40P01'].includes((error as DatabaseError).code ?? '');

/** Retries a step until its locks are granted. */
function retryUntilUnlocked({ file }: Step, { report }: Execution): RetryPolicy {
  const policy = retry(handleWhen(isTransient), { maxAttempts: ATTEMPTS, backoff: new ConstantBackoff(PAUSE) });
  policy.onRetry(() => report(`${file} waits for a table that is in use`));
  return policy;
}

async function runInTransaction(step: Step, execution: Execution): Promise<void> {
  const { client, record } = execution;
  await retryUntilUnlocked(step, execution).execute(async () => {
    try {
      await client.query(`BEGIN; SET LOCAL lock_timeout = ${LOCK_TIMEOUT}`);
      await client.query(step.text);
      await record(null);
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

/** Drops an index that an interrupted run left invalid, unless another session is building the index: then waits for it. */
async function dropInvalidIndex(client: Client, name: string): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ isBeingBuilt: boolean }>(INDEX_STATE, [name]);
    if (!rows[0]) return;
    if (rows[0].isBeingBuilt) await wait(PAUSE);
    else await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  }
}

const CREATED_INDEX = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS (\w+)/;

async function runConcurrently(step: Step, execution: Execution): Promise<void> {
  const { client, record, report } = execution;
  for (const statement of statementsOf(step)) {
    const [, index] = CREATED_INDEX.exec(statement) ?? [];
    // CREATE INDEX CONCURRENTLY waits for all older transactions, which can take long.
    if (index !== undefined) report(`${step.file} builds ${index}`);
    await retryUntilUnlocked(step, execution).execute(async () => {
      if (index !== undefined) await dropInvalidIndex(client, index);
      await client.query(statement);
    });
  }
  await record(null);
}

/** Few rows, so that a batch holds row locks for milliseconds. */
const BATCH_ROWS = 50;

/** Ids are random, so an id shows the progress of a scan in their order. */
const percentOf = (id: string): number => Math.floor((100 * parseInt(id.slice(0, 4), 16)) / 0x1_00_00);

async function runFill(step: Step, { client, fills, record, report }: Execution): Promise<void> {
  const fill = fills[step.fill];
  if (!fill) throw new Error(`unknown fill ${step.fill}`);
  // A crash of PostgreSQL undoes the last batches together with their record.
  await client.query('SET synchronous_commit = off');
  let last = step.progress;
  for (;;) {
    const started = performance.now();
    const { rows } = await client.query<{ id: string }>(step.text, [last, BATCH_ROWS]);
    const end = rows.at(-1)?.id;
    if (end === undefined) break;
    if (await fill(rows.map(({ id }) => id))) {
      await record(end);
      if (percentOf(end) > percentOf(last ?? '0')) report(`${step.file}: ${percentOf(end)} %`);
      last = end;
      // Leaves capacity to other processes.
      await wait((performance.now() - started) / 2);
    } else {
      report(`${step.file} waits for a row that is in use`);
      await wait(PAUSE);
    }
  }
  await client.query('RESET synchronous_commit');
  await record(null);
}

const RUN = { transaction: runInTransaction, concurrently: runConcurrently, fill: runFill } as const;

/** The server lacks an extension, or the role is not allowed to create it. */
const REFUSALS = ['42501', '58P01', '0A000'];

/**
 * Runs a step while another implementation uses the database.
 * @returns whether the step is applied; `false` for an optional step that the server refuses
 * @throws Error naming the file
 */
export async function runStep(step: Step, execution: Execution): Promise<boolean> {
  try {
    await RUN[step.kind](step, execution);
    return true;
  } catch (cause) {
    const error = new Error(`${step.file}: ${(cause as Error).message}`, { cause });
    if (!step.isOptional || !REFUSALS.includes((cause as DatabaseError).code ?? '')) throw error;
    execution.report(`left out ${error.message}`);
    return false;
  }
}
