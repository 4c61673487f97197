import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import { batch } from '../batch.ts';
import type { CommonQueryMethods, DatabaseAccess } from '../database.ts';
import { hiddenArray } from '../prepared-statements.ts';
import { recordEvents, withAuditEntry, type AuditEntry } from './recording.ts';
import { noColumns } from '../row-check.ts';
import { parseStoredJson } from '../../lib/json.ts';
import { SEALED_MARK } from '../../lib/sealed-json.ts';
import type { Vault } from '../vault.ts';

const composeProgress = z.strictObject({
  job_id: z.string(),
  /** Last known status, `null` for none. */
  status: z.string().nullable(),
  /** Composer's final `image_status`, `null` for an unfinished compose. */
  image_status: z.unknown(),
  /** The caller who requested its cancellation, which may have failed; `null` for none. */
  cancel_requested_by: z.string().nullable(),
});

export type ComposeProgress = z.infer<typeof composeProgress>;

const foundCompose = composeProgress.extend({
  /** Position in the list of addresses, from 1. */
  number: z.number(),
  /** The request with secrets as JSON text. */
  request: z.string(),
  /** The request without secrets as JSON text; `null` for a compose that is not indexed yet. */
  request_text: z.string().nullable(),
  /** `null` without any. */
  labels: z.record(z.string(), z.string()).nullable(),
});

type FoundCompose = z.infer<typeof foundCompose>;

/** A compose and its progress. */
export interface ComposeWithStatus extends Omit<FoundCompose, 'number' | 'request'> {
  /** The request with secrets. */
  readonly request: Record<string, unknown>;
}

/** A compose of an organization. */
interface ComposeAddress {
  readonly orgId: string;
  readonly jobId: string;
}

const ids = (values: readonly string[]) => hiddenArray(values, 'uuid');
const texts = (values: readonly (string | null)[]) => hiddenArray(values, 'text');

/** Parses the request at its first use: most responses contain `request_text` only. */
function parseLazily(
  { number: _number, request, request_text, ...compose }: FoundCompose,
  open = (json: string): string => json,
) {
  let parsed: Record<string, unknown> | undefined;
  return {
    ...compose,
    request_text: request_text && open(request_text),
    get request() {
      return (parsed ??= parseStoredJson(open(request)) as Record<string, unknown>);
    },
  };
}

/** Finds composes with their progress, in the order of the addresses; `null` where the organization has none. */
async function findStatusesTogether(
  db: CommonQueryMethods,
  addresses: readonly ComposeAddress[],
): Promise<readonly (FoundCompose | null)[]> {
  const rows = await db.any(sql.type(foundCompose)`
    SELECT wanted.number::int AS number, composes.job_id, statuses.request_text, statuses.status, statuses.image_status,
      composes.request::text AS request, statuses.cancel_requested_by, statuses.labels
    FROM unnest(${texts(addresses.map(({ orgId }) => orgId))}, ${ids(addresses.map(({ jobId }) => jobId))})
      WITH ORDINALITY AS wanted (org_id, job_id, number)
    JOIN composes ON composes.job_id = wanted.job_id AND composes.org_id = wanted.org_id AND NOT composes.deleted
    LEFT JOIN compose_statuses AS statuses ON statuses.job_id = composes.job_id`);
  const found: (FoundCompose | null)[] = addresses.map(() => null);
  for (const one of rows) found[one.number - 1] = one;
  return found;
}

/** Creates the batched query for a compose with its progress. Secrets that cannot be decrypted are shown as such. */
export function batchStatusReads(
  { use }: DatabaseAccess,
  vault: Vault,
): (orgId: string, jobId: string) => Promise<ComposeWithStatus | null> {
  const find = batch<ComposeAddress, FoundCompose | null>(
    (addresses) => use((db) => findStatusesTogether(db, addresses)),
    { most: 100, inFlight: 2 },
  );
  return async (orgId, jobId) => {
    const found = await find({ orgId, jobId });
    if (found === null) return null;
    return parseLazily(
      found,
      found.request.includes(SEALED_MARK) ? await use((db) => vault.readableOpener(db, orgId)) : undefined,
    );
  };
}

/** Composer's metadata are `null` until they are stored. */
const composeWithMetadata = composeProgress.extend({ metadata: z.unknown() });

export type ComposeWithMetadata = z.infer<typeof composeWithMetadata>;

/** Finds the progress and metadata of a compose; `null` where the organization has none. */
export function findComposeMetadata(
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
): Promise<ComposeWithMetadata | null> {
  return db.maybeOne(sql.type(composeWithMetadata)`
    SELECT job_id, statuses.status, statuses.image_status, statuses.cancel_requested_by, statuses.metadata
    FROM composes LEFT JOIN compose_statuses AS statuses USING (job_id)
    WHERE composes.org_id = ${orgId} AND job_id = ${jobId} AND NOT deleted`);
}

/** Finds the progress of a compose of any organization; `null` where none is stored. */
export function findProgress(db: CommonQueryMethods, jobId: string): Promise<ComposeProgress | null> {
  return db.maybeOne(sql.type(composeProgress)`
    SELECT job_id, status, image_status, cancel_requested_by FROM compose_statuses
    WHERE job_id = ${jobId} AND status IS DISTINCT FROM 'abandoned'`);
}

/**
 * Records events of composes.
 * @param changed a table expression with `job_id`, `status`, `labels` and `type` of each event, `is_cancelled` (true or NULL)
 */
const statusEvents = (changed: FragmentSqlToken): FragmentSqlToken => sql.fragment`
  happened AS (
    SELECT composes.org_id, changed.type, composes.job_id AS subject, jsonb_strip_nulls(jsonb_build_object(
      'status', changed.status, 'image_name', composes.image_name, 'blueprint_id', versions.blueprint_id,
      'blueprint_version', versions.version, 'labels', changed.labels, 'cancelled', changed.is_cancelled
    )) AS data
    FROM ${changed} AS changed
    JOIN composes USING (job_id)
    LEFT JOIN blueprint_versions AS versions ON versions.id = composes.blueprint_version_id
    -- The end of a compose is its last event.
    ORDER BY changed.type
  ), ${recordEvents(sql.fragment`happened`)}`;

/** Seconds after the end of a compose at which the background requests its metadata, unless a caller has. */
const METADATA_SECONDS = 2;

interface NewStatus {
  readonly jobId: string;
  readonly status: string;
  /** Composer's final `image_status` as JSON text, `null` for an unfinished compose. */
  readonly imageStatus: string | null;
  /** Composer's metadata as JSON text, `null` where they are not known yet. */
  readonly metadata: string | null;
}

const recordedStatus = z.strictObject({ number: z.number() });

/**
 * Records statuses of composes. The first final status of a compose counts. Rows are locked in the order of ids, to avoid deadlocks.
 * @returns for each status whether it is recorded
 */
async function recordStatusesTogether(
  db: CommonQueryMethods,
  statuses: readonly NewStatus[],
): Promise<readonly boolean[]> {
  const numbers = await db.anyFirst(sql.type(recordedStatus)`
    WITH new AS (
      SELECT DISTINCT ON (job_id) job_id, status, image_status, metadata, number
      FROM unnest(
        ${ids(statuses.map(({ jobId }) => jobId))}, ${texts(statuses.map(({ status }) => status))},
        ${texts(statuses.map(({ imageStatus }) => imageStatus))}, ${texts(statuses.map(({ metadata }) => metadata))}
      ) WITH ORDINALITY AS given (job_id, status, image_status, metadata, number)
      ORDER BY job_id, image_status IS NULL, number
    ), recorded AS (
      INSERT INTO compose_statuses AS known
        (job_id, org_id, created_at, status, image_status, metadata, finished_at, next_poll_at)
      SELECT job_id, org_id, created_at, status, image_status::json, metadata::json, ended_at,
        CASE WHEN metadata IS NULL THEN ended_at + make_interval(secs => ${METADATA_SECONDS}::float8) END
      FROM new JOIN composes USING (job_id)
      CROSS JOIN LATERAL (SELECT CASE WHEN image_status IS NOT NULL THEN now() END AS ended_at) AS ends
      ORDER BY job_id
      ON CONFLICT (job_id) DO UPDATE
      SET status = excluded.status, image_status = excluded.image_status, metadata = excluded.metadata,
        finished_at = excluded.finished_at,
        next_poll_at = CASE WHEN excluded.finished_at IS NULL THEN known.next_poll_at ELSE excluded.next_poll_at END
      WHERE known.finished_at IS NULL AND known.status IS DISTINCT FROM 'abandoned'
        AND (excluded.finished_at IS NOT NULL OR known.status IS DISTINCT FROM excluded.status)
      RETURNING job_id, status, labels, NULL::boolean AS is_cancelled,
        CASE WHEN finished_at IS NULL THEN 'compose.status' ELSE 'compose.finished' END AS type
    ), ${statusEvents(sql.fragment`(SELECT * FROM recorded WHERE status <> 'pending')`)}
    SELECT number::int AS number FROM new JOIN recorded USING (job_id)`);
  const recorded = new Set(numbers);
  return statuses.map((_status, index) => recorded.has(index + 1));
}

/**
 * Creates the batched recording of statuses. It resolves to whether the status is recorded: it is new, and the compose was unfinished.
 * @param imageStatus (of the returned function) composer's final `image_status` as JSON text, `null` for an unfinished compose
 * @param metadata (of the returned function) composer's metadata of a finished compose as JSON text; without them the compose stays due
 */
export function batchStatuses({
  use,
}: DatabaseAccess): (
  jobId: string,
  status: string,
  imageStatus: string | null,
  metadata?: string | null,
) => Promise<boolean> {
  const record = batch<NewStatus, boolean>((statuses) => use((db) => recordStatusesTogether(db, statuses)), {
    ...{ most: 50, inFlight: 1, mostSize: 1024 * 1024 },
    sizeOf: ({ imageStatus, metadata }) => (imageStatus?.length ?? 0) + (metadata?.length ?? 0),
  });
  return (jobId, status, imageStatus, metadata = null) => record({ jobId, status, imageStatus, metadata });
}

interface ComposeContent {
  readonly jobId: string;
  /** Composer's response, as JSON text. */
  readonly metadata: string;
}

/** Stores the metadata of finished composes, and ends their polls. */
async function recordMetadataTogether(
  db: CommonQueryMethods,
  contents: readonly ComposeContent[],
): Promise<undefined[]> {
  await db.query(sql.type(noColumns)`
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

/** Creates the batched storing of metadata. */
export function batchMetadata({ use }: DatabaseAccess): (jobId: string, metadata: string) => Promise<void> {
  const record = batch<ComposeContent, undefined>((contents) => use((db) => recordMetadataTogether(db, contents)), {
    ...{ most: 20, inFlight: 1, sizeOf: ({ metadata }) => metadata.length, mostSize: 1024 * 1024 },
  });
  return (jobId, metadata) => record({ jobId, metadata });
}

/** Seconds in which the process that received a request cancels the compose; then the background does. */
const OWN_SECONDS = 5;

/**
 * Requests the cancellation of an unfinished compose. The first caller is recorded.
 * @param by the name of the caller in responses
 * @returns the recorded caller, `null` when the compose is finished or the organization has none
 */
export function requestCancellation(
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
  by: string,
  audit: AuditEntry | null,
): Promise<string | null> {
  return db.maybeOneFirst(sql.type(z.strictObject({ by: z.string() }))`
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
    ) ${withAuditEntry(audit, sql.fragment`requested`)}
    SELECT by FROM requested`);
}

/**
 * Records an unfinished compose as cancelled, with empty metadata, and ends its polls. It has two events: that it was cancelled, and,
 * as every compose, that it has finished.
 * @param imageStatus the final status as JSON text
 */
export async function recordCancelled(db: CommonQueryMethods, jobId: string, imageStatus: string): Promise<void> {
  await db.query(sql.type(noColumns)`
    WITH cancelled AS (
      UPDATE compose_statuses
      SET status = 'failure', image_status = ${imageStatus}::json, metadata = '{}', cancelled_by = cancel_requested_by,
        finished_at = now(), next_poll_at = NULL
      WHERE job_id = ${jobId} AND finished_at IS NULL AND cancel_requested_by IS NOT NULL
      RETURNING job_id, status, labels
    ), ${statusEvents(sql.fragment`(
      SELECT cancelled.*, true AS is_cancelled, type FROM cancelled, (VALUES ('compose.cancelled'), ('compose.finished')) AS types (type)
    )`)}
    SELECT FROM cancelled`);
}
