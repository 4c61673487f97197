import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import { prepareDatabase } from '../../src/prepare-database.ts';
import { startInstantSandbox } from '../sandbox/instant.ts';
import { connectTo, withAdministration } from '../support/databases.ts';
import { BUNDLE, bundleService } from '../support/bundle.ts';
import { freePort } from '../support/embedded-postgres.ts';
import { BARE_PROGRAM } from './bare.ts';
import type { BenchOptions } from './options.ts';
import { startBenchPostgres } from './postgres.ts';
import { startServer, type RunningServer } from './processes.ts';
import { API, identityHeaders } from './requests.ts';

const DATABASE = 'bench';

/** More than any run starts; every build counts against it all the same. */
const QUOTA = { default: { quota: 1_000_000_000, slidingWindow: 14 * 24 * 3600 * 1e9 } };

/** Everything the service needs, running. */
export interface Stage {
  readonly directory: string;
  /** A connection to the service's database. */
  readonly sql: Client;
  readonly database: string;
  readonly databasePid: number;
  /** File with the database's log. */
  readonly databaseLog: string;
  /** Waits until the database works on nothing. @throws Error when it does for more than a minute */
  readonly settled: () => Promise<void>;
  /** Starts the service, with further arguments of node and further variables. */
  readonly startService: (
    nodeOptions?: readonly string[],
    variables?: Readonly<Record<string, string>>,
  ) => Promise<RunningServer>;
  readonly startBare: () => Promise<RunningServer>;
}

/** Milliseconds between two looks at what the database does, and how often that is done. */
const LOOK = 50;
const LOOKS = 1_200;

const untilIdle = async (sql: Client, signal: AbortSignal): Promise<void> => {
  for (let looks = 0; looks < LOOKS; looks += 1) {
    signal.throwIfAborted();
    const { rows } = await sql.query<{ busy: boolean }>(`
      SELECT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()
      ) AS busy`);
    if (!rows[0]?.busy) return;
    await wait(LOOK);
  }
  throw new Error('the database does not come to rest');
};

/**
 * Sets up PostgreSQL with the current schema, and a composer; servers are started from it. The stack stops everything.
 * @throws Error when a part of it does not start, or the signal says to stop
 */
export const setStage = async (
  options: Pick<BenchOptions, 'distributions' | 'env'>,
  stack: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Stage> => {
  // The service as the container image runs it.
  const program = await bundleService(BUNDLE);
  const postgres = await startBenchPostgres();
  stack.defer(() => postgres.stop());
  signal.throwIfAborted();
  const address = { ...postgres, sslMode: 'disable' } as const;
  await withAdministration(address, (sql) => sql.query(`CREATE DATABASE ${DATABASE}`));
  await prepareDatabase({ ...address, database: DATABASE, poolSize: 1 }, () => {});
  const sql = await connectTo(address, DATABASE);
  // A server that stops ends its connections; that is told to whoever waits for a query.
  sql.on('error', () => {});
  stack.defer(() => sql.end());
  await sql.query("SET TIME ZONE 'UTC'");
  const composer = await startInstantSandbox();
  stack.defer(() => composer.close());

  // A directory without local.env.
  const directory = join(postgres.directory, 'run');
  await mkdir(directory);
  const quotaFile = join(directory, 'quota.json');
  await writeFile(quotaFile, JSON.stringify(QUOTA));

  const env = {
    PATH: process.env['PATH'] ?? '',
    ...{ PGHOST: postgres.host, PGPORT: String(postgres.port), PGUSER: postgres.user, PGPASSWORD: postgres.password },
    ...{ PGDATABASE: DATABASE, PGSSLMODE: 'disable' },
    ...{ COMPOSER_URL: composer.url, COMPOSER_TOKEN_URL: `${composer.url}/token` },
    ...{ COMPOSER_CLIENT_ID: 'bench', COMPOSER_CLIENT_SECRET: 'bench' },
    ...{ OSBUILD_AWS_REGION: 'us-east-1', OSBUILD_GCP_REGION: 'us-east4', OSBUILD_GCP_BUCKET: 'bench' },
    ...{ QUOTA_FILE: quotaFile, LOG_LEVEL: 'ERROR', SHUTDOWN_GRACE_SECONDS: '1' },
    ...(options.distributions === null ? {} : { DISTRIBUTIONS_DIR: resolve(options.distributions) }),
    ...options.env,
  };
  const start = async (
    args: readonly string[],
    variables: Readonly<Record<string, string>>,
    port: number,
    path: string,
  ): Promise<RunningServer> => {
    const probe = { path, headers: identityHeaders('probe') };
    const server = await startServer({ args, env: variables, directory, port, probe }, signal);
    stack.defer(async () => {
      await server.stop();
      if (server.logged() !== '') process.stderr.write(`${server.logged()}\n`);
    });
    return server;
  };
  return {
    ...{ directory, sql, database: DATABASE, databasePid: postgres.pid, databaseLog: postgres.log },
    settled: () => untilIdle(sql, signal),
    startService: async (nodeOptions = [], variables = {}) => {
      const port = await freePort();
      const listen = { LISTEN_ADDRESS: `127.0.0.1:${port}` };
      return start([...nodeOptions, program], { ...env, ...listen, ...variables }, port, `${API}/version`);
    },
    startBare: async () => {
      const port = await freePort();
      return start([BARE_PROGRAM, String(port)], { PATH: env.PATH }, port, '/');
    },
  };
};
