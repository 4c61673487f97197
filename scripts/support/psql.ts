#!/usr/bin/env node
// As much of psql as a test suite needs to run one statement (-d DATABASE -c SQL, PG* in the environment), for machines that
// have none. Not a replacement for anything else.
import { Client } from 'pg';

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

const database = option('-d') ?? process.env['PGDATABASE'] ?? 'postgres';
const client = new Client({ database });
try {
  await client.connect();
  await client.query(option('-c') ?? 'SELECT 1');
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await client.end();
}
