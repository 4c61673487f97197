import type { Client } from 'pg';
import type { SslMode } from '../../src/config/index.ts';
import { openConnection } from '../../src/db/connection.ts';
import type { PostgresAddress } from './embedded-postgres.ts';

export interface ServerAddress extends PostgresAddress {
  readonly sslMode: SslMode;
}

/** Connects to a database of a server. The caller ends the connection. */
export function connectTo(address: ServerAddress, database: string): Promise<Client> {
  return openConnection({ ...address, database, poolSize: 1 }, 'image-builder-scripts');
}

/** Runs work on the maintenance database, to create and drop other databases. */
export async function withAdministration<T>(address: ServerAddress, work: (sql: Client) => Promise<T>): Promise<T> {
  const client = await connectTo(address, 'postgres');
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The server's version, as `server_version_num` has it: 120022 is 12.22. */
export async function versionOf(sql: Client): Promise<number> {
  const { rows } = await sql.query<{ version: number }>(`SELECT current_setting('server_version_num')::int AS version`);
  return rows[0]?.version ?? 0;
}

/**
 * Creates a database as a copy of another one. Nothing is synced: it is for tests.
 * @param sql a connection to another database of the server
 */
export async function copyDatabase(sql: Client, template: string, database: string): Promise<void> {
  // To copy files is several times faster than to log pages, as long as nothing is synced. Before 15 there is no other strategy.
  const strategy = (await versionOf(sql)) >= 150_000 ? 'STRATEGY file_copy' : '';
  await sql.query(`CREATE DATABASE ${database} TEMPLATE ${template} ${strategy}`);
}

/** Drops a database if it is there, and ends the sessions that use it. @param sql a connection to another database of the server */
export async function dropDatabase(sql: Client, database: string): Promise<void> {
  if ((await versionOf(sql)) >= 130_000) {
    await sql.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    return;
  }
  await sql.query('UPDATE pg_database SET datallowconn = false WHERE datname = $1', [database]);
  await sql.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database]);
  await sql.query(`DROP DATABASE IF EXISTS ${database}`);
}
