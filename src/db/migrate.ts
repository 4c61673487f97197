import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import type { DatabaseConfig } from '../config/index.ts';
import { ROOT } from '../lib/root.ts';
import { openConnection, requireDirectDatabase, SESSION_OPTIONS } from './connection.ts';
import { createDatabaseAccess, type DatabaseAccess } from './database.ts';
import { indexBlueprints, indexComposes, type MakeComposeTexts } from './queries/indexing.ts';
import { readSteps, runStep, type Fill, type Step } from './migration-steps.ts';

/** The steps of a folder, and the table in which a database records them. */
interface History {
  readonly folder: string;
  /** The advisory lock of the process that applies them. */
  readonly lock: string;
  readonly table: string;
  readonly columns: string;
  /** Selects the pending steps. @throws Error for a database with other steps */
  readonly listPending: (client: Client, steps: readonly Step[]) => Promise<readonly Step[]>;
  readonly record: (client: Client, step: Step, progress: string | null) => Promise<unknown>;
}

async function listRows<Row extends object>(client: Client, { table }: History): Promise<readonly Row[]> {
  const { rowCount } = await client.query('SELECT WHERE to_regclass($1) IS NOT NULL', [table]);
  return rowCount === 0 ? [] : (await client.query<Row>(`SELECT * FROM ${table}`)).rows;
}

/**
 * The schema that other implementations of the service share. They take the same lock, and refuse numbers that they do not know: so
 * our additions have a table of their own.
 */
const SHARED: History = {
  folder: 'src/db/migrations',
  lock: '9628173550095224',
  table: 'public.schema_version',
  columns: 'version int4 NOT NULL',
  listPending: async (client, steps) => {
    const rows = await listRows<{ version: number }>(client, SHARED);
    if (rows.length > 1) throw new Error(`${SHARED.table} holds ${rows.length} rows, expected one`);
    const version = rows[0]?.version ?? 0;
    if (version < 0 || version > steps.length) {
      throw new Error(`${SHARED.table} says ${version}, expected a number from 0 to ${steps.length}`);
    }
    return steps.slice(version);
  },
  record: (client, { number }) =>
    client.query(`DELETE FROM ${SHARED.table}; INSERT INTO ${SHARED.table} VALUES (${number})`),
};

interface Addition {
  readonly number: number;
  readonly file: string;
  readonly checksum: string;
  readonly progress: string | null;
  readonly applied_at: Date | null;
}

/** The additions of this service, a row for each step. A newer release may have recorded more. */
const ADDITIONS: History = {
  folder: 'src/db/additions',
  lock: '9628173550095225',
  table: 'public.image_builder_additions',
  columns:
    'number integer PRIMARY KEY, file varchar NOT NULL, checksum varchar NOT NULL, progress uuid, applied_at timestamptz',
  listPending: async (client, steps) => {
    const rows = await listRows<Addition>(client, ADDITIONS);
    return steps.flatMap((step) => {
      const known = rows.find(({ number }) => number === step.number);
      if (known && known.checksum !== step.checksum) {
        throw new Error(
          `${step.file}: the database was migrated with another text of this file (${known.file}, ${known.checksum})`,
        );
      }
      return known?.applied_at ? [] : [{ ...step, progress: known?.progress ?? null }];
    });
  },
  record: (client, { number, file, checksum }, progress) =>
    client.query(
      `INSERT INTO ${ADDITIONS.table} (number, file, checksum, progress, applied_at)
      VALUES ($1, $2, $3, $4, CASE WHEN $4::uuid IS NULL THEN now() END)
      ON CONFLICT (number) DO UPDATE SET progress = excluded.progress, applied_at = excluded.applied_at`,
      [number, file, checksum, progress],
    ),
};

const HISTORIES = [SHARED, ADDITIONS] as const;

const listPending = async (client: Client, history: History): Promise<readonly Step[]> =>
  history.listPending(client, await readSteps(join(ROOT, history.folder)));

const LOCK_POLL = 200;

/** Polls for the lock: a blocking statement would hold a snapshot, for which CREATE INDEX CONCURRENTLY waits. */
async function takeLock(client: Client, { lock }: History): Promise<void> {
  const isTaken = async (): Promise<boolean> =>
    (await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [lock])).rows[0]?.taken ===
    true;
  while (!(await isTaken())) await wait(LOCK_POLL);
}

/** Disables timeouts of the server and the role. VACUUM is throttled as autovacuum is. */
const SETTINGS =
  '-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c vacuum_cost_delay=2';

/** Runs work on a connection without timeouts. */
export async function withMigrationClient<Result>(
  config: DatabaseConfig,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const options = `${SESSION_OPTIONS} ${SETTINGS}`;
  const client = await openConnection(requireDirectDatabase(config), 'image-builder-migrate', { options });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function createFills({ use }: DatabaseAccess, composeTexts: MakeComposeTexts): Readonly<Record<string, Fill>> {
  return {
    blueprints: async (blueprintIds) => {
      const indexed = await use((db) => indexBlueprints(db, { blueprintIds }, blueprintIds.length));
      return indexed === blueprintIds.length;
    },
    composes: async (jobIds) => {
      await use((db) => indexComposes(db, { jobIds }, composeTexts, jobIds.length));
      return true;
    },
  };
}

/** Lists the steps that `migrate` would apply. @throws Error as `migrate` does */
export async function listPendingSteps(client: Client): Promise<readonly Step[]> {
  return [...(await listPending(client, SHARED)), ...(await listPending(client, ADDITIONS))];
}

/**
 * Migrates a database to the current schema: the 15 migrations of the shared schema, then our additions. Several processes can call it
 * at once, while another implementation uses the database. It resumes a run that was killed.
 * @param composeTexts makes the texts of existing composes
 * @returns the number of steps applied
 * @throws Error naming the step that failed, a recorded version that this release does not know, or a step whose text has changed
 */
export function migrate(
  config: DatabaseConfig,
  composeTexts: MakeComposeTexts,
  report: (message: string) => void,
): Promise<number> {
  return withMigrationClient(config, async (client) => {
    const { timeouts: _, ...direct } = requireDirectDatabase(config);
    const access = createDatabaseAccess({ ...direct, poolSize: 1 });
    const fills = createFills(access, composeTexts);
    let applied = 0;
    try {
      for (const history of HISTORIES) {
        await takeLock(client, history);
        const pending = await listPending(client, history);
        if (pending.length > 0) await client.query(`CREATE TABLE IF NOT EXISTS ${history.table} (${history.columns})`);
        for (const step of pending) {
          const record = (progress: string | null) => history.record(client, step, progress);
          if (!(await runStep(step, { client, fills, report, record }))) continue;
          report(`applied ${step.file}`);
          applied += 1;
        }
        await client.query('SELECT pg_advisory_unlock($1)', [history.lock]);
      }
      return applied;
    } finally {
      await access.close();
    }
  });
}
