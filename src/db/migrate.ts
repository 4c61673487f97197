import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import type { DatabaseConfig } from '../config/index.ts';
import { ROOT } from '../root.ts';
import { createDatabaseAccess, tlsOptions } from './database.ts';
import type { MakeComposeTexts } from './indexing.ts';
import { createFills, indexNewRows, runFill } from './migration-fills.ts';
import { runConcurrently, runInTransaction, type Report } from './migration-runner.ts';
import { readSteps, type Step } from './migration-steps.ts';

const SHARED = join(ROOT, 'src/db/migrations');
const ADDITIONS = join(ROOT, 'src/db/additions');

/** Guards the shared migrations, in every implementation that runs them. */
const SHARED_LOCK = '9628173550095224';
/** Guards ours. Processes poll for it: one that waits inside a statement has a snapshot, which the concurrent build of an index awaits. */
const ADDITIONS_LOCK = '9628173550095225';
const LOCK_POLL = 200;

/**
 * `schema_version` is shared with other implementations of the service, which refuse numbers that they do not know. So it stays at the
 * last number of the shared schema, and our additions are recorded in a table of our own, a row for each.
 */
const SHARED_TABLE = 'public.schema_version';
const ADDITIONS_TABLE = 'public.image_builder_additions';

/** A row of our table. A fill that has not come to its end has no time, and the last id that it has filled. */
interface Addition {
  readonly number: number;
  readonly file: string;
  readonly checksum: string;
  readonly progress: string | null;
  readonly applied: boolean;
}

/** Steps that a database does not have yet. */
export interface PendingSteps {
  readonly shared: readonly Step[];
  readonly additions: readonly (Step & { readonly progress: string | null })[];
}

async function listRows<Row extends object>(client: Client, table: string, columns: string): Promise<readonly Row[]> {
  const { rows } = await client.query<{ found: string | null }>('SELECT to_regclass($1) AS found', [table]);
  return rows[0]?.found ? (await client.query<Row>(`SELECT ${columns} FROM ${table}`)).rows : [];
}

async function listPendingShared(client: Client): Promise<readonly Step[]> {
  const steps = await readSteps(SHARED);
  const rows = await listRows<{ version: number }>(client, SHARED_TABLE, 'version');
  if (rows.length > 1) throw new Error(`${SHARED_TABLE} holds ${rows.length} rows, expected one`);
  const version = rows[0]?.version ?? 0;
  if (version < 0 || version > steps.length) {
    throw new Error(`${SHARED_TABLE} says ${version}, expected a number from 0 to ${steps.length}`);
  }
  return steps.slice(version);
}

async function listPendingAdditions(client: Client): Promise<PendingSteps['additions']> {
  const { rowCount: older } = await client.query(
    `SELECT FROM pg_attribute WHERE attrelid = to_regclass('${ADDITIONS_TABLE}') AND attname = 'version'`,
  );
  if (older) {
    throw new Error(
      `${ADDITIONS_TABLE} is of a release before the first one, from which there is no migration: ` +
        'create the database anew, or drop all tables and columns that are not of the shared schema',
    );
  }
  const columns = 'number, file, checksum, progress, applied_at IS NOT NULL AS applied';
  const known = new Map((await listRows<Addition>(client, ADDITIONS_TABLE, columns)).map((row) => [row.number, row]));
  const steps = await readSteps(ADDITIONS);
  for (const { number, file, checksum } of steps) {
    const row = known.get(number);
    if (row && (row.checksum !== checksum || row.file !== file)) {
      throw new Error(
        `${file}: the database was migrated with another text of this file (${row.file}, ${row.checksum})`,
      );
    }
  }
  return steps
    .filter(({ number }) => !known.get(number)?.applied)
    .map((step) => ({ ...step, progress: known.get(step.number)?.progress ?? null }));
}

/** Whatever limits the server and the role set. */
const SESSION_OPTIONS =
  '-c TimeZone=UTC -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0';

async function connect(config: DatabaseConfig): Promise<Client> {
  const { host, port, database, user, password } = config;
  const client = new Client({
    ...{ host, port, database, user, password, application_name: 'image-builder-migrate' },
    ...{ ssl: await tlsOptions(config), options: SESSION_OPTIONS },
  });
  // The next statement fails on a lost connection; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function applyShared(client: Client, report: Report): Promise<number> {
  await client.query(`SELECT pg_advisory_lock(${SHARED_LOCK})`);
  try {
    const pending = await listPendingShared(client);
    if (pending.length > 0) {
      await client.query(`CREATE TABLE IF NOT EXISTS ${SHARED_TABLE} (version int4 NOT NULL)`);
      await client.query(`INSERT INTO ${SHARED_TABLE} SELECT 0 WHERE NOT EXISTS (SELECT FROM ${SHARED_TABLE})`);
    }
    for (const step of pending) {
      await runInTransaction(client, step, report, async () => {
        await client.query(`UPDATE ${SHARED_TABLE} SET version = ${step.number}`);
      });
      report(`applied ${step.file}`);
    }
    return pending.length;
  } finally {
    await client.query(`SELECT pg_advisory_unlock(${SHARED_LOCK})`).catch(() => {});
  }
}

const RECORD = `
  INSERT INTO ${ADDITIONS_TABLE} (number, file, checksum, progress, applied_at)
  VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN now() END)
  ON CONFLICT (number) DO UPDATE SET progress = excluded.progress, applied_at = excluded.applied_at`;

/** Applies an addition and records it. @returns whether it is applied */
async function applyAddition(
  client: Client,
  step: PendingSteps['additions'][number],
  fill: (name: string, ids: readonly string[]) => Promise<boolean>,
  report: Report,
): Promise<boolean> {
  const record = async (progress: string | null, isApplied: boolean): Promise<void> => {
    await client.query(RECORD, [step.number, step.file, step.checksum, progress, isApplied]);
  };
  if (step.kind === 'transaction') {
    await runInTransaction(client, step, report, () => record(null, true));
    return true;
  }
  if (step.kind === 'fill') {
    const fillBatch = (ids: readonly string[]): Promise<boolean> => fill(step.fills ?? '', ids);
    // A crash of PostgreSQL may undo the last batches and their record together: they are repeated.
    await client.query('SET synchronous_commit = off');
    await runFill(client, step, fillBatch, step.progress, (last) => record(last, false), report);
    await client.query('RESET synchronous_commit');
  } else if (!(await runConcurrently(client, step, report))) return false;
  await record(null, true);
  return true;
}

async function lockAdditions(client: Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(${ADDITIONS_LOCK}) AS locked`,
    );
    if (rows[0]?.locked) return;
    await wait(LOCK_POLL);
  }
}

async function applyAdditions(
  client: Client,
  config: DatabaseConfig,
  composeTexts: MakeComposeTexts,
  report: Report,
): Promise<number> {
  await lockAdditions(client);
  const pending = await listPendingAdditions(client);
  if (pending.length === 0) return 0;
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${ADDITIONS_TABLE} (
      number integer PRIMARY KEY, file varchar NOT NULL, checksum varchar NOT NULL, progress uuid, applied_at timestamptz
    )`,
  );
  const access = createDatabaseAccess({ ...config, poolSize: 1 });
  const fills = createFills(composeTexts);
  const fill = (name: string, ids: readonly string[]): Promise<boolean> => {
    const one = fills[name];
    if (!one) throw new Error(`there is no fill of the name ${name}`);
    return access.use((db) => one(db, ids));
  };
  let applied = 0;
  try {
    for (const step of pending) {
      if (!(await applyAddition(client, step, fill, report))) continue;
      report(`applied ${step.file}`);
      applied += 1;
    }
    await indexNewRows(access, composeTexts);
  } finally {
    await access.close();
  }
  return applied;
}

/** Steps that `migrate` would apply. Changes nothing. @throws Error as `migrate` does */
export async function listPending(client: Client): Promise<PendingSteps> {
  return { shared: await listPendingShared(client), additions: await listPendingAdditions(client) };
}

/** Runs work on a connection as `migrate` has it. */
export async function withMigrationClient<Result>(
  config: DatabaseConfig,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await connect(config);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Brings a database to the current schema: the 15 migrations of the shared schema, then our additions. Does nothing to a current one;
 * safe when several processes start together, and beside another implementation that goes on using the database. A run that was
 * killed is resumed by the next one.
 * @param composeTexts makes the texts of composes that are there already
 * @returns the number of steps applied
 * @throws Error naming the step that failed, a recorded version that this release does not know, or a step whose text has changed
 */
export function migrate(config: DatabaseConfig, composeTexts: MakeComposeTexts, report: Report): Promise<number> {
  return withMigrationClient(config, async (client) => {
    const shared = await applyShared(client, report);
    return shared + (await applyAdditions(client, config, composeTexts, report));
  });
}
