import { randomBytes } from 'node:crypto';
import { after } from 'mocha';
import type { Client } from 'pg';
import { readConfig } from '../../src/config/index.ts';
import type { DatabaseConfig } from '../../src/config/index.ts';
import {
  connectTo,
  copyDatabase,
  dropDatabase,
  versionOf,
  type ServerAddress,
} from '../../scripts/support/databases.ts';

/** A database of one test's own. */
export interface TestDatabase extends AsyncDisposable {
  readonly config: DatabaseConfig;
  /** A connection for looking at the tables, and for writing what no query writes. */
  readonly sql: Client;
}

/** What servers before 13 do not have, for statements of tests alone: connections of the service do not find it. */
const UUIDS = `
  CREATE SCHEMA test_functions;
  CREATE FUNCTION test_functions.gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE
    AS 'SELECT md5(random()::text || clock_timestamp())::uuid';
  SET search_path = public, test_functions`;

const address = (): ServerAddress => {
  if (!process.env['TEST_TEMPLATE']) throw new Error('there is no PostgreSQL for the tests: run them with npm test');
  const { host, port, user, password, sslMode } = readConfig(process.env).database;
  return { host, port, user, password, sslMode };
};

let administration: Promise<Client> | null = null;

/** The connection that creates and drops the databases of this process: a new one for each would take longer than the rest. */
const administrate = async (server: ServerAddress): Promise<Client> => {
  administration ??= connectTo(server, 'postgres').then((sql) => {
    // A test may have ended all sessions of the server.
    sql.once('end', () => (administration = null));
    return sql;
  });
  return administration;
};

after(async () => {
  await (await administration)?.end();
});

/**
 * Creates a database, migrated unless `empty` is set. Disposing drops it, despite open connections.
 */
export const createTestDatabase = async (options: { readonly empty?: boolean } = {}): Promise<TestDatabase> => {
  const server = address();
  const database = `test_${process.pid}_${randomBytes(6).toString('hex')}`;
  await copyDatabase(
    await administrate(server),
    options.empty ? 'template0' : (process.env['TEST_TEMPLATE'] ?? ''),
    database,
  );
  const sql = await connectTo(server, database);
  await sql.query("SET TIME ZONE 'UTC'");
  if ((await versionOf(sql)) < 130_000) await sql.query(UUIDS);
  return {
    config: { ...server, database, poolSize: 5, checkRows: true },
    sql,
    [Symbol.asyncDispose]: async () => {
      await sql.end();
      await dropDatabase(await administrate(server), database);
    },
  };
};
