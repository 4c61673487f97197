// npm run schema: writes src/db/schema.sql, the schema that the migrations make in an empty database.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareDatabase } from '../src/maintenance/prepare-database.ts';
import { connectTo } from './support/databases.ts';
import { startTemporaryPostgres } from './support/embedded-postgres.ts';
import { dumpSchema } from './support/schema-dump.ts';

const FILE = join(import.meta.dirname, '../src/db/schema.sql');
const DATABASE = 'postgres';

const server = await startTemporaryPostgres();
try {
  const address = { ...server, sslMode: 'disable' } as const;
  await prepareDatabase({ ...address, database: DATABASE, poolSize: 1 }, () => {});
  const sql = await connectTo(address, DATABASE);
  try {
    await writeFile(FILE, await dumpSchema(sql));
  } finally {
    await sql.end();
  }
} finally {
  await server.stop();
}
