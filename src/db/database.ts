import { connect } from 'node:net';
import {
  createPool,
  type ClientConfigurationInput,
  type CommonQueryMethods,
  type DatabasePool,
  type DriverTypeParser,
} from 'slonik';
import type { DatabaseConfig, SslMode } from '../config.ts';
import { createAnnouncements } from './announcements.ts';
import { prepareStatements } from './prepared-statements.ts';
import { checkRows } from './row-check.ts';
import { parseStoredJson } from '../stored-json.ts';

export type { CommonQueryMethods } from 'slonik';

/** `2026-03-01 12:30:00.123` (UTC, since sessions run in UTC) → `2026-03-01T12:30:00Z`: one shape in every answer. */
const timestamp = (value: string): string => `${value.slice(0, 10)}T${value.slice(11, 19)}Z`;

const TYPE_PARSERS: readonly DriverTypeParser[] = [
  { name: 'json', parse: parseStoredJson },
  { name: 'jsonb', parse: parseStoredJson },
  { name: 'timestamp', parse: timestamp },
  { name: 'timestamptz', parse: timestamp },
  { name: 'int8', parse: Number },
];

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Whether the server offers TLS, asked the way libpq asks for `prefer`. */
const offersTls = (config: DatabaseConfig): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = connect(
      config.host.startsWith('/')
        ? { path: `${config.host}/.s.PGSQL.${config.port}` }
        : { host: config.host, port: config.port },
    );
    socket.setTimeout(5_000, () => socket.destroy(new Error('the database did not answer in time')));
    socket.once('connect', () => socket.write(SSL_REQUEST));
    socket.once('data', (data) => {
      resolve(data.toString('latin1', 0, 1) === 'S');
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the database closed the connection')));
  });

/** TLS settings for a mode of libpq. Like libpq, only the verifying modes look at the server's certificate. */
export const tlsOptions = async (
  config: DatabaseConfig,
): Promise<NonNullable<ClientConfigurationInput['ssl']> | false> => {
  const unverified = { rejectUnauthorized: false };
  const authority = config.ca ? { ca: config.ca } : {};
  const modes: Readonly<Record<SslMode, () => Promise<object | false> | object | false>> = {
    disable: () => false,
    allow: async () => ((await offersTls(config)) ? unverified : false),
    prefer: async () => ((await offersTls(config)) ? unverified : false),
    require: () => unverified,
    'verify-ca': () => ({ ...authority, rejectUnauthorized: true, checkServerIdentity: () => undefined }),
    'verify-full': () => ({ ...authority, rejectUnauthorized: true }),
  };
  return modes[config.sslMode]();
};

/** Milliseconds after which the server ends a statement: before its caller is told that there is no answer, so that none runs later. */
const STATEMENT_TIMEOUT = 28_000;

/** Sessions run in UTC, whatever the server's default: the tables hold local times of the session. */
const SESSION_OPTIONS = `-c TimeZone=UTC -c statement_timeout=${STATEMENT_TIMEOUT}`;

const connectionUri = (config: DatabaseConfig): string => {
  const uri = new URL('postgresql://placeholder');
  uri.searchParams.set('options', SESSION_OPTIONS);
  uri.searchParams.set('application_name', 'image-builder');
  const credentials = `${encodeURIComponent(config.user)}:${encodeURIComponent(config.password)}`;
  return `postgresql://${credentials}@${encodeURIComponent(config.host)}:${config.port}/${encodeURIComponent(config.database)}${uri.search}`;
};

const openPool = async (config: DatabaseConfig): Promise<DatabasePool> => {
  const ssl = await tlsOptions(config);
  const pool = await createPool(connectionUri(config), {
    maxPoolSize: config.poolSize,
    connectionTimeout: 5_000,
    connectionRetryLimit: 1,
    // Longer than the pause between two heartbeats, each of which would open a connection otherwise.
    idleTimeout: 60_000,
    // Nothing in our sessions needs resetting; the default costs a round trip on every release.
    resetConnection: async () => {},
    captureStackTrace: false,
    typeParsers: TYPE_PARSERS,
    interceptors: config.checkRows === true ? [prepareStatements(), checkRows()] : [prepareStatements()],
    ...(ssl === false ? {} : { ssl }),
  });
  // Without a listener a connection lost while idle would end the process.
  pool.on('error', () => {});
  return pool;
};

export interface DatabaseAccess {
  /** Runs queries on the pool, which is opened at the first use and again after a failure to open it. */
  readonly use: <T>(work: (db: CommonQueryMethods) => Promise<T>) => Promise<T>;
  /** Events were recorded: wakes their readers soon. */
  readonly announce: () => void;
  /** Connections of the pool, and queries that wait for one. None as long as the pool is not open. */
  readonly connections: () => { readonly idle: number; readonly used: number; readonly waiting: number };
  /** How many use the database right now, or wait for a connection. */
  readonly callers: () => number;
  /** Closes the pool when the queries that run have ended. */
  readonly close: () => Promise<void>;
}

/** Milliseconds after which a caller is told that the database did not answer. A pool may lose a caller that waits for it. */
const DEADLINE = 30_000;

const withDeadline = async <T>(work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the database did not answer in time')), DEADLINE);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** The database, connected to lazily: the service starts, and serves what needs no data, without it. */
export const createDatabaseAccess = (config: DatabaseConfig): DatabaseAccess => {
  let opening: Promise<DatabasePool> | null = null;
  let open: DatabasePool | null = null;
  let closed = false;
  let callers = 0;
  const pool = (): Promise<DatabasePool> => {
    if (closed) throw new Error('the database is closed');
    opening ??= openPool(config).then(
      (opened) => (open = opened),
      (error: unknown) => {
        opening = null;
        throw error;
      },
    );
    return opening;
  };
  const use: DatabaseAccess['use'] = async (work) => {
    callers += 1;
    try {
      return await withDeadline(pool().then(work));
    } finally {
      callers -= 1;
    }
  };
  const announcements = createAnnouncements(use);
  return {
    use,
    announce: announcements.announce,
    callers: () => callers,
    connections: () => {
      const state = open?.state();
      return {
        idle: state?.idleConnections ?? 0,
        used: state?.acquiredConnections ?? 0,
        waiting: state?.waitingClients ?? 0,
      };
    },
    close: async () => {
      await announcements.close();
      closed = true;
      const current = opening;
      opening = null;
      if (current) await (await current.catch(() => null))?.end();
    },
  };
};
