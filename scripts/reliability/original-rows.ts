// Rows of a large installation of the original service.
import type { Client } from 'pg';
import type { Tenants } from './original.ts';

/** The tenant that has half of everything. */
export const LARGEST = '000001';

export interface RowCounts {
  readonly composes: number;
  readonly blueprints: number;
  readonly versions: number;
}

/** Tenants beside the largest. */
const TENANTS = 2_000;

const BODY = `jsonb_build_object(
  'distribution', CASE number % 3 WHEN 0 THEN 'rhel-9' WHEN 1 THEN 'centos-9' ELSE 'rhel-10' END,
  'image_requests', jsonb_build_array(jsonb_build_object(
    'architecture', 'x86_64', 'image_type', CASE number % 4 WHEN 0 THEN 'aws' WHEN 1 THEN 'gcp' ELSE 'guest-image' END,
    'upload_request', jsonb_build_object('type', 'aws.s3', 'options', '{}'::jsonb))),
  'customizations', jsonb_build_object(
    'packages', jsonb_build_array('nginx', 'vim', 'git', 'package-' || number % 100),
    'users', CASE WHEN number % 5 = 0
      THEN jsonb_build_array(jsonb_build_object('name', 'admin', 'password', '$6$salt$' || md5(number::text), 'ssh_key', 'ssh-rsa AAAA'))
      ELSE '[]'::jsonb END,
    'services', jsonb_build_object('enabled', jsonb_build_array('nginx', 'sshd'))))`;

const ORGANIZATION = `CASE WHEN number % 2 = 0 THEN '${LARGEST}' ELSE 'tenant ' || number / 2 % ${TENANTS} END`;

const id = (text: string): string => `md5('${text}' || number)::uuid`;

/** Fills an empty database of the original: composes of the last 20 days, blueprints of the last year. */
export async function fillOriginal(sql: Client, { composes, blueprints, versions }: RowCounts): Promise<Tenants> {
  await sql.query("SET TIME ZONE 'UTC'");
  await sql.query(
    `INSERT INTO blueprints (id, org_id, account_number, name, description, created_at)
    SELECT ${id('blueprint ')}, ${ORGANIZATION}, '500', 'blueprint number ' || lpad(number::text, 7, '0'), 'of a large installation',
      CURRENT_TIMESTAMP - number * interval '360 days' / $1::int
    FROM generate_series(1, $1::int) AS number`,
    [blueprints],
  );
  await sql.query(
    `INSERT INTO blueprint_versions (id, blueprint_id, version, body, created_at)
    SELECT ${id('version ')}, md5('blueprint ' || 1 + number % $2::int)::uuid, 1 + number / $2::int, ${BODY},
      CURRENT_TIMESTAMP - (1 + number % $2::int) * interval '360 days' / $2::int + number / $2::int * interval '1 hour'
    FROM generate_series(0, $1::int - 1) AS number`,
    [versions, blueprints],
  );
  await sql.query(
    `INSERT INTO composes
      (job_id, request, created_at, account_number, email, org_id, image_name, client_id, blueprint_version_id)
    SELECT ${id('compose ')}, ${BODY}, CURRENT_TIMESTAMP - number * interval '20 days' / $1::int, '500', 'user@example.test',
      ${ORGANIZATION}, 'an image', 'ui', CASE WHEN number % 3 = 0 THEN md5('version ' || number % $2::int)::uuid END
    FROM generate_series(1, $1::int) AS number`,
    [composes, versions],
  );
  await sql.query('VACUUM ANALYZE');
  const { rows } = await sql.query<{ org: string; compose: string; blueprint: string }>(
    `SELECT org_id AS org, min(job_id::text) AS compose, (
      SELECT min(id::text) FROM blueprints WHERE blueprints.org_id = composes.org_id
    ) AS blueprint
    FROM composes WHERE org_id <> '${LARGEST}' GROUP BY org_id`,
  );
  return {
    organizations: rows.map(({ org }) => org),
    composeIds: rows.map(({ compose }) => compose),
    blueprintIds: rows.map(({ blueprint }) => blueprint),
  };
}
