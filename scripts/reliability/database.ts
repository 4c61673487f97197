import type { DatabaseConfig } from '../../src/config/index.ts';
import { prepareDatabase } from '../../src/maintenance/prepare-database.ts';
import { withAdministration, type ServerAddress } from '../support/databases.ts';
import { startTemporaryPostgres, type TemporaryPostgres } from '../support/embedded-postgres.ts';

/** A PostgreSQL server of one trial. */
export interface OwnDatabase extends AsyncDisposable {
  readonly database: DatabaseConfig;
  readonly server: TemporaryPostgres;
}

const NAME = 'reliability';

/** Commits are written before they are acknowledged: a server that crashes loses none. */
const SETTINGS = ['synchronous_commit=on', 'autovacuum=on'];

/**
 * Starts a server with a database, which is migrated unless `empty` is given.
 * @param options.settings of the server
 */
export async function startOwnDatabase(
  options: { readonly empty?: boolean; readonly settings?: readonly string[] } = {},
): Promise<OwnDatabase> {
  await using stack = new AsyncDisposableStack();
  const server = await startTemporaryPostgres([...SETTINGS, ...(options.settings ?? [])]);
  stack.defer(() => server.stop());
  const { host, port, user, password } = server;
  const address: ServerAddress = { host, port, user, password, sslMode: 'disable' };
  await withAdministration(address, (sql) => sql.query(`CREATE DATABASE ${NAME}`));
  const database = { ...address, database: NAME, poolSize: 5 };
  if (!options.empty) await prepareDatabase(database, () => {});
  const owned = stack.move();
  return { database, server, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
