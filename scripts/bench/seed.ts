// What the original service stores, by SQL of its own kind into its own tables: a database that is adopted afterwards.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { ROOT } from '../../src/lib/root.ts';
import type { Group } from './fleet.ts';
import { BLUEPRINT_BODY, COMPOSE, DESCRIPTION } from './requests.ts';
import { untilAborted } from './until-aborted.ts';

const MIGRATIONS = join(ROOT, 'src/db/migrations');

/** Makes the tables of the original service, and its record of how far its schema is. */
export async function createOriginalSchema(sql: Client): Promise<void> {
  const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.sql')).sort();
  for (const file of files) await sql.query(await readFile(join(MIGRATIONS, file), 'utf8'));
  await sql.query('CREATE TABLE schema_version (version int4 NOT NULL)');
  await sql.query('INSERT INTO schema_version (version) VALUES ($1)', [files.length]);
}

const ORGANIZATIONS = 'SELECT ($1::int + number)::text AS org FROM generate_series(0, $2::int - 1) AS number';

/** Blueprints of the last 300 days. */
const BLUEPRINTS = `
  INSERT INTO blueprints (id, org_id, account_number, name, description, created_at)
  SELECT md5('blueprint ' || org || ' ' || number)::uuid, org, org, 'blueprint number ' || lpad(number::text, 7, '0'), $4,
    CURRENT_TIMESTAMP - number * interval '300 days' / $3::int
  FROM (${ORGANIZATIONS}) AS organizations, generate_series(1, $3::int) AS number`;

/** Versions of every blueprint: 1 to as many as given. */
const VERSIONS = `
  INSERT INTO blueprint_versions (id, blueprint_id, version, body, created_at)
  SELECT md5('version ' || org || ' ' || number || ' ' || version)::uuid,
    md5('blueprint ' || org || ' ' || number)::uuid, version, $5::jsonb,
    CURRENT_TIMESTAMP - number * interval '300 days' / $3::int + version * interval '1 minute'
  FROM (${ORGANIZATIONS}) AS organizations, generate_series(1, $3::int) AS number,
    generate_series(1, 1 + number % $4::int) AS version`;

/** Composes of the days that lists show, every second one of a blueprint where there are any. */
const COMPOSES = `
  INSERT INTO composes
    (job_id, request, created_at, account_number, email, org_id, image_name, client_id, blueprint_version_id)
  SELECT md5('compose ' || org || ' ' || number)::uuid,
    $5::jsonb || jsonb_build_object('image_name', 'image ' || number),
    CURRENT_TIMESTAMP - number * interval '13 days' / $3::int, org, 'user@example.com', org, 'image ' || number, 'api',
    CASE WHEN $4::int > 0 AND number % 2 = 0
      THEN md5('version ' || org || ' ' || (1 + number % $4::int) || ' 1')::uuid END
  FROM (${ORGANIZATIONS}) AS organizations, generate_series(1, $3::int) AS number`;

/** Stores the composes and blueprints of a group, as the original service stores them. */
export async function seedGroup(sql: Client, group: Group, signal: AbortSignal): Promise<void> {
  const { first, organizations, composes, blueprints, versions } = group;
  const insert = (statement: string, values: readonly unknown[]): Promise<unknown> =>
    untilAborted(sql.query(statement, [first, organizations, ...values]), signal);
  if (blueprints > 0) {
    await insert(BLUEPRINTS, [blueprints, DESCRIPTION]);
    await insert(VERSIONS, [blueprints, versions, JSON.stringify(BLUEPRINT_BODY)]);
  }
  await insert(COMPOSES, [composes, blueprints, JSON.stringify(COMPOSE)]);
}
