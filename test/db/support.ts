import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const MIGRATIONS = join(import.meta.dirname, '../../src/db/migrations');

/** A database as the original leaves it behind after so many of its migrations: nothing of ours in it. */
export const asTheOriginalLeftIt = async (version: number): Promise<TestDatabase> => {
  const database = await createTestDatabase({ empty: true });
  const files = (await readdir(MIGRATIONS)).sort().slice(0, version);
  for (const file of files) await database.sql.query(await readFile(join(MIGRATIONS, file), 'utf8'));
  await database.sql.query('CREATE TABLE public.schema_version (version int4 NOT NULL)');
  await database.sql.query(`INSERT INTO public.schema_version (version) VALUES (${version})`);
  return database;
};
