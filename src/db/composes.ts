import { sql, UniqueIntegrityConstraintViolationError } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** A stored build. `request` is the compose request as it was accepted, without what was derived from it. */
export interface ComposeRow {
  readonly job_id: string;
  readonly request: Record<string, unknown>;
  readonly created_at: string;
  readonly image_name: string | null;
  readonly client_id: string | null;
}

/** A row of the lists, with the blueprint version it was made from, if any. */
export interface ComposeListRow extends ComposeRow {
  readonly blueprint_id: string | null;
  readonly blueprint_version: number | null;
}

export interface NewCompose {
  readonly jobId: string;
  readonly request: unknown;
  readonly accountNumber: string;
  readonly email: string;
  readonly orgId: string;
  readonly imageName: string | null;
  readonly clientId: string | null;
  readonly blueprintVersionId: string | null;
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** Builds older than this are left out of the lists, in days. They can still be read by id. */
const LISTED_DAYS = 14;

const listed = (orgId: string, ignoreImageTypes: readonly string[]) => sql.fragment`
  composes.org_id = ${orgId}
  AND NOT composes.deleted
  AND composes.created_at >= CURRENT_TIMESTAMP::timestamp - make_interval(days => ${LISTED_DAYS}::int)
  ${
    ignoreImageTypes.length === 0
      ? sql.fragment``
      : sql.fragment`AND composes.request #>> '{image_requests,0,image_type}' <> ALL (${sql.array(ignoreImageTypes, 'text')})`
  }`;

/** Seconds after which a new build is looked at for the first time in the background. */
const FIRST_LOOK_SECONDS = 2;

/** There is a build of that id already, and it is another one. */
export class ComposeIdTaken extends Error {
  override readonly name = 'ComposeIdTaken';
}

const insert = async (db: CommonQueryMethods, compose: NewCompose, reservationId: string | null): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    WITH settled AS (
      DELETE FROM build_reservations WHERE id = ${reservationId}::uuid RETURNING idempotency_id
    ), answered AS (
      UPDATE idempotency_keys SET created = created || ${compose.jobId}::uuid
      WHERE id IN (SELECT idempotency_id FROM settled)
    ), stored AS (
      INSERT INTO composes
        (job_id, request, created_at, account_number, email, org_id, image_name, client_id, blueprint_version_id)
      VALUES (
        ${compose.jobId}, ${JSON.stringify(compose.request)}::jsonb, CURRENT_TIMESTAMP, ${compose.accountNumber},
        ${compose.email}, ${compose.orgId}, ${compose.imageName}, ${compose.clientId}, ${compose.blueprintVersionId}
      )
    )
    INSERT INTO compose_statuses (job_id, next_look_at)
    VALUES (${compose.jobId}, now() + make_interval(secs => ${FIRST_LOOK_SECONDS}))`);
};

/** Whether a reservation ended in that build being stored: the answer to the statement that stored it may have been lost. */
const isStored = async (db: CommonQueryMethods, jobId: string, reservationId: string | null): Promise<boolean> => {
  const { stored } = await db.one(sql.type(row<{ stored: boolean }>())`
    SELECT ${reservationId}::uuid IS NOT NULL
      AND NOT EXISTS (SELECT FROM build_reservations WHERE id = ${reservationId}::uuid) AS stored
    FROM composes WHERE job_id = ${jobId}`);
  return stored;
};

/**
 * Records an accepted build and ends its reservation, in one statement. Doing it twice is as good as once. The reservation may
 * have expired meanwhile.
 * @throws ComposeIdTaken
 */
export const insertCompose = async (
  db: CommonQueryMethods,
  compose: NewCompose,
  reservationId: string | null,
): Promise<void> => {
  try {
    await insert(db, compose, reservationId);
  } catch (error) {
    if (!(error instanceof UniqueIntegrityConstraintViolationError)) throw error;
    if (!(await isStored(db, compose.jobId, reservationId))) {
      throw new ComposeIdTaken(`there is a build ${compose.jobId} already`, { cause: error });
    }
  }
};

/** Those of the ids that are builds of ours, deleted ones as well. */
export const listKnownComposes = async (
  db: CommonQueryMethods,
  jobIds: readonly string[],
): Promise<readonly string[]> => {
  const rows = await db.any(sql.type(row<{ job_id: string }>())`
    SELECT job_id FROM composes WHERE job_id = ANY (${sql.array(jobIds, 'uuid')})`);
  return rows.map(({ job_id }) => job_id);
};

/** A page of the organization's recent builds, newest first. Index: composes_org_id_created_at_job_id_idx. */
export const listComposes = (
  db: CommonQueryMethods,
  orgId: string,
  ignoreImageTypes: readonly string[],
  page: Page,
): Promise<readonly ComposeListRow[]> =>
  db.any(sql.type(row<ComposeListRow>())`
    SELECT job_id, request, composes.created_at, image_name, client_id,
      versions.blueprint_id, versions.version AS blueprint_version
    FROM composes
    LEFT JOIN blueprint_versions AS versions ON versions.id = composes.blueprint_version_id
    WHERE ${listed(orgId, ignoreImageTypes)}
    ORDER BY composes.created_at DESC, job_id DESC
    LIMIT ${page.limit} OFFSET ${page.offset}`);

/** How many builds the unpaged list would hold. */
export const countComposes = async (
  db: CommonQueryMethods,
  orgId: string,
  ignoreImageTypes: readonly string[],
): Promise<number> => {
  const { total } = await db.one(sql.type(row<{ total: number }>())`
    SELECT count(*)::int AS total FROM composes WHERE ${listed(orgId, ignoreImageTypes)}`);
  return total;
};

/** Which versions of a blueprint a list is about: one, or all of them (`null`). */
const ofBlueprint = (orgId: string, blueprintId: string, version: number | null) => sql.fragment`
  versions.blueprint_id = ${blueprintId}
  AND blueprints.org_id = ${orgId} AND NOT blueprints.deleted
  ${version === null ? sql.fragment`` : sql.fragment`AND versions.version = ${version}`}`;

const blueprintJoins = sql.fragment`
  composes
  JOIN blueprint_versions AS versions ON versions.id = composes.blueprint_version_id
  JOIN blueprints ON blueprints.id = versions.blueprint_id`;

/** A page of a blueprint's recent builds, newest first. Index: composes_blueprint_version_id_idx. */
export const listBlueprintComposes = (
  db: CommonQueryMethods,
  orgId: string,
  blueprintId: string,
  version: number | null,
  ignoreImageTypes: readonly string[],
  page: Page,
): Promise<readonly ComposeListRow[]> =>
  db.any(sql.type(row<ComposeListRow>())`
    SELECT job_id, request, composes.created_at, image_name, client_id,
      versions.blueprint_id, versions.version AS blueprint_version
    FROM ${blueprintJoins}
    WHERE ${ofBlueprint(orgId, blueprintId, version)} AND ${listed(orgId, ignoreImageTypes)}
    ORDER BY composes.created_at DESC, job_id DESC
    LIMIT ${page.limit} OFFSET ${page.offset}`);

/** How many builds the unpaged list of a blueprint's builds would hold. */
export const countBlueprintComposes = async (
  db: CommonQueryMethods,
  orgId: string,
  blueprintId: string,
  version: number | null,
  ignoreImageTypes: readonly string[],
): Promise<number> => {
  const { total } = await db.one(sql.type(row<{ total: number }>())`
    SELECT count(*)::int AS total FROM ${blueprintJoins}
    WHERE ${ofBlueprint(orgId, blueprintId, version)} AND ${listed(orgId, ignoreImageTypes)}`);
  return total;
};

/** Marks a build as deleted, whether or not it is already; gives whether the organization has it. */
export const deleteCompose = async (db: CommonQueryMethods, orgId: string, jobId: string): Promise<boolean> => {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    UPDATE composes SET deleted = true WHERE org_id = ${orgId} AND job_id = ${jobId}`);
  return rowCount > 0;
};
