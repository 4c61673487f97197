import { createPgDriverFactory } from '@slonik/pg-driver';
import {
  createPool,
  sql,
  type DatabasePool,
  type DriverClient,
  type DriverFactory,
  type DriverTypeParser,
} from 'slonik';
import type { DatabaseConfig } from '../config/index.ts';
import { parseStoredJson } from '../lib/json.ts';
import { tracing } from '../lib/tracing.ts';
import { CONNECT_TIMEOUT, sessionOptions, tlsOptions } from './connection.ts';
import { prepareStatements } from './prepared-statements.ts';
import { traceStatements } from './trace-statements.ts';
import { checkRows, noColumns } from './row-check.ts';
import type { RunOnPool } from './slotted-queries.ts';

/** `2026-03-01 12:30:00.123` (UTC) → `2026-03-01T12:30:00Z`, the format of all responses. */
const timestamp = (value: string): string => `${value.slice(0, 10)}T${value.slice(11, 19)}Z`;

const TYPE_PARSERS: readonly DriverTypeParser[] = [
  { name: 'json', parse: parseStoredJson },
  { name: 'jsonb', parse: parseStoredJson },
  { name: 'timestamp', parse: timestamp },
  { name: 'timestamptz', parse: timestamp },
  { name: 'int8', parse: Number },
];

/** Limits that the server enforces, in milliseconds. */
export interface SessionLimits {
  readonly statement: number;
  readonly lock: number;
}

/** Milliseconds after the limit of a statement within which a server that works has cancelled it. */
const CANCEL_GRACE = 1_000;

/** Milliseconds that a statement gets to end when its connection is closed. */
const END_TIMEOUT = 2_000;

/** Closes a connection whose statement has no response in time: the network would keep it for minutes. */
function closeWhenSilent(client: DriverClient, timeout: number): DriverClient {
  let running = 0;
  const close = (): void => {
    if (running > 0 && client.state() !== 'DESTROYED') client.destroy().catch(() => {});
  };
  const timer = setTimeout(close, timeout).unref();
  client.on('destroy', () => clearTimeout(timer));
  return {
    ...client,
    query: async (text, values, options) => {
      running += 1;
      timer.refresh();
      try {
        return await client.query(text, values, options);
      } finally {
        running -= 1;
      }
    },
  };
}

function silenceClosingDriver(timeout: number): DriverFactory {
  const createDriver = createPgDriverFactory();
  return async (configuration) => {
    const driver = await createDriver(configuration);
    return { createClient: async () => closeWhenSilent(await driver.createClient(), timeout) };
  };
}

function connectionUri(config: DatabaseConfig, applicationName: string, limits: SessionLimits | null): string {
  const { host, port, database, user, password } = config;
  const [name, secret, server, path] = [user, password, host, database].map(encodeURIComponent);
  const parameters = new URLSearchParams({ application_name: applicationName });
  const lockTimeout = limits === null ? [] : [`-c lock_timeout=${limits.lock}`];
  const options = sessionOptions(config, lockTimeout);
  if (options !== undefined) parameters.set('options', options);
  return `postgresql://${name}:${secret}@${server}:${port}/${path}?${parameters.toString()}`;
}

/**
 * Opens a pool with a first connection.
 * @param limits of each statement; none without them
 * @throws when the database cannot be reached
 */
export async function openPool(
  config: DatabaseConfig,
  applicationName: string,
  limits: SessionLimits | null,
): Promise<DatabasePool> {
  const { isPooled = false } = config;
  const ssl = await tlsOptions(config);
  const inServer = isPooled ? null : limits;
  const pool = await createPool(connectionUri(config, applicationName, inServer), {
    maxPoolSize: config.poolSize,
    connectionTimeout: CONNECT_TIMEOUT,
    connectionRetryLimit: 1,
    statementTimeout: inServer?.statement ?? 'DISABLE_TIMEOUT',
    ...(isPooled ? { idleInTransactionSessionTimeout: 'DISABLE_TIMEOUT' as const } : {}),
    // Longer than the interval of heartbeats, which would open a connection each.
    idleTimeout: 60_000,
    gracefulTerminationTimeout: END_TIMEOUT,
    // Sessions have no state to reset; the default costs a round trip on every release.
    resetConnection: async () => {},
    captureStackTrace: false,
    typeParsers: TYPE_PARSERS,
    // A pooler gives out connections that have not prepared the statement.
    interceptors: [
      ...(tracing.on ? [traceStatements()] : []),
      ...(isPooled ? [] : [prepareStatements()]),
      ...(config.checkRows === true ? [checkRows()] : []),
    ],
    ...(limits === null ? {} : { driverFactory: silenceClosingDriver(limits.statement + CANCEL_GRACE) }),
    ...(ssl === false ? {} : { ssl }),
  });
  // Without a listener a lost idle connection would end the process.
  pool.on('error', () => {});
  return pool;
}

/**
 * Runs work on a pool. A pooler keeps no settings of a session, so every transaction makes those that the others have at their start:
 * columns without a time zone hold local times of the session.
 */
export function runOnPool(pool: DatabasePool, { isPooled = false }: DatabaseConfig, limits: SessionLimits): RunOnPool {
  if (!isPooled) return (work) => work(pool);
  const settings = sql.type(noColumns)`
    SELECT FROM
      set_config('TimeZone', 'UTC', true) AS zone,
      set_config('statement_timeout', ${String(limits.statement)}, true) AS statement,
      set_config('lock_timeout', ${String(limits.lock)}, true) AS lock`;
  return (work) =>
    pool.transaction(async (tx) => {
      await tx.query(settings);
      return work(tx);
    });
}
