import { readConfig } from '../../src/config/index.ts';
import { prepareDatabase } from '../../src/maintenance/prepare-database.ts';
import { dropDatabase, withAdministration } from './databases.ts';
import { startTemporaryPostgres, type PostgresServer } from './embedded-postgres.ts';

const useServer = async (): Promise<PostgresServer> => {
  if (!process.env['PGHOST']) return startTemporaryPostgres();
  const { host, port, user, password } = readConfig(process.env).database;
  return { host, port, user, password, stop: async () => {} };
};

/**
 * Runs work with a PostgreSQL for tests and a template of their databases. `PGHOST` names a server to use instead of the embedded one.
 * @param work receives the environment that tests need
 */
export async function withTestServer<Result>(work: (env: NodeJS.ProcessEnv) => Promise<Result>): Promise<Result> {
  const server = await useServer();
  const template = `image_builder_template_${process.pid}`;
  const sslMode = process.env['PGHOST'] ? readConfig(process.env).database.sslMode : 'disable';
  const address = { ...server, sslMode };
  try {
    await withAdministration(address, (sql) => sql.query(`CREATE DATABASE ${template}`));
    await prepareDatabase({ ...address, database: template, poolSize: 1 }, () => {});
    return await work({
      ...process.env,
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: server.user,
      PGPASSWORD: server.password,
      PGSSLMODE: sslMode,
      TEST_TEMPLATE: template,
      // Tests of the embedded server itself do not run where it is not used: it may not be to be had.
      TEST_EMBEDDED: process.env['PGHOST'] ? '' : 'yes',
    });
  } finally {
    await withAdministration(address, (sql) => dropDatabase(sql, template));
    await server.stop();
  }
}
