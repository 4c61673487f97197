import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { ROOT } from '../../src/lib/root.ts';
import { startInstantSandbox, type InstantSandbox } from '../../packages/sandbox/src/instant.ts';
import { bundleService } from '../support/bundle.ts';
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

/** Variables of an implementation. */
type Environment = Readonly<Record<string, string>>;

type StageOptions = Pick<BenchOptions, 'distributions' | 'env' | 'postgres' | 'peer' | 'profile'>;

const createDatabase = async (
  { address, embedded }: BenchPostgres,
  name: string,
  template: string | null,
  stack: AsyncDisposableStack,
): Promise<void> => {
  const source = template === null ? '' : ` TEMPLATE ${template}`;
  await withAdministration(address, (sql) => sql.query(`CREATE DATABASE ${name}${source}`));
  // An embedded server is removed as a whole.
  if (embedded) return;
  stack.defer(() => withAdministration(address, async (sql) => void (await sql.query(`DROP DATABASE ${name}`))));
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
  directory: string,
  distributions: string | null,
): Promise<Environment> => {
  const quotaFile = join(directory, 'quota.json');
  await writeFile(quotaFile, JSON.stringify(QUOTA));
  return {
    ...{ PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' },
    ...{ PGHOST: address.host, PGPORT: String(address.port), PGUSER: address.user, PGPASSWORD: address.password },
    PGSSLMODE: 'disable',
    ...{ COMPOSER_CLIENT_ID: 'bench', COMPOSER_CLIENT_SECRET: 'bench' },
    ...{ OSBUILD_AWS_REGION: 'us-east-1', OSBUILD_GCP_REGION: 'us-east4', OSBUILD_GCP_BUCKET: 'bench' },
    ...{ QUOTA_FILE: quotaFile, LOG_LEVEL: 'INFO', SHUTDOWN_GRACE_SECONDS: '1' },
    ...(distributions === null ? {} : { DISTRIBUTIONS_DIR: resolve(distributions) }),
  };
};

const startComposer = async (stack: AsyncDisposableStack): Promise<InstantSandbox> => {
  const composer = await startInstantSandbox();
  stack.defer(() => composer.close());
  return composer;
};

/** Where an implementation finds its database and its composer. */
const placesOf = (database: string, { url }: InstantSandbox): Environment => ({
  ...{ PGDATABASE: database, COMPOSER_URL: url, COMPOSER_TOKEN_URL: `${url}/token` },
});

/** The service as the container image runs it; under a profiler its sources, so that functions are found in their files. */
const programOf = async ({ profile }: StageOptions, stack: AsyncDisposableStack): Promise<string> => {
  if (profile !== null) return join(ROOT, 'src/main.ts');
  // Another run may use its own bundle at the same time.
  const bundle = join(ROOT, `dist-bench-${process.pid}`);
  stack.defer(() => rm(bundle, { recursive: true, force: true }));
  return bundleService(bundle);
};

/** Creates the database of our implementation, as the original service would have left it, and a copy of it for a peer. */
const seedDatabases = async (
  postgres: BenchPostgres,
  { ours, peer }: { readonly ours: string; readonly peer: string | null },
  seed: (sql: Client) => Promise<void>,
  stack: AsyncDisposableStack,
): Promise<void> => {
  await createDatabase(postgres, ours, null, stack);
  const sql = await connectTo(postgres.address, ours);
  try {
    await sql.query("SET TIME ZONE 'UTC'");
    await createOriginalSchema(sql);
    await seed(sql);
    await sql.query('VACUUM ANALYZE');
  } finally {
    await sql.end();
  }
  if (peer !== null) await createDatabase(postgres, peer, ours, stack);
};

/** Runs our migrations. @returns milliseconds that they took */
const adopt = async (directory: string, env: Environment, signal: AbortSignal): Promise<number> => {
  const before = performance.now();
  await run(process.execPath, [join(ROOT, 'src/main.ts'), 'migrate'], { cwd: directory, env, signal });
  return performance.now() - before;
};

type Start = (program: Omit<Program, 'directory'> & { readonly directory?: string }) => Promise<RunningServer>;

const startOurs =
  (program: string, environment: Environment, start: Start): Implementation['start'] =>
  async ({ nodeOptions = [], variables = {} } = {}) => {
    const port = await freePort();
    const env = { ...environment, LISTEN_ADDRESS: `127.0.0.1:${port}`, ...variables };
    const probe = { path: `${API}/version`, headers: identityHeaders('probe') };
    return start({ command: [process.execPath, ...nodeOptions, program], env, port, probe });
  };

const startPeer =
  (command: string, environment: Environment, start: Start): Implementation['start'] =>
  async ({ variables = {} } = {}) => {
    const port = await freePort();
    const env = { ...environment, LISTEN_ADDRESS: `127.0.0.1:${port}`, ...variables };
    const probe = { path: '/ready', headers: identityHeaders('probe') };
    return start({ command: ['sh', '-c', command], env, port, probe, directory: process.cwd() });
  };

const startBare = async (start: Start): Promise<RunningServer> => {
  const port = await freePort();
  const command = [process.execPath, BARE_PROGRAM, String(port)] as const;
  return start({ command: [...command], env: {}, port, probe: { path: '/', headers: {} } });
};

const tidyUp = async ({ address }: BenchPostgres, databases: readonly string[]): Promise<void> => {
  for (const database of databases) {
    const sql = await connectTo(address, database);
    await sql.query('VACUUM ANALYZE').finally(() => sql.end());
  }
  await withAdministration(address, (sql) => sql.query('CHECKPOINT'));
};

const versionOf = async (sql: Client): Promise<string> => {
  const { rows } = await sql.query<{ server_version: string }>('SHOW server_version');
  return rows[0]?.server_version ?? '';
};

/**
 * Sets up PostgreSQL with a database that the original service filled and that is adopted then, and a composer; servers are
 * started from it. The stack stops everything.
 * @param seed fills the tables of the original service
 * @throws Error when a part of it does not start, or the signal is aborted
 */
export async function setStage(
  options: StageOptions,
  seed: (sql: Client) => Promise<void>,
  stack: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Stage> {
  const program = await programOf(options, stack);
  const postgres = await openBenchPostgres(options.postgres, stack);
  signal.throwIfAborted();
  const name = `image_builder_bench_${process.pid}`;
  const peerName = options.peer === null ? null : `${name}_peer`;
  await seedDatabases(postgres, { ours: name, peer: peerName }, seed, stack);
  // Each implementation has a composer of its own, so that calls are counted apart.
  const composers = { ours: await startComposer(stack), peer: await startComposer(stack) };
  // A directory without local.env.
  const directory = join(postgres.directory, 'run');
  await mkdir(directory);
  const environment = await environmentOf(postgres, directory, options.distributions);
  const ourEnvironment = { ...environment, ...placesOf(name, composers.ours), ...options.env };
  const adoption = await adopt(directory, ourEnvironment, signal);

  const administration = await connect(postgres, 'postgres', stack);
  const countsStatements = await enableStatementCount(administration);
  const start: Start = async (given) => {
    const server = await startServer({ directory, ...given }, signal);
    stack.defer(() => server.stop());
    return server;
  };
  const implementation = (
    kind: Implementation['name'],
    database: string,
    starts: Implementation['start'],
  ): Implementation => {
    const observed = { sql: administration, databasePid: postgres.pid, countsStatements, composer: composers[kind] };
    return { name: kind, database, start: starts, snapshot: (pid) => takeSnapshot({ ...observed, database }, pid) };
  };
  const peerOf = (command: string, database: string): Implementation => {
    const variables = { ...environment, ...placesOf(database, composers.peer) };
    return implementation('peer', database, startPeer(command, variables, start));
  };
  return {
    ...{ directory, postgres, countsStatements, adoption, version: await versionOf(administration) },
    sql: await connect(postgres, name, stack),
    ours: implementation('ours', name, startOurs(program, ourEnvironment, start)),
    peer: options.peer === null || peerName === null ? null : peerOf(options.peer, peerName),
    startBare: () => startBare(start),
    tidy: () => tidyUp(postgres, [name, ...(peerName === null ? [] : [peerName])]),
  };
}
