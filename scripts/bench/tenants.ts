import type { Client } from 'pg';
import type { BenchRequest } from './load.ts';
import { blueprintNamed, COMPOSE, postRequest, type LargeTenant, type Tenant } from './requests.ts';
import { untilAborted } from './until-aborted.ts';

/** Builds and blueprints of a small tenant. */
const COMPOSES = 200;
const BLUEPRINTS = 20;

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

const created = async (
  origin: string,
  { method, path, headers, body }: BenchRequest,
  signal: AbortSignal,
): Promise<string> => {
  const answer = await fetch(origin + path, { method, headers, body, signal });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${text}`);
  return (JSON.parse(text) as { id: string }).id;
};

const searchedName = (number: number): string => `number ${String(number).padStart(7, '0')}`;

/** Makes a tenant by asking the service, so that everything is stored as the service stores it. */
export const createTenant = async (
  origin: string,
  organization: string,
  signal: AbortSignal,
  count = { composes: COMPOSES, blueprints: BLUEPRINTS },
): Promise<Tenant> => {
  let [composeId, blueprintId] = ['', ''];
  for (let built = 0; built < count.composes; built += 1) {
    composeId = await created(origin, postRequest(organization, '/compose', COMPOSE), signal);
  }
  for (const number of numbers(count.blueprints)) {
    const blueprint = blueprintNamed(`blueprint ${searchedName(number)}`);
    blueprintId = await created(origin, postRequest(organization, '/blueprints', blueprint), signal);
  }
  return { organization, composeId, blueprintId };
};

/** The tenant as one whose deep pages are its first ones. */
export const asLarge = (tenant: Tenant): LargeTenant => ({
  ...tenant,
  ...{ composesOffset: 0, blueprintsOffset: 0, searched: searchedName(BLUEPRINTS / 2) },
});

/** Copies of the tenant's one build, evenly over the days that lists show. */
const MULTIPLY_COMPOSES = `
  INSERT INTO composes (job_id, request, created_at, account_number, email, org_id, image_name, client_id)
  SELECT gen_random_uuid(), request, now() - number * interval '13 days' / $2::int, account_number, email, org_id,
    image_name, client_id
  FROM (SELECT * FROM composes WHERE org_id = $1 LIMIT 1) AS template, generate_series(1, $2::int) AS number`;

/** Copies of the tenant's one blueprint, each with copies of its one version: 1 to `most` of them, or always `most`. */
const MULTIPLY_BLUEPRINTS = `
  WITH template AS (
    SELECT blueprints.*, versions.body, versions.service_snapshots
    FROM blueprints JOIN blueprint_versions AS versions ON versions.blueprint_id = blueprints.id
    WHERE org_id = $1
    LIMIT 1
  ), copies AS MATERIALIZED (
    SELECT gen_random_uuid() AS id, number, now() - number * interval '300 days' / $2::int AS changed_at,
      CASE WHEN $4::boolean THEN 1 + number % $3::int ELSE $3::int END AS versions
    FROM generate_series(2, $2::int) AS number
  ), stored AS (
    INSERT INTO blueprints (id, org_id, account_number, name, description, metadata, created_at, changed_at)
    SELECT copies.id, org_id, account_number, 'blueprint number ' || lpad(number::text, 7, '0'), description, metadata,
      copies.changed_at, copies.changed_at
    FROM copies, template
  )
  INSERT INTO blueprint_versions (id, blueprint_id, version, body, service_snapshots, created_at, noted)
  SELECT gen_random_uuid(), copies.id, version, body, service_snapshots,
    copies.changed_at - (versions - version) * interval '1 minute', true
  FROM copies, template, generate_series(1, versions) AS version`;

/** Triggers that do nothing for what is measured, once for each copy: nobody has to be told of them, and no list is filtered. */
const SLOW = [
  ['composes', 'compose_queued'],
  ['blueprint_versions', 'USER'],
  // They would count one by one, in one transaction.
  ['blueprints', 'USER'],
] as const;

const COUNT_BLUEPRINTS = `
  INSERT INTO blueprint_counts (org_id, listed)
  SELECT org_id, count(*) FROM blueprints WHERE org_id = $1 AND NOT deleted GROUP BY org_id
  ON CONFLICT (org_id) DO UPDATE SET listed = excluded.listed`;

export interface LargeSize {
  readonly composes: number;
  readonly blueprints: number;
  /** Most versions of a blueprint. */
  readonly versions: number;
  /** Whether blueprints have 1 to `versions` of them; else all have that many. */
  readonly spread: boolean;
}

/** Makes a large tenant: one build and one blueprint by asking the service, the rest as copies of them in the database. */
export const createLargeTenant = async (
  origin: string,
  sql: Client,
  organization: string,
  { composes, blueprints, versions, spread }: LargeSize,
  signal: AbortSignal,
): Promise<LargeTenant> => {
  const tenant = await createTenant(origin, organization, signal, { composes: 1, blueprints: 1 });
  for (const [table, trigger] of SLOW) await sql.query(`ALTER TABLE ${table} DISABLE TRIGGER ${trigger}`);
  await untilAborted(sql.query(MULTIPLY_COMPOSES, [organization, composes]), signal);
  await untilAborted(sql.query(MULTIPLY_BLUEPRINTS, [organization, blueprints, versions, spread]), signal);
  for (const [table, trigger] of SLOW) await sql.query(`ALTER TABLE ${table} ENABLE TRIGGER ${trigger}`);
  await sql.query(COUNT_BLUEPRINTS, [organization]);
  const deep = (count: number): number => Math.floor(count * 0.9);
  return {
    ...tenant,
    ...{ composesOffset: deep(composes), blueprintsOffset: deep(blueprints) },
    searched: searchedName(Math.ceil(blueprints / 2)),
  };
};
