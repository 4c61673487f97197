import { sql, UniqueIntegrityConstraintViolationError, type FragmentSqlToken } from 'slonik';
import { countHoursLater } from './compose-counts.ts';
import type { CommonQueryMethods } from './database.ts';
import { labelsComposes, withComposeLabels } from './labels.ts';
import { row } from './row.ts';

/** A row of the lists of builds, with the blueprint version it was made from, if any. */
export interface ComposeListRow {
  readonly job_id: string;
  /** The compose request as it was accepted, without what was derived from it, as JSON text. */
  readonly request: string;
  readonly created_at: string;
  readonly image_name: string | null;
  readonly client_id: string | null;
  readonly blueprint_id: string | null;
  readonly blueprint_version: number | null;
  /** `null` or absent without any. */
  readonly labels?: Readonly<Record<string, string>> | null;
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
  /** Stored with the build; absent without any. */
  readonly labels?: Readonly<Record<string, string>>;
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

/** The build was settled otherwise: it is deleted at composer, or about to be. */
export class BuildGivenUp extends Error {
  override readonly name = 'BuildGivenUp';
}

/** Code of the error by which the database refuses to store a build that is given up. */
const GIVEN_UP = 'IB001';

/** A build that composer accepted, and the reservation that ends when it is stored; `null` for none. */
export interface AcceptedBuild {
  readonly orgId: string;
  readonly reservationId: string | null;
  /** The build and its reservation, as JSON. */
  readonly text: string;
}

const acceptedBuild = (compose: NewCompose, reservationId: string | null): AcceptedBuild => ({
  ...{ orgId: compose.orgId, reservationId },
  text: JSON.stringify({ ...compose, reservationId }),
});

/**
 * Stores builds in one statement, each unless its reservation, or the key of its request, is gone: then it was settled otherwise.
 * @returns for each whether it is stored
 * @throws when one of them cannot be stored: then none is
 */
export const storeAcceptedBuilds = async (
  db: CommonQueryMethods,
  builds: readonly AcceptedBuild[],
): Promise<readonly boolean[]> => {
  const rows = await db.any(sql.type(row<{ number: number }>())`
    WITH given AS (
      SELECT number, (build ->> 'jobId')::uuid AS job_id, (build ->> 'reservationId')::uuid AS reservation_id,
        build -> 'request' AS request, build ->> 'accountNumber' AS account_number, build ->> 'email' AS email,
        build ->> 'orgId' AS org_id, build ->> 'imageName' AS image_name, build ->> 'clientId' AS client_id,
        (build ->> 'blueprintVersionId')::uuid AS blueprint_version_id, nullif(build -> 'labels', 'null') AS labels
      FROM jsonb_array_elements(${`[${builds.map(({ text }) => text).join(',')}]`}::jsonb) WITH ORDINALITY AS builds (build, number)
    ), reservation AS (
      SELECT id, idempotency_id FROM build_reservations
      WHERE id IN (SELECT reservation_id FROM given) AND state <> 'given_up'
      ORDER BY id
      FOR UPDATE
    ), answered AS (
      UPDATE idempotency_keys AS keys SET created = keys.created || made.job_ids
      FROM (
        SELECT idempotency_id, array_agg(job_id ORDER BY number) AS job_ids
        FROM reservation JOIN given ON given.reservation_id = reservation.id
        GROUP BY idempotency_id
      ) AS made
      WHERE keys.id = made.idempotency_id
      RETURNING keys.id
    ), settled AS (
      SELECT given.* FROM given LEFT JOIN reservation ON reservation.id = given.reservation_id
      WHERE given.reservation_id IS NULL OR reservation.id IS NOT NULL
        AND (reservation.idempotency_id IS NULL OR reservation.idempotency_id IN (SELECT id FROM answered))
    ), ended AS (
      DELETE FROM build_reservations WHERE id IN (SELECT reservation_id FROM settled)
    ), stored AS (
      INSERT INTO composes
        (job_id, request, created_at, account_number, email, org_id, image_name, client_id, blueprint_version_id)
      SELECT
        job_id, request, CURRENT_TIMESTAMP, account_number, email, org_id, image_name, client_id, blueprint_version_id
      FROM settled
    ), labelled AS (
      INSERT INTO compose_labels (job_id, key, value, org_id, created_at)
      SELECT job_id, label.key, label.value, org_id, CURRENT_TIMESTAMP FROM settled, jsonb_each_text(labels) AS label
    ), followed AS (
      INSERT INTO compose_statuses (job_id, next_look_at, listed_for, listed_at)
      SELECT job_id, now() + make_interval(secs => ${FIRST_LOOK_SECONDS}), org_id, CURRENT_TIMESTAMP FROM settled
    )
    SELECT number::int AS number FROM settled`);
  const stored = new Set(rows.map(({ number }) => number - 1));
  return builds.map((_build, index) => stored.has(index));
};

/** Whether a reservation ended in that build being stored: the answer to the statement that stored it may have been lost. */
const isStored = async (
  db: CommonQueryMethods,
  { jobId, orgId }: NewCompose,
  reservationId: string | null,
): Promise<boolean> => {
  const { stored } = await db.one(sql.type(row<{ stored: boolean }>())`
    SELECT ${reservationId}::uuid IS NOT NULL
      AND NOT EXISTS (SELECT FROM build_reservations WHERE id = ${reservationId}::uuid)
      AND EXISTS (SELECT FROM composes WHERE job_id = ${jobId} AND org_id = ${orgId}) AS stored`);
  return stored;
};

/**
 * Records an accepted build and ends its reservation, in one statement. Doing it twice is as good as once. The reservation may
 * have expired meanwhile.
 * @param reservationId `null` for a build that has none
 * @param store stores it, as `storeAcceptedBuilds` does, together with others maybe
 * @throws ComposeIdTaken
 * @throws BuildGivenUp when others took the process for dead and settled the build: it is not to be stored any more
 */
export const insertCompose = async (
  db: CommonQueryMethods,
  compose: NewCompose,
  reservationId: string | null,
  store: (build: AcceptedBuild) => Promise<boolean> = async (build) =>
    (await storeAcceptedBuilds(db, [build]))[0] ?? false,
): Promise<void> => {
  const inserted = await store(acceptedBuild(compose, reservationId)).catch((error: unknown) => {
    if (error instanceof UniqueIntegrityConstraintViolationError) return error;
    if ((error as { readonly code?: unknown }).code === GIVEN_UP) return false;
    throw error;
  });
  if (inserted === true || (await isStored(db, compose, reservationId))) return;
  if (inserted === false) throw new BuildGivenUp(`build ${compose.jobId} is given up`);
  throw new ComposeIdTaken(`there is a build ${compose.jobId} already`, { cause: inserted });
};

/** What a build was made of. */
export interface ComposeOrigin {
  readonly request: Record<string, unknown>;
  /** Of the blueprint version, `null` for a build without one. */
  readonly blueprint_id: string | null;
  readonly version_id: string | null;
}

/** What a build of the organization was made of that is not deleted, however old; `null` where there is none. */
export const findComposeOrigin = (
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
): Promise<ComposeOrigin | null> =>
  db.maybeOne(sql.type(row<ComposeOrigin>())`
    SELECT request, versions.blueprint_id, versions.id AS version_id
    FROM composes LEFT JOIN blueprint_versions AS versions ON versions.id = composes.blueprint_version_id
    WHERE org_id = ${orgId} AND job_id = ${jobId} AND NOT deleted`);

/** Those of the ids that are builds of ours: deleted ones as well, and those that are given up and about to be deleted at composer. */
export const listKnownComposes = async (
  db: CommonQueryMethods,
  jobIds: readonly string[],
): Promise<readonly string[]> => {
  const rows = await db.any(sql.type(row<{ job_id: string }>())`
    SELECT job_id FROM composes WHERE job_id = ANY (${sql.array(jobIds, 'uuid')})
    UNION ALL
    SELECT job_id FROM given_up_builds WHERE deleted_at IS NULL AND job_id = ANY (${sql.array(jobIds, 'uuid')})`);
  return rows.map(({ job_id }) => job_id);
};

/** A page of a list of builds with the length of the whole. */
export interface ComposePage {
  readonly total: number;
  readonly rows: readonly ComposeListRow[];
}

/** The first moment of which builds are listed. */
export const listedSince = sql.fragment`CURRENT_TIMESTAMP::timestamp - make_interval(days => ${LISTED_DAYS}::int)`;

/** Builds to be skipped from which on it pays to look where the page begins. */
const DEEP = 1_000;

/** Where a page begins: so many builds behind the newest one before a time. */
const findStart = async (
  db: CommonQueryMethods,
  orgId: string,
  offset: number,
): Promise<{ readonly before: FragmentSqlToken; readonly offset: number }> => {
  const { before, rest } = await db.one(sql.type(row<{ before: string | null; rest: number | null }>())`
    SELECT before::text, rest FROM find_listed_build(${orgId}, ${listedSince}, ${offset}::bigint)`);
  return before === null || rest === null
    ? { before: sql.fragment``, offset }
    : { before: sql.fragment`AND composes.created_at < ${before}::timestamp`, offset: rest };
};

/**
 * The builds of a page, as rows of a list.
 * @param more further columns of the page
 */
export const pageOf = (page: FragmentSqlToken, more: FragmentSqlToken = sql.fragment``) => sql.fragment`
  SELECT job_id, request::text AS request, page.created_at, image_name, client_id,
    versions.blueprint_id, versions.version AS blueprint_version${more}
  FROM (${page}) AS page
  LEFT JOIN blueprint_versions AS versions ON versions.id = page.blueprint_version_id`;

/**
 * A page of the organization's recent builds, newest first, in one query; where builds are skipped by the thousand, in two.
 * Index: composes_org_id_created_at_job_id_deleted_idx.
 */
export const listComposes = async (
  db: CommonQueryMethods,
  orgId: string,
  ignoreImageTypes: readonly string[],
  { limit, offset }: Page,
): Promise<ComposePage> => {
  const start =
    offset < DEEP || ignoreImageTypes.length > 0
      ? { before: sql.fragment``, offset }
      : await findStart(db, orgId, offset);
  // Without a build on the page there is still a row: the one that says how many there are.
  const rows = await db.any(sql.type(
    row<{ total: number; looked_at: number; labelled: boolean } & (ComposeListRow | { job_id: null })>(),
  )`
    SELECT counted.total, counted.looked_at, ${labelsComposes(orgId)} AS labelled, item.*
    FROM count_listed_builds(${orgId}, ${listedSince}, ${sql.array(ignoreImageTypes, 'text')}) AS counted
    LEFT JOIN (${pageOf(sql.fragment`
      SELECT * FROM composes
      WHERE ${listed(orgId, ignoreImageTypes)} ${start.before}
      ORDER BY composes.created_at DESC, job_id DESC
      LIMIT ${limit} OFFSET ${start.offset}`)}) AS item ON true
    ORDER BY item.created_at DESC, item.job_id DESC`);
  const { total = 0, looked_at: lookedAt = 0, labelled = false } = rows[0] ?? {};
  countHoursLater(db, orgId, lookedAt);
  const found = rows.filter((item) => item.job_id !== null);
  return { total, rows: await withComposeLabels(db, orgId, found, labelled) };
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

/** A page of a blueprint's recent builds, newest first, in one query. Index: composes_blueprint_version_id_idx. */
export const listBlueprintComposes = async (
  db: CommonQueryMethods,
  orgId: string,
  blueprintId: string,
  version: number | null,
  ignoreImageTypes: readonly string[],
  page: Page,
): Promise<ComposePage> => {
  const found = sql.fragment`${ofBlueprint(orgId, blueprintId, version)} AND ${listed(orgId, ignoreImageTypes)}`;
  const rows = await db.any(sql.type(row<{ total: number; labelled: boolean } & (ComposeListRow | { job_id: null })>())`
    SELECT counted.total, ${labelsComposes(orgId)} AS labelled, item.*
    FROM (SELECT count(*)::int AS total FROM ${blueprintJoins} WHERE ${found}) AS counted
    LEFT JOIN (${pageOf(sql.fragment`
      SELECT composes.* FROM ${blueprintJoins}
      WHERE ${found}
      ORDER BY composes.created_at DESC, job_id DESC
      LIMIT ${page.limit} OFFSET ${page.offset}`)}) AS item ON true
    ORDER BY item.created_at DESC, item.job_id DESC`);
  const { total = 0, labelled = false } = rows[0] ?? {};
  const listedRows = rows.filter((item) => item.job_id !== null);
  return { total, rows: await withComposeLabels(db, orgId, listedRows, labelled) };
};

/** Marks a build as deleted, whether or not it is already; gives whether the organization has it. */
export const deleteCompose = async (db: CommonQueryMethods, orgId: string, jobId: string): Promise<boolean> => {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    UPDATE composes SET deleted = true WHERE org_id = ${orgId} AND job_id = ${jobId}`);
  return rowCount > 0;
};
