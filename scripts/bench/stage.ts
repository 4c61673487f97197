import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { ROOT } from '../../src/root.ts';
import { startInstantSandbox } from '../sandbox/instant.ts';
import { BUNDLE, bundleService } from '../support/bundle.ts';
import { connectTo, withAdministration } from '../support/databases.ts';
import { freePort } from '../support/embedded-postgres.ts';
import { BARE_PROGRAM } from './bare.ts';
import type { BenchOptions } from './options.ts';
import { openBenchPostgres, type BenchPostgres } from './postgres.ts';
import { startServer, type Program, type RunningServer } from './processes.ts';
import { identityHeaders } from './fleet.ts';
import { API } from './requests.ts';
import { createOriginalSchema } from './seed.ts';
import { enableStatementCount, takeSnapshot, type Snapshot } from './snapshot.ts';

const run = promisify(execFile);

/** More than any run starts; every compose counts against the quota all the same. */
const QUOTA = { default: { quota: 1_000_000_000, slidingWindow: 14 * 24 * 3600 * 1e9 } };

/** How a server is started. */
export interface StartSettings {
  /** Further arguments of node; without effect on a peer. */
  readonly nodeOptions?: readonly string[];
  /** Further variables. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** An implementation of the service with a database of its own. */
export interface Implementation {
  readonly name: 'ours' | 'peer';
  readonly database: string;
  readonly start: (settings?: StartSettings) => Promise<RunningServer>;
  /** Reads the counters. @param pid of the service */
  readonly snapshot: (pid: number) => Promise<Snapshot>;
}

/** Everything the implementations need, running. */
export interface Stage {
  readonly directory: string;
  readonly postgres: BenchPostgres;
  /** A connection to the database of our implementation. */
  readonly sql: Client;
  /** Whether the server counts statements. */
  readonly countsStatements: boolean;
  readonly version: string;
  readonly ours: Implementation;
  /** `null` without one. */
  readonly peer: Implementation | null;
  readonly startBare: () => Promise<RunningServer>;
  /** Tidies up after large changes, so that this is not part of what is measured. */
  readonly tidy: () => Promise<void>;
  /** Milliseconds that `npm run migrate` took for the seeded database. */
  readonly adoption: number;
}

type StageOptions = Pick<BenchOptions, 'distributions' | 'env' | 'postgres' | 'peer'>;

const createDatabase = async (
  { address }: BenchPostgres,
  name: string,
  template: string | null,
  stack: AsyncDisposableStack,
): Promise<string> => {
  const source = template === null ? '' : ` TEMPLATE ${template}`;
  await withAdministration(address, (sql) => sql.query(`CREATE DATABASE ${name}${source}`));
  stack.defer(() => withAdministration(address, async (sql) => void (await sql.query(`DROP DATABASE ${name}`))));
  return name;
};

const connect = async ({ address }: BenchPostgres, database: string, stack: AsyncDisposableStack): Promise<Client> => {
  const sql = await connectTo(address, database);
  // A server that stops ends its connections, and the query that waits is rejected.
  sql.on('error', () => {});
  stack.defer(() => sql.end());
  return sql;
};

/** The environment of every implementation. */
const environmentOf = async (
  { address }: BenchPostgres,
  composer: string,
  directory: string,
  distributions: string | null,
): Promise<Readonly<Record<string, string>>> => {
  const quotaFile = join(directory, 'quota.json');
  await writeFile(quotaFile, JSON.stringify(QUOTA));
  return {
    ...{ PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' },
    ...{ PGHOST: address.host, PGPORT: String(address.port), PGUSER: address.user, PGPASSWORD: address.password },
    ...{ PGSSLMODE: 'disable', COMPOSER_URL: composer, COMPOSER_TOKEN_URL: `${composer}/token` },
    ...{ COMPOSER_CLIENT_ID: 'bench', COMPOSER_CLIENT_SECRET: 'bench' },
    ...{ OSBUILD_AWS_REGION: 'us-east-1', OSBUILD_GCP_REGION: 'us-east4', OSBUILD_GCP_BUCKET: 'bench' },
    ...{ QUOTA_FILE: quotaFile, LOG_LEVEL: 'INFO', SHUTDOWN_GRACE_SECONDS: '1' },
    ...(distributions === null ? {} : { DISTRIBUTIONS_DIR: resolve(distributions) }),
  };
};

/**
 * Sets up PostgreSQL with a database that the original service filled and that is adopted then, and a composer; servers are
 * started from it. The stack stops everything.
 * @param seed fills the tables of the original service
 * @throws Error when a part of it does not start, or the signal says to stop
 */
export async function setStage(
  options: StageOptions,
  seed: (sql: Client) => Promise<void>,
  stack: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Stage> {
  // The service as the container image runs it.
  const program = await bundleService(BUNDLE);
  const postgres = await openBenchPostgres(options.postgres, stack);
  signal.throwIfAborted();
  const name = `image_builder_bench_${process.pid}`;
  await createDatabase(postgres, name, null, stack);
  const seeding = await connectTo(postgres.address, name);
  try {
    await seeding.query("SET TIME ZONE 'UTC'");
    await createOriginalSchema(seeding);
    await seed(seeding);
    await seeding.query('VACUUM ANALYZE');
  } finally {
    await seeding.end();
  }
  if (options.peer !== null) await createDatabase(postgres, `${name}_peer`, name, stack);

  const composer = await startInstantSandbox();
  stack.defer(() => composer.close());
  // A directory without local.env.
  const directory = join(postgres.directory, 'run');
  await mkdir(directory);
  const environment = await environmentOf(postgres, composer.url, directory, options.distributions);
  const ourEnvironment = { ...environment, PGDATABASE: name, ...options.env };
  const before = performance.now();
  await run(process.execPath, [join(ROOT, 'scripts/migrate.ts')], { cwd: directory, env: ourEnvironment, signal });
  const adoption = performance.now() - before;

  const administration = await connect(postgres, 'postgres', stack);
  const countsStatements = await enableStatementCount(administration);
  const sql = await connect(postgres, name, stack);
  const start = async (given: Omit<Program, 'directory'>): Promise<RunningServer> => {
    const server = await startServer({ ...given, directory }, signal);
    stack.defer(() => server.stop());
    return server;
  };
  const snapshotOf = (database: string) => {
    const observed = { sql: administration, database, databasePid: postgres.pid, countsStatements };
    return (pid: number | null) => takeSnapshot({ ...observed, composerCalls: composer.calls }, pid);
  };
  const ours: Implementation = {
    ...{ name: 'ours', database: name, snapshot: snapshotOf(name) },
    start: async ({ nodeOptions = [], variables = {} } = {}) => {
      const port = await freePort();
      const env = { ...ourEnvironment, LISTEN_ADDRESS: `127.0.0.1:${port}`, ...variables };
      const probe = { path: `${API}/version`, headers: identityHeaders('probe') };
      return start({ command: [process.execPath, ...nodeOptions, program], env, port, probe });
    },
  };
  const { peer: peerCommand } = options;
  const peer: Implementation | null =
    peerCommand === null
      ? null
      : {
          ...{ name: 'peer', database: `${name}_peer`, snapshot: snapshotOf(`${name}_peer`) },
          start: async ({ variables = {} } = {}) => {
            const port = await freePort();
            const env = {
              ...environment,
              PGDATABASE: `${name}_peer`,
              LISTEN_ADDRESS: `127.0.0.1:${port}`,
              ...variables,
            };
            const probe = { path: '/ready', headers: identityHeaders('probe') };
            return start({ command: ['sh', '-c', peerCommand], env, port, probe });
          },
        };
  const tidy = async (): Promise<void> => {
    for (const database of [ours, ...(peer ? [peer] : [])].map((one) => one.database)) {
      const client = await connectTo(postgres.address, database);
      await client.query('VACUUM ANALYZE').finally(() => client.end());
    }
    await administration.query('CHECKPOINT');
  };
  const { rows } = await sql.query<{ server_version: string }>('SHOW server_version');
  return {
    ...{
      directory,
      postgres,
      sql,
      countsStatements,
      version: rows[0]?.server_version ?? '',
      ours,
      peer,
      tidy,
      adoption,
    },
    startBare: async () => {
      const port = await freePort();
      const command = [process.execPath, BARE_PROGRAM, String(port)] as const;
      return start({ command: [...command], env: {}, port, probe: { path: '/', headers: {} } });
    },
  };
}
