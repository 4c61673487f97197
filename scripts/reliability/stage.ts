import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { DatabaseConfig } from '../../src/config/index.ts';
import { startSandbox } from '../../packages/sandbox/src/server.ts';
import { connectTo } from '../support/databases.ts';
import { openGate, type Gate } from './gate.ts';
import { startProvisioning, type Provisioning } from './provisioning.ts';
import { startReplica, type Replica } from './replica.ts';

/** Quota by organization id. */
export type Quotas = Readonly<Record<string, number>>;

export interface StageOptions {
  readonly database: DatabaseConfig;
  /** Variables of every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Other organizations have no limit. */
  readonly quotas?: Quotas;
  /** Address of a composer that the service calls without a gate; `null` for a sandbox behind a gate. */
  readonly composer?: string | null;
}

/** The dependencies of the service, and the means to inject faults. */
export interface Stage {
  readonly database: DatabaseConfig;
  /** A connection for reading the database. */
  readonly sql: Client;
  /** A further connection, which ends with the stage. */
  readonly connect: () => Promise<Client>;
  readonly gate: Gate;
  /** Address of composer, past the gate. */
  readonly composer: string;
  readonly provisioning: Provisioning;
  /**
   * Starts a process of the service, which ends with the stage.
   * @param nodeOptions further arguments of node
   * @param cgroup directory of a control group for the process
   */
  readonly start: (nodeOptions?: readonly string[], cgroup?: string | null) => Promise<Replica>;
}

const WINDOW = 24 * 3600 * 1e9;
const DISTRIBUTIONS = join(import.meta.dirname, '../../distributions');

/** Short intervals, so that composes are reconciled within a trial. */
const TIMES = { PROCESS_LEASE_SECONDS: '2', UPSTREAM_TIMEOUT_SECONDS: '3', SHUTDOWN_GRACE_SECONDS: '5' };

/**
 * Sets up composer, the gate and the provisioning service for a migrated database. Disposing of the stack stops the processes
 * first.
 */
export async function setStage(stack: AsyncDisposableStack, options: StageOptions): Promise<Stage> {
  const { database } = options;
  const directory = await mkdtemp(join(tmpdir(), 'image-builder-reliability-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const quotaFile = join(directory, 'quota.json');
  const quotas = Object.entries({ default: 1_000_000_000, ...options.quotas });
  const limits = quotas.map(([org, quota]) => [org, { quota, slidingWindow: WINDOW }]);
  await writeFile(quotaFile, JSON.stringify(Object.fromEntries(limits)));

  const connect = async (): Promise<Client> => {
    const client = await connectTo(database, database.database);
    // A stopped server ends its connections; the next query fails.
    client.on('error', () => {});
    stack.defer(() => client.end().catch(() => {}));
    return client;
  };
  const sql = await connect();
  const provisioning = stack.use(await startProvisioning());
  const startOwn = async (): Promise<string> => {
    const sandbox = await startSandbox({ port: 0, duration: 0, maxComposes: Infinity });
    stack.defer(() => sandbox.close());
    return sandbox.url;
  };
  const composer = options.composer ?? (await startOwn());
  const gate = stack.use(await openGate(composer));

  const { host, port, user, password, sslMode } = database;
  const env = {
    ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGSSLMODE: sslMode },
    ...{ PGDATABASE: database.database, QUOTA_FILE: quotaFile, DISTRIBUTIONS_DIR: DISTRIBUTIONS },
    ...{
      COMPOSER_URL: options.composer ? composer : gate.url,
      COMPOSER_TOKEN_URL: `${composer}/token`,
      PROVISIONING_URL: provisioning.url,
    },
    ...{ COMPOSER_CLIENT_ID: 'reliability', COMPOSER_CLIENT_SECRET: 'reliability' },
    ...{ OSBUILD_AWS_REGION: 'us-east-1', OSBUILD_GCP_REGION: 'us-east4', OSBUILD_GCP_BUCKET: 'reliability' },
    ...TIMES,
    ...options.env,
  };
  return {
    ...{ database, sql, connect, gate, composer, provisioning },
    start: async (nodeOptions, cgroup) => {
      const replica = await startReplica(env, nodeOptions, cgroup);
      stack.use(replica);
      return replica;
    },
  };
}
