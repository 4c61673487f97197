// Indexes rows that another implementation stored, or that are older than our columns. Lists, background and migration use these
// functions. They skip locked rows: indexing never waits for another implementation.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { customPlan } from '../prepared-statements.ts';
import { noColumns } from '../row-check.ts';

const storedCompose = z.strictObject({
  /** Any JSON text. */
  request: z.string(),
  image_name: z.string().nullable(),
  client_id: z.string().nullable(),
  blueprint_id: z.string().nullable(),
  blueprint_version: z.number().nullable(),
});
export type StoredCompose = Readonly<z.infer<typeof storedCompose>>;

const composeToIndex = storedCompose.extend({ job_id: z.string() });

/** Columns of `compose_statuses` that are derived from the compose. */
export interface ComposeTexts {
  /** The request without secrets, as JSON text. */
  readonly requestText: string;
  /** The other members of a list item as JSON text, each after a comma. */
  readonly itemMembers: string;
  /** `null` where the request has none, or one of more than 100 characters. */
  readonly distribution: string | null;
  readonly imageType: string | null;
}

/** Derives the texts of a compose, for any JSON as the request. */
export type MakeComposeTexts = (compose: StoredCompose) => ComposeTexts;

/** Rows that need indexing, of all organizations or of one; or all rows with given ids. */
export type ComposesToIndex = 'any' | { readonly orgId: string } | { readonly jobIds: readonly string[] };
export type BlueprintsToIndex = 'any' | { readonly orgId: string } | { readonly blueprintIds: readonly string[] };

// Statements have custom plans: a generic plan of an empty table would scan the whole table after it has grown.

/** A crash of PostgreSQL can undo an indexing, which is then repeated. */
const asynchronousCommit = sql.fragment`set_config('synchronous_commit', 'off', true)`;

function selectComposes(which: ComposesToIndex): FragmentSqlToken {
  if (which === 'any') return sql.fragment`needs_indexing ORDER BY composes.org_id`;
  if ('orgId' in which) return sql.fragment`needs_indexing AND composes.org_id = ${which.orgId}`;
  return sql.fragment`composes.job_id = ANY (${sql.array(which.jobIds, 'uuid')})`;
}

/**
 * Stores missing texts of composes in `compose_statuses`, and marks the composes as indexed.
 * @param limit composes of this call at most
 * @returns the number of changed composes, 0 when all are indexed
 */
export async function indexComposes(
  db: CommonQueryMethods,
  which: ComposesToIndex,
  composeTexts: MakeComposeTexts,
  limit: number,
): Promise<number> {
  const rows = await db.any(sql.type(composeToIndex)`
    ${customPlan}
    SELECT job_id, request::text AS request, image_name, client_id, versions.blueprint_id, versions.version AS blueprint_version
    FROM composes LEFT JOIN blueprint_versions AS versions ON versions.id = composes.blueprint_version_id
    WHERE composes.job_id IN (SELECT job_id FROM composes WHERE ${selectComposes(which)} LIMIT ${limit})`);
  if (rows.length === 0) return 0;
  const texts = rows.map(({ job_id, ...compose }) => ({ job_id, ...composeTexts(compose) }));
  // Inserts in the order of ids, to avoid deadlocks. A locked compose is marked by a later call.
  return db.oneFirst(sql.type(z.strictObject({ changed: z.number() }))`
    ${customPlan}
    WITH setting AS (
      SELECT ${asynchronousCommit} AS value
    ), given AS (
      SELECT composes.job_id, composes.org_id, composes.created_at, composes.needs_indexing,
        texts."requestText" AS request_text, texts."itemMembers" AS item_members, texts.distribution,
        texts."imageType" AS image_type
      FROM setting, json_to_recordset(${JSON.stringify(texts)}::json) AS texts (
        job_id uuid, "requestText" text, "itemMembers" text, distribution text, "imageType" text
      )
      JOIN composes USING (job_id)
    ), stored AS (
      INSERT INTO compose_statuses AS known
        (job_id, org_id, created_at, status, distribution, image_type, request_text, item_members)
      SELECT job_id, org_id, created_at, NULL, distribution, image_type, request_text, item_members
      FROM given ORDER BY job_id
      ON CONFLICT (job_id) DO UPDATE
      SET distribution = excluded.distribution, image_type = excluded.image_type,
        request_text = excluded.request_text, item_members = excluded.item_members
      WHERE known.request_text IS NULL
      RETURNING job_id
    ), free AS (
      SELECT job_id FROM composes
      WHERE job_id IN (SELECT job_id FROM given WHERE needs_indexing) AND needs_indexing
      FOR NO KEY UPDATE SKIP LOCKED
    ), marked AS (
      UPDATE composes SET needs_indexing = false FROM free WHERE composes.job_id = free.job_id
      RETURNING composes.job_id
    )
    SELECT count(*)::int AS changed FROM (SELECT job_id FROM stored UNION SELECT job_id FROM marked) AS changes`);
}

/** Stores a missing row in `compose_statuses`, to which labels, SBOMs and clones refer. */
export async function ensureStatusRow(
  db: CommonQueryMethods,
  composeTexts: MakeComposeTexts,
  orgId: string,
  jobId: string,
): Promise<void> {
  const isUnindexed = await db.exists(sql.type(noColumns)`
    SELECT FROM composes
    WHERE job_id = ${jobId} AND org_id = ${orgId}
      AND NOT EXISTS (SELECT FROM compose_statuses WHERE compose_statuses.job_id = composes.job_id)`);
  if (isUnindexed) await indexComposes(db, { jobIds: [jobId] }, composeTexts, 1);
}

function selectBlueprints(which: BlueprintsToIndex): FragmentSqlToken {
  if (which !== 'any' && 'blueprintIds' in which) {
    return sql.fragment`SELECT id FROM blueprints WHERE id = ANY (${sql.array(which.blueprintIds, 'uuid')})`;
  }
  return sql.fragment`
    SELECT versions.blueprint_id FROM blueprint_versions AS versions
    ${which === 'any' ? sql.fragment`` : sql.fragment`JOIN blueprints ON blueprints.id = versions.blueprint_id`}
    WHERE needs_indexing ${which === 'any' ? sql.fragment`` : sql.fragment`AND blueprints.org_id = ${which.orgId}`}`;
}

const lockedRow = z.strictObject({ id: z.string(), setting: z.string() });

/**
 * Stores number, time and attributes of the newest versions of blueprints, and marks the versions as indexed.
 * @param limit blueprints of this call at most
 * @returns the number of indexed blueprints, 0 when all are indexed
 */
export function indexBlueprints(db: CommonQueryMethods, which: BlueprintsToIndex, limit: number): Promise<number> {
  return db.transaction(async (transaction) => {
    // A separate statement, so that the next one sees all versions that were committed before the locks were granted.
    const locked = await transaction.any(sql.type(lockedRow)`
      ${customPlan}
      SELECT id, ${asynchronousCommit} AS setting FROM blueprints
      WHERE id IN (${selectBlueprints(which)})
      ORDER BY id
      LIMIT ${limit}
      FOR NO KEY UPDATE SKIP LOCKED`);
    const ids = locked.map(({ id }) => id);
    if (ids.length === 0) return 0;
    await transaction.query(sql.type(noColumns)`
      ${customPlan}
      WITH newest AS (
        SELECT blueprints.id, org_id, versions.version, versions.created_at,
          CASE WHEN deleted THEN '{}' ELSE versions.body END AS body
        FROM blueprints
        CROSS JOIN LATERAL (
          SELECT version, body, created_at FROM blueprint_versions
          WHERE blueprint_id = blueprints.id
          ORDER BY version DESC
          LIMIT 1
        ) AS versions
        WHERE blueprints.id = ANY (${sql.array(ids, 'uuid')})
      ), wanted AS (
        SELECT DISTINCT newest.id, org_id, kind, value #>> '{}' AS value
        FROM newest
        CROSS JOIN (
          VALUES ('distribution', 'lax $.distribution'::jsonpath), ('image_type', 'lax $.image_requests[*].image_type')
        ) AS kinds (kind, path)
        CROSS JOIN LATERAL jsonb_path_query(body, path) AS value
        WHERE jsonb_typeof(value) = 'string' AND length(value #>> '{}') <= 100
      ), unwanted AS (
        DELETE FROM blueprint_attributes AS attributes
        WHERE blueprint_id = ANY (${sql.array(ids, 'uuid')}) AND kind IN ('distribution', 'image_type')
          AND NOT EXISTS (
            SELECT FROM wanted
            WHERE wanted.id = attributes.blueprint_id AND wanted.kind = attributes.kind AND wanted.value = attributes.value
          )
      ), added AS (
        INSERT INTO blueprint_attributes (blueprint_id, kind, key, value, org_id)
        SELECT id, kind, '', value, org_id FROM wanted
        ON CONFLICT DO NOTHING
      ), ordered AS (
        -- Most blueprints have one version with the blueprint's time and are not written.
        UPDATE blueprints SET newest_version = newest.version, changed_at = newest.created_at
        FROM newest
        WHERE blueprints.id = newest.id
          AND (coalesce(newest_version, 1), coalesce(changed_at, blueprints.created_at)) <> (newest.version, newest.created_at)
      )
      UPDATE blueprint_versions SET needs_indexing = false
      WHERE blueprint_id = ANY (${sql.array(ids, 'uuid')}) AND needs_indexing`);
    return ids.length;
  });
}
