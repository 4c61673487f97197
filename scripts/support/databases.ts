import { Client } from 'pg';
import type { SslMode } from '../../src/config.ts';
import { tlsOptions } from '../../src/db/database.ts';
import type { PostgresAddress } from './embedded-postgres.ts';

export interface ServerAddress extends PostgresAddress {
  readonly sslMode: SslMode;
}

/** Connects to a database of a server. The caller ends the connection. */
export const connectTo = async (address: ServerAddress, database: string): Promise<Client> => {
  const { host, port, user, password } = address;
  const ssl = await tlsOptions({ ...address, database, poolSize: 1 });
  const client = new Client({ host, port, user, password, database, ssl });
  await client.connect();
  return client;
};

/** Runs work on the server's own database, where others are created and dropped. */
export const withAdministration = async <T>(address: ServerAddress, work: (sql: Client) => Promise<T>): Promise<T> => {
  const client = await connectTo(address, 'postgres');
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
