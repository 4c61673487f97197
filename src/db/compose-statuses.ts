import { sql, type FragmentSqlToken } from 'slonik';
import { batch } from './batch.ts';
import type { CommonQueryMethods, DatabaseAccess } from './database.ts';
import { unseen } from './prepared-statements.ts';
import { insertAuditEntry, recordEvents, type AuditEntry } from './recording.ts';
import { row } from './row.ts';
import { parseStoredJson } from '../stored-json.ts';

/** The progress of a compose. */
export interface ComposeProgress {
  readonly job_id: string;
  /** Last known status, `null` for none. */
  readonly status: string | null;
  /** Composer's `image_status` as it stays, `null` until the build is over. */
  readonly image_status: unknown;
  /** The caller who requested to cancel it, `null` for none. How it ended says whether that succeeded. */
  readonly cancel_requested_by: string | null;
}

/** A compose and its progress. */
export interface ComposeWithStatus extends ComposeProgress {
  /** The request without secrets as JSON text; `null` for a compose that is not indexed yet. */
  readonly request_text: string | null;
  /** The request as it was stored, with secrets. */
  readonly request: Record<string, unknown>;
  /** `null` without any. */
  readonly labels: Readonly<Record<string, string>> | null;
}

/** A compose of an organization. */
export interface ComposeAddress {
  readonly orgId: string;
  readonly jobId: string;
}

type FoundCompose = Omit<ComposeWithStatus, 'request'> & { readonly request: string };

/** Parses the stored request when it is read: most responses contain `request_text` only. */
class StoredCompose implements ComposeWithStatus {
  readonly job_id: string;
  readonly status: string | null;
  readonly image_status: unknown;
  readonly cancel_requested_by: string | null;
  readonly request_text: string | null;
  readonly labels: ComposeWithStatus['labels'];
  readonly #text: string;
  #request: Record<string, unknown> | undefined;

  constructor(found: FoundCompose) {
    this.job_id = found.job_id;
    this.status = found.status;
    this.image_status = found.image_status;
    this.cancel_requested_by = found.cancel_requested_by;
    this.request_text = found.request_text;
    this.labels = found.labels;
    this.#text = found.request;
  }

  get request(): Record<string, unknown> {
    return (this.#request ??= parseStoredJson(this.#text) as Record<string, unknown>);
  }
}

const ids = (values: readonly string[]) => unseen(sql.array(values, 'uuid'));
const texts = (values: readonly string[]) => unseen(sql.array(values, 'text'));

/**
 * Composes that are not deleted, however old, each of its organization, with their progress; `null` where there is none.
 */
async function findStatusesTogether(
  db: CommonQueryMethods,
  addresses: readonly ComposeAddress[],
): Promise<readonly (ComposeWithStatus | null)[]> {
  const rows = await db.any(sql.type(row<FoundCompose & { number: number }>())`
    SELECT asked.number::int AS number, composes.job_id, statuses.request_text, statuses.status, statuses.image_status,
      composes.request::text AS request, statuses.cancel_requested_by, statuses.labels
    FROM unnest(${texts(addresses.map(({ orgId }) => orgId))}, ${ids(addresses.map(({ jobId }) => jobId))})
      WITH ORDINALITY AS asked (org_id, job_id, number)
    JOIN composes ON composes.job_id = asked.job_id AND composes.org_id = asked.org_id AND NOT composes.deleted
    LEFT JOIN compose_statuses AS statuses ON statuses.job_id = composes.job_id`);
  const found: (ComposeWithStatus | null)[] = addresses.map(() => null);
  for (const one of rows) found[one.number - 1] = new StoredCompose(one);
  return found;
}

/** Reading composes with their progress by id, batched over all callers. */
export function batchStatusReads({
  use,
}: DatabaseAccess): (orgId: string, jobId: string) => Promise<ComposeWithStatus | null> {
  const find = batch<ComposeAddress, ComposeWithStatus | null>(
    (addresses) => use((db) => findStatusesTogether(db, addresses)),
    { most: 100, inFlight: 2 },
  );
  return (orgId, jobId) => find({ orgId, jobId });
}

/** The progress of a compose and its metadata, which may be long. */
export interface ComposeWithMetadata extends ComposeProgress {
  /** Composer's metadata, `null` until they are stored. */
  readonly metadata: unknown;
}

/** A compose of the organization with its metadata; `null` where there is none. */
export function findComposeMetadata(
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
): Promise<ComposeWithMetadata | null> {
  return db.maybeOne(sql.type(row<ComposeWithMetadata>())`
    SELECT job_id, statuses.status, statuses.image_status, statuses.cancel_requested_by, statuses.metadata
    FROM composes LEFT JOIN compose_statuses AS statuses USING (job_id)
    WHERE composes.org_id = ${orgId} AND job_id = ${jobId} AND NOT deleted`);
}

/** The progress of a compose, for a caller that has found the compose before; `null` where none is stored. */
export function findProgress(db: CommonQueryMethods, jobId: string): Promise<ComposeProgress | null> {
  return db.maybeOne(sql.type(row<ComposeProgress>())`
    SELECT job_id, status, image_status, cancel_requested_by FROM compose_statuses
    WHERE job_id = ${jobId} AND status IS DISTINCT FROM 'abandoned'`);
}

/** The event of composes whose status changed. @param changed a table expression with `job_id` and `status` of each */
const statusEvents = (type: string, changed: FragmentSqlToken) => sql.fragment`
  happened AS (
    SELECT composes.org_id, ${type}::text AS type, composes.job_id AS subject, jsonb_strip_nulls(jsonb_build_object(
      'status', changed.status, 'image_name', composes.image_name, 'blueprint_id', versions.blueprint_id,
      'blueprint_version', versions.version
    )) AS data
    FROM ${changed} AS changed
    JOIN composes USING (job_id)
    LEFT JOIN blueprint_versions AS versions ON versions.id = composes.blueprint_version_id
  ), ${recordEvents(sql.fragment`happened`)}`;

/** Records the status of a build that is not over. */
export async function recordStatus(db: CommonQueryMethods, jobId: string, status: string): Promise<void> {
  await db.query(sql.type(row<Record<never, never>>())`
    WITH changed AS (
      INSERT INTO compose_statuses AS known (job_id, org_id, created_at, status)
      SELECT job_id, org_id, created_at, ${status} FROM composes WHERE job_id = ${jobId}
      ON CONFLICT (job_id) DO UPDATE SET status = excluded.status
      WHERE known.finished_at IS NULL AND known.status IS DISTINCT FROM excluded.status AND known.status IS DISTINCT FROM 'abandoned'
      RETURNING job_id, status
    ), ${statusEvents('compose.status', sql.fragment`(SELECT * FROM changed WHERE status <> 'pending')`)}
    SELECT FROM changed`);
}

/** Seconds after which the background requests the metadata of a build that is over, unless a caller has. */
const METADATA_SECONDS = 2;

/** How a build ended. */
export interface ComposeEnd {
  readonly jobId: string;
  readonly status: string;
  /** Composer's `image_status`, as JSON text. */
  readonly imageStatus: string;
}

/**
 * Records how builds ended, in one statement. Of each compose the first end counts. All statements change rows in the same order, so
 * that none waits for another in a circle.
 * @returns for each whether this end is recorded, and not an earlier one
 */
async function recordEndsTogether(db: CommonQueryMethods, ends: readonly ComposeEnd[]): Promise<readonly boolean[]> {
  const rows = await db.any(sql.type(row<{ number: number }>())`
    WITH ended AS (
      SELECT DISTINCT ON (job_id) job_id, status, image_status, number
      FROM unnest(
        ${ids(ends.map(({ jobId }) => jobId))}, ${texts(ends.map(({ status }) => status))},
        ${texts(ends.map(({ imageStatus }) => imageStatus))}
      ) WITH ORDINALITY AS given (job_id, status, image_status, number)
      ORDER BY job_id, number
    ), recorded AS (
      INSERT INTO compose_statuses AS known (job_id, org_id, created_at, status, image_status, finished_at, next_poll_at)
      SELECT job_id, org_id, created_at, status, image_status::json, now(), now() + make_interval(secs => ${METADATA_SECONDS}::float8)
      FROM ended JOIN composes USING (job_id)
      ORDER BY job_id
      ON CONFLICT (job_id) DO UPDATE
      SET status = excluded.status, image_status = excluded.image_status, finished_at = excluded.finished_at,
        next_poll_at = excluded.next_poll_at
      WHERE known.finished_at IS NULL AND known.status IS DISTINCT FROM 'abandoned'
      RETURNING job_id, status
    ), ${statusEvents('compose.finished', sql.fragment`recorded`)}
    SELECT number::int AS number FROM ended JOIN recorded USING (job_id)`);
  const recorded = new Set(rows.map(({ number }) => number - 1));
  return ends.map((_end, index) => recorded.has(index));
}

/** Recording how builds ended, batched. Resolves to whether this end is recorded, and not an earlier one. */
export function batchEnds({
  use,
  announce,
}: DatabaseAccess): (jobId: string, status: string, imageStatus: string) => Promise<boolean> {
  const record = batch<ComposeEnd, boolean>((ends) => use((db) => recordEndsTogether(db, ends)).finally(announce), {
    ...{ most: 50, inFlight: 1, sizeOf: ({ imageStatus }) => imageStatus.length, mostSize: 1024 * 1024 },
  });
  return (jobId, status, imageStatus) => record({ jobId, status, imageStatus });
}

/** What is in the image of a build. */
interface ComposeContent {
  readonly jobId: string;
  /** Composer's response, as JSON text. */
  readonly metadata: string;
}

/** Stores the metadata of builds that are over, in one statement: composer is not polled for them any more. */
async function recordMetadataTogether(
  db: CommonQueryMethods,
  contents: readonly ComposeContent[],
): Promise<undefined[]> {
  await db.query(sql.type(row<Record<never, never>>())`
    WITH given AS (
      SELECT DISTINCT ON (job_id) job_id, metadata
      FROM unnest(${ids(contents.map(({ jobId }) => jobId))}, ${texts(contents.map(({ metadata }) => metadata))})
        AS given (job_id, metadata)
    ), open AS (
      SELECT job_id, given.metadata FROM given JOIN compose_statuses AS statuses USING (job_id)
      WHERE statuses.finished_at IS NOT NULL AND statuses.metadata IS NULL
      ORDER BY job_id
      FOR UPDATE OF statuses
    )
    UPDATE compose_statuses AS statuses SET metadata = open.metadata::json, next_poll_at = NULL
    FROM open WHERE statuses.job_id = open.job_id`);
  return contents.map(() => undefined);
}

/** Storing metadata of builds that are over, batched. */
export function batchMetadata({ use }: DatabaseAccess): (jobId: string, metadata: string) => Promise<void> {
  const record = batch<ComposeContent, undefined>((contents) => use((db) => recordMetadataTogether(db, contents)), {
    ...{ most: 20, inFlight: 1, sizeOf: ({ metadata }) => metadata.length, mostSize: 1024 * 1024 },
  });
  return (jobId, metadata) => record({ jobId, metadata });
}

/** Seconds that the process which received a request to cancel a build has for it, before the background cancels it. */
const OWN_SECONDS = 5;

/**
 * Records that a build of the organization is to be cancelled, unless it is over. The first caller who requests it is recorded.
 * @param by the caller, as responses name it
 * @returns the recorded caller, `null` when the build is over or is none of the organization
 */
export async function requestCancellation(
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
  by: string,
  audit: AuditEntry | null,
): Promise<string | null> {
  const requested = await db.maybeOne(sql.type(row<{ by: string }>())`
    WITH requested AS (
      INSERT INTO compose_statuses AS known
        (job_id, org_id, created_at, cancel_requested_by, cancel_requested_at, next_poll_at)
      SELECT job_id, org_id, created_at, ${by}, now(), now() + make_interval(secs => ${OWN_SECONDS}::float8) FROM composes
      WHERE org_id = ${orgId} AND job_id = ${jobId} AND NOT deleted
      ON CONFLICT (job_id) DO UPDATE
      SET cancel_requested_by = coalesce(known.cancel_requested_by, excluded.cancel_requested_by),
        cancel_requested_at = coalesce(known.cancel_requested_at, excluded.cancel_requested_at),
        next_poll_at = excluded.next_poll_at
      WHERE known.finished_at IS NULL AND known.status IS DISTINCT FROM 'abandoned'
      RETURNING cancel_requested_by AS by
    ), audited AS (${insertAuditEntry(audit, sql.fragment`requested`)})
    SELECT by FROM requested`);
  return requested?.by ?? null;
}

/**
 * Ends a build as cancelled, unless it has ended already: the first end counts. Its image has no content, and composer is not polled
 * for it any more.
 * @param imageStatus how it ended, as JSON text
 */
export async function recordCancelled(db: CommonQueryMethods, jobId: string, imageStatus: string): Promise<void> {
  await db.query(sql.type(row<Record<never, never>>())`
    WITH cancelled AS (
      UPDATE compose_statuses
      SET status = 'failure', image_status = ${imageStatus}::json, metadata = '{}', cancelled_by = cancel_requested_by,
        finished_at = now(), next_poll_at = NULL
      WHERE job_id = ${jobId} AND finished_at IS NULL AND cancel_requested_by IS NOT NULL
      RETURNING job_id, status
    ), ${statusEvents('compose.cancelled', sql.fragment`cancelled`)}
    SELECT FROM cancelled`);
}
