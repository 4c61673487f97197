// A database as the original service leaves it: the shared schema, and nothing of ours.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';

const MIGRATIONS = join(import.meta.dirname, '../../src/db/migrations');

/** Creates the schema that the original has after so many of its migrations, in an empty database. */
export async function createOriginalSchema(sql: Client, version: number): Promise<void> {
  const files = (await readdir(MIGRATIONS)).sort().slice(0, version);
  for (const file of files) await sql.query(await readFile(join(MIGRATIONS, file), 'utf8'));
  await sql.query('CREATE TABLE public.schema_version (version int4 NOT NULL)');
  await sql.query(`INSERT INTO public.schema_version (version) VALUES (${version})`);
}
