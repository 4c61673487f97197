import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client as SqlClient } from 'pg';
import { createApp, type AppOptions } from '../../src/app.ts';
import { readConfig } from '../../src/config/index.ts';
import { createContext, type AppContext } from '../../src/context.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { closeServer, createHttpServer, listen } from '../../src/http/server.ts';
import { createClients, type Client } from './client.ts';
import { createTestDatabase } from './database.ts';
import { createGiven, SECRET_KEY, type Given } from './given.ts';
import { identityHeader, type TestIdentity } from './identity.ts';
import { captureLog, type LogLine } from './logs.ts';
import { mockUpstreams, UPSTREAM_ENV, type Upstreams } from './upstreams.ts';

export const API_PATH = '/api/image-builder/v1';

export interface ServiceOptions {
  /** Variables that replace the defaults below; `undefined` unsets one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Content of the quota file: organization id (or `default`) to `{ quota, slidingWindow }`, the window in nanoseconds. */
  readonly quota?: unknown;
  /** Content of the file with the limits of requests: organization id (or `default`) → class → `{ requests, seconds }`. */
  readonly rateLimits?: unknown;
  /** Content of the file with storage limits: organization id (or `default`) to `{ blueprints, versions, bytes }`. */
  readonly storageLimits?: unknown;
  /** Content of the allow list: organization id (or `*`) to regular expressions. */
  readonly allow?: unknown;
  /** Content of the file with the keys that encrypt stored secrets. */
  readonly encryptionKeys?: unknown;
  /** Parts of the context that replace what the configuration gives. */
  readonly context?: Partial<AppContext>;
  /** Express middleware before that of the service. */
  readonly middleware?: AppOptions['middleware'];
  /** Directory of the documentation's files. */
  readonly docs?: string;
}

/** The real application on a port of its own, with a database of its own, between mocked services. */
export interface TestService extends AsyncDisposable, Upstreams {
  readonly ctx: AppContext;
  readonly port: number;
  /** A client of the API for a caller. */
  readonly as: (identity?: TestIdentity) => Client;
  /** A client of the API that sends these headers and no others. */
  readonly with: (headers: OutgoingHttpHeaders) => Client;
  /** A client of the API without identity header. */
  readonly anonymous: Client;
  /** A client of the server's root, without identity header. */
  readonly root: Client;
  /** Puts rows into the database. */
  readonly given: Given;
  readonly sql: SqlClient;
  /** What the service logged so far; `LOG_LEVEL` decides what that is. */
  readonly logs: readonly LogLine[];
  /** The same as it was written. */
  readonly logTexts: readonly string[];
}

const DEFAULT_ENV = {
  ...UPSTREAM_ENV,
  LOG_LEVEL: 'error',
  RESPONSE_VALIDATION: 'fail',
  SHUTDOWN_GRACE_SECONDS: '1',
  STATUS_REUSE_SECONDS: '0',
  // Only tests about it expect the call.
  IMAGE_TYPE_OPTIONS_SECONDS: '0',
  // A busy machine delays the process; no request is refused for that.
  MAX_EVENT_LOOP_DELAY_MS: '0',
  PGCONNECT_TIMEOUT_MS: '30000',
  PGREAD_TIMEOUT_SECONDS: '30',
  PGWRITE_TIMEOUT_SECONDS: '30',
  PGLOCK_TIMEOUT_MS: '30000',
  // As the original.
  READINESS_CHECKS: 'composer',
  COMPOSE_LOGS: 'true',
  DISTRIBUTIONS_DIR: join(import.meta.dirname, '../fixtures/distributions'),
  OSBUILD_AWS_REGION: 'us-east-1',
  OSBUILD_GCP_REGION: 'us-east4',
  OSBUILD_GCP_BUCKET: 'test-bucket',
  PATCH_URL: 'https://patch.test',
  WEBHOOK_SECRET_KEY: SECRET_KEY,
  BUILD_COMMIT: 'abcdef0123456789',
  BUILD_TIME: '2026-01-02T03:04:05Z',
} as const;

/** Writes the options' files; gives the variables that name them. */
const writeFiles = async (
  directory: string,
  { quota, rateLimits, storageLimits, allow, encryptionKeys }: ServiceOptions,
): Promise<Record<string, string>> => {
  const files = {
    ...{ QUOTA_FILE: quota, RATE_LIMIT_FILE: rateLimits, STORAGE_LIMIT_FILE: storageLimits, ALLOW_FILE: allow },
    ENCRYPTION_KEYS_FILE: encryptionKeys,
  };
  const env: Record<string, string> = {};
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) continue;
    env[name] = join(directory, `${name}.json`);
    await writeFile(env[name], typeof content === 'string' ? content : JSON.stringify(content));
  }
  return env;
};

/**
 * Starts the service for one test. Hold it with `await using`: leaving the test stops it and drops its database.
 * An answer that does not fit the contract comes out as 500.
 */
export const startService = async (options: ServiceOptions = {}): Promise<TestService> => {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'image-builder-service-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const database = stack.use(await createTestDatabase());

  const { host, port: databasePort, user, password, sslMode } = database.config;
  const config = readConfig({
    ...{ PGHOST: host, PGPORT: String(databasePort), PGUSER: user, PGPASSWORD: password, PGSSLMODE: sslMode },
    PGDATABASE: database.config.database,
    ...DEFAULT_ENV,
    ...(await writeFiles(directory, options)),
    ...options.env,
  });
  const log = captureLog();
  const ctx = stack.use(
    await createContext(config, createLogger(config, log), {
      metrics: createMetrics({ processMetrics: false }),
      ...options.context,
    }),
  );
  const server = createHttpServer(
    await createApp(ctx, { middleware: options.middleware ?? [], docs: options.docs }),
    config.http.clients,
    ctx.metrics.protection,
  );
  await listen(server, { host: '127.0.0.1', port: 0 });
  stack.defer(() => closeServer(server, config.http.shutdownGrace));
  const { port } = server.address() as AddressInfo;
  const clients = stack.use(createClients(port));

  const owned = stack.move();
  return {
    ...{ ctx, port },
    as: (identity = {}) => clients.create(API_PATH, { 'x-rh-identity': identityHeader(identity) }),
    with: (headers) => clients.create(API_PATH, headers),
    anonymous: clients.create(API_PATH),
    root: clients.create(''),
    given: createGiven(database.sql),
    sql: database.sql,
    logs: log.lines,
    logTexts: log.texts,
    ...mockUpstreams(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
