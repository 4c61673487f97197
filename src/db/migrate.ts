import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, type DatabaseError } from 'pg';
import type { DatabaseConfig } from '../config.ts';
import { ROOT } from '../root.ts';
import { tlsOptions } from './database.ts';

const SHARED = join(ROOT, 'src/db/migrations');
const OWN = join(ROOT, 'src/db/additions');

/** Guards a run, in every implementation that migrates this schema: replicas that start together take turns. */
const ADVISORY_LOCK = '9628173550095224';

interface Migration {
  readonly number: number;
  readonly file: string;
  readonly sql: string;
}

/** Reads `NNN_what_changes.sql` files, numbered from 1 without gaps. @throws Error naming the file out of line */
const readMigrations = async (directory: string): Promise<Migration[]> => {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const number = Number(/^(\d+)_/.exec(file)?.[1]);
      if (number !== index + 1) throw new Error(`${file}: migrations are numbered from 1 without gaps`);
      return { number, file, sql: await readFile(join(directory, file), 'utf8') };
    }),
  );
};

/** Where the number of the last applied migration is kept. */
interface Bookkeeping {
  readonly table: string;
  /** Whether a later number than ours is fine: a newer release has migrated, and what it added is additive. */
  readonly toleratesNewer: boolean;
}

/**
 * `schema_version` is shared with other implementations of the service, which refuse numbers they do not know. So it stays at
 * the shared schema's last number for good, and what we add is counted in a table of our own.
 */
const SHARED_BOOKKEEPING: Bookkeeping = { table: 'public.schema_version', toleratesNewer: false };
const OWN_BOOKKEEPING: Bookkeeping = { table: 'public.image_builder_additions', toleratesNewer: true };

const currentVersion = async (client: Client, { table }: Bookkeeping): Promise<number> => {
  await client.query(`CREATE TABLE IF NOT EXISTS ${table} (version int4 NOT NULL)`);
  const { rows } = await client.query<{ version: number }>(`SELECT version FROM ${table}`);
  if (rows.length > 1) throw new Error(`${table} holds ${rows.length} rows, expected one`);
  if (rows[0]) return rows[0].version;
  await client.query(`INSERT INTO ${table} (version) VALUES (0)`);
  return 0;
};

/**
 * Milliseconds that a migration waits for a table that somebody reads in a long transaction, and after which it tries again.
 * Everybody who comes after it waits behind it, so it gives way; and it does so before PostgreSQL looks for deadlocks (after a
 * second), which could be solved at the cost of somebody else's query.
 */
const LOCK_TIMEOUT = 500;
const PAUSE = 1_000;
const ATTEMPTS = 300;

const isLockTimeout = (error: unknown): boolean => (error as Partial<DatabaseError>).code === '55P03';

/** Runs a migration and counts it, in one transaction. @throws Error naming its file */
const applyOne = async (
  client: Client,
  { number, file, sql }: Migration,
  { table }: Bookkeeping,
  report: (message: string) => void,
): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(`BEGIN; SET LOCAL lock_timeout = ${LOCK_TIMEOUT}`);
      await client.query(sql);
      await client.query(`UPDATE ${table} SET version = ${number}`);
      await client.query('COMMIT');
      return;
    } catch (error) {
      await client.query('ROLLBACK');
      if (!isLockTimeout(error) || attempt === ATTEMPTS) {
        throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
      }
      report(`${file} waits for a table that is in use`);
      await wait(PAUSE);
    }
  }
};

const apply = async (
  client: Client,
  migrations: readonly Migration[],
  bookkeeping: Bookkeeping,
  report: (message: string) => void,
): Promise<number> => {
  const version = await currentVersion(client, bookkeeping);
  if (version < 0 || (version > migrations.length && !bookkeeping.toleratesNewer)) {
    throw new Error(`${bookkeeping.table} says ${version}, expected a number from 0 to ${migrations.length}`);
  }
  const pending = migrations.slice(version);
  for (const migration of pending) {
    await applyOne(client, migration, bookkeeping, report);
    report(`applied ${migration.file}`);
  }
  return pending.length;
};

/**
 * Brings a database to the current schema: the 15 migrations of the shared schema, then our additions. Does nothing to a
 * current one; safe when several processes start together. Gives the number of migrations applied.
 * @throws Error naming the migration that failed, or a recorded version that this release does not know
 */
export const migrate = async (config: DatabaseConfig, report: (message: string) => void): Promise<number> => {
  const { host, port, database, user, password } = config;
  const client = new Client({ host, port, database, user, password, ssl: await tlsOptions(config) });
  await client.connect();
  try {
    await client.query("SET TIME ZONE 'UTC'");
    await client.query(`SELECT pg_advisory_lock(${ADVISORY_LOCK})`);
    const shared = await apply(client, await readMigrations(SHARED), SHARED_BOOKKEEPING, report);
    return shared + (await apply(client, await readMigrations(OWN), OWN_BOOKKEEPING, report));
  } finally {
    await client.end();
  }
};
