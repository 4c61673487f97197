import { createPool, type CommonQueryMethods, type DatabasePool, type DriverTypeParser } from 'slonik';
import type { DatabaseConfig } from '../config/index.ts';
import { FairSlots } from '../lib/fair-slots.ts';
import { OrganizationUse, shareOf } from '../lib/organization-use.ts';
import { withTimeout } from '../lib/timeout.ts';
import { parseStoredJson } from '../lib/json.ts';
import { createAnnouncements } from './queries/recording.ts';
import { CONNECT_TIMEOUT, SESSION_OPTIONS, tlsOptions } from './connection.ts';
import { prepareStatements } from './prepared-statements.ts';
import { checkRows } from './row-check.ts';

export type { CommonQueryMethods } from 'slonik';

/** `2026-03-01 12:30:00.123` (UTC) → `2026-03-01T12:30:00Z`, the format of all responses. */
const timestamp = (value: string): string => `${value.slice(0, 10)}T${value.slice(11, 19)}Z`;

const TYPE_PARSERS: readonly DriverTypeParser[] = [
  { name: 'json', parse: parseStoredJson },
  { name: 'jsonb', parse: parseStoredJson },
  { name: 'timestamp', parse: timestamp },
  { name: 'timestamptz', parse: timestamp },
  { name: 'int8', parse: Number },
];

/** Milliseconds after which a caller gets an error: the pool can lose callers that wait for a connection. */
const DEADLINE = 30_000;

/** Milliseconds after which the server cancels a statement, before the caller's deadline. */
const STATEMENT_TIMEOUT = 28_000;

function connectionUri({ host, port, database, user, password }: DatabaseConfig, applicationName: string): string {
  const [name, secret, server, path] = [user, password, host, database].map(encodeURIComponent);
  const parameters = new URLSearchParams({ options: SESSION_OPTIONS, application_name: applicationName });
  return `postgresql://${name}:${secret}@${server}:${port}/${path}?${parameters.toString()}`;
}

/**
 * Opens a pool with a first connection.
 * @param statementTimeout milliseconds after which the server cancels a statement
 * @throws when the database cannot be reached
 */
export async function openPool(
  config: DatabaseConfig,
  applicationName: string,
  statementTimeout: number | 'DISABLE_TIMEOUT',
): Promise<DatabasePool> {
  const ssl = await tlsOptions(config);
  const pool = await createPool(connectionUri(config, applicationName), {
    maxPoolSize: config.poolSize,
    connectionTimeout: CONNECT_TIMEOUT,
    connectionRetryLimit: 1,
    statementTimeout,
    // Longer than the interval of heartbeats, which would open a connection each.
    idleTimeout: 60_000,
    // Sessions have no state to reset; the default costs a round trip on every release.
    resetConnection: async () => {},
    captureStackTrace: false,
    typeParsers: TYPE_PARSERS,
    interceptors: config.checkRows === true ? [prepareStatements(), checkRows()] : [prepareStatements()],
    ...(ssl === false ? {} : { ssl }),
  });
  // Without a listener a lost idle connection would end the process.
  pool.on('error', () => {});
  return pool;
}

/** Makes every statement and transaction of an organization take a slot: a connection of the pool. */
function withSlots(pool: CommonQueryMethods, slots: FairSlots, orgId: string): CommonQueryMethods {
  type Method = (...given: readonly unknown[]) => Promise<unknown>;
  return new Proxy({} as CommonQueryMethods, {
    get:
      (_target, name): Method =>
      (...given) =>
        slots.run(orgId, () => (Reflect.get(pool, name) as Method)(...given)),
  });
}

export interface DatabaseAccess {
  /**
   * Runs queries on the pool, which opens at the first use.
   * @param orgId the organization for which they are; none for queries of several, and of the service itself
   */
  readonly use: <T>(work: (db: CommonQueryMethods) => Promise<T>, orgId?: string) => Promise<T>;
  /** Notifies readers of new events soon. */
  readonly announce: () => void;
  /** Connections of the pool, and queries that wait for one. */
  readonly connections: () => { readonly idle: number; readonly used: number; readonly waiting: number };
  /** Number of callers that use or wait for a connection. */
  readonly callers: () => number;
  /** Whether an organization is among those with the most callers. */
  readonly isHeavyCaller: (orgId: string) => boolean;
  /** Closes the pool after its running queries. */
  readonly close: () => Promise<void>;
}

/** Creates the access to the database, which connects lazily: the service starts without a database. */
export function createDatabaseAccess(config: DatabaseConfig): DatabaseAccess {
  let opening: Promise<DatabasePool> | null = null;
  let pool: DatabasePool | null = null;
  let isClosed = false;
  const callers = new OrganizationUse({ total: Infinity, perOrganization: Infinity });
  const { poolSize, organizationShare = 1 } = config;
  const slots = new FairSlots({
    ...{ slots: poolSize, slotsPerOrganization: shareOf(poolSize, organizationShare) },
    ...{ queue: Infinity, queuePerOrganization: Infinity, timeout: DEADLINE },
  });

  const open = async (): Promise<DatabasePool> => {
    try {
      return (pool = await openPool(config, 'image-builder', STATEMENT_TIMEOUT));
    } catch (error) {
      opening = null;
      throw error;
    }
  };
  const use: DatabaseAccess['use'] = async (work, orgId) => {
    if (isClosed) throw new Error('the database is closed');
    const holder = orgId ?? null;
    callers.add(holder);
    try {
      opening ??= open();
      const done = opening.then((db) => work(orgId === undefined ? db : withSlots(db, slots, orgId)));
      return await withTimeout(done, DEADLINE, 'the database did not respond in time');
    } finally {
      callers.remove(holder);
    }
  };
  const announcements = createAnnouncements(use);
  return {
    use,
    announce: announcements.announce,
    callers: () => callers.total,
    isHeavyCaller: (orgId) => callers.isHeavy(orgId),
    connections: () => {
      const state = pool?.state();
      return {
        idle: state?.idleConnections ?? 0,
        used: state?.acquiredConnections ?? 0,
        waiting: state?.waitingClients ?? 0,
      };
    },
    close: async () => {
      await announcements.close();
      isClosed = true;
      await (await opening?.catch(() => null))?.end();
    },
  };
}
