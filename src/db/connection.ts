// Connections to PostgreSQL. All have the same TLS mode and time zone, inside and outside of the pool.
import { connect } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { Client, Pool, type ClientConfig, type PoolConfig } from 'pg';
import type { DatabaseConfig } from '../config/index.ts';

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** In milliseconds. */
export const CONNECT_TIMEOUT = 5_000;

/** Whether the server offers TLS. node-postgres does not negotiate that for the mode `prefer`. */
async function offersTls({ host, port }: DatabaseConfig): Promise<boolean> {
  const socket = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
  socket.setTimeout(CONNECT_TIMEOUT, () => socket.destroy(new Error('the database did not respond in time')));
  socket.write(SSL_REQUEST);
  for await (const response of socket) return (response as Buffer).toString('latin1', 0, 1) === 'S';
  throw new Error('the database closed the connection');
}

/** TLS options for a mode of libpq. As in libpq, only the verifying modes check the server's certificate. */
export async function tlsOptions(config: DatabaseConfig): Promise<ConnectionOptions | false> {
  const { sslMode, ca } = config;
  if (sslMode === 'disable') return false;
  if (sslMode === 'require') return { rejectUnauthorized: false };
  if (sslMode === 'prefer' || sslMode === 'allow') return (await offersTls(config)) && { rejectUnauthorized: false };
  return {
    ...(ca ? { ca } : {}),
    rejectUnauthorized: true,
    ...(sslMode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  };
}

/** Sessions run in UTC: columns without a time zone hold local times of the session. */
export const SESSION_OPTIONS = '-c TimeZone=UTC';

/** Options of a session, which a pooler refuses: its connections serve one transaction, and have no session. */
export function sessionOptions({ isPooled = false }: DatabaseConfig, more: readonly string[] = []): string | undefined {
  return isPooled ? undefined : [SESSION_OPTIONS, ...more].join(' ');
}

/** The server itself instead of its pooler; `null` where only the pooler can be reached. */
export function directDatabase(config: DatabaseConfig): DatabaseConfig | null {
  if (config.direct) return { ...config, ...config.direct, direct: null, isPooled: false };
  return config.isPooled === true ? null : config;
}

/** The server, for what needs a session. @throws Error naming the variable that is missing */
export function requireDirectDatabase(config: DatabaseConfig): DatabaseConfig {
  const direct = directDatabase(config);
  if (direct === null)
    throw new Error('PGDIRECT_HOST: must be set beside PGBOUNCER, migrations and maintenance need a session');
  return direct;
}

async function clientOptions(config: DatabaseConfig, applicationName: string): Promise<ClientConfig> {
  const { host, port, database, user, password } = config;
  return {
    ...{ host, port, database, user, password, ssl: await tlsOptions(config) },
    ...{ application_name: applicationName, options: sessionOptions(config) },
  };
}

/** Opens a connection outside of the pool. The caller ends it. @throws when the database cannot be reached */
export async function openConnection(
  config: DatabaseConfig,
  applicationName: string,
  options: ClientConfig = {},
): Promise<Client> {
  const client = new Client({
    ...(await clientOptions(config, applicationName)),
    ...{ connectionTimeoutMillis: CONNECT_TIMEOUT, keepAlive: true, ...options },
  });
  // A lost connection fails the next statement. Without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Creates a pool for a library that needs one of node-postgres. It connects at its first query. */
export async function createClientPool(
  config: DatabaseConfig,
  applicationName: string,
  options: PoolConfig,
): Promise<Pool> {
  const pool = new Pool({ ...(await clientOptions(config, applicationName)), ...options });
  // Without listeners a lost connection would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
