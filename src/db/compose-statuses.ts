import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { labelsOfCompose } from './labels.ts';
import { row } from './row.ts';
import { parseStoredJson } from '../stored-json.ts';

/** What is known of how far a build is. */
export interface ComposeStatusRow {
  readonly job_id: string;
  /** Status that was seen last, `null` when none was. */
  readonly status: string | null;
  /** Composer's `image_status` as it stays, `null` until the build is over. */
  readonly image_status: unknown;
  /** Who asked for the build to be cancelled, `null` for nobody. Whether it was is told by how it ended. */
  readonly cancel_requested_by: string | null;
}

/** A build and how far it is. */
export interface ComposeWithStatus extends ComposeStatusRow {
  readonly request: Record<string, unknown>;
  /** `null` without any. */
  readonly labels: Readonly<Record<string, string>> | null;
  /** Request, `image_status` and labels as text: what is shown of a build that is over depends on nothing else. */
  readonly texts: readonly [request: string, imageStatus: string, labels: string];
}

/** How far a build is, and what is in its image. */
export interface ComposeWithMetadata extends ComposeStatusRow {
  /** Composer's metadata, `null` as long as they are not kept. */
  readonly metadata: unknown;
}

/** Which build of which organization. */
export interface ComposeAddress {
  readonly orgId: string;
  readonly jobId: string;
}

type FoundCompose = Pick<ComposeWithStatus, 'job_id' | 'status' | 'cancel_requested_by' | 'labels'> & {
  readonly number: number;
  readonly request: string;
  readonly image_status: string | null;
};

/** A build whose JSON is read when it is asked for: an answer that is kept needs none of it. */
class StoredCompose implements ComposeWithStatus {
  readonly job_id: string;
  readonly status: string | null;
  readonly cancel_requested_by: string | null;
  readonly labels: ComposeWithStatus['labels'];
  /** What the rest is read from. */
  readonly texts: ComposeWithStatus['texts'];
  #request: Record<string, unknown> | undefined;
  #imageStatus: unknown;

  constructor({ job_id, status, cancel_requested_by, labels, request, image_status }: FoundCompose) {
    this.job_id = job_id;
    this.status = status;
    this.cancel_requested_by = cancel_requested_by;
    this.labels = labels;
    this.texts = [request, image_status ?? '', labels === null ? '' : JSON.stringify(labels)];
  }

  get request(): Record<string, unknown> {
    return (this.#request ??= parseStoredJson(this.texts[0]) as Record<string, unknown>);
  }

  get image_status(): unknown {
    if (this.texts[1] === '') return null;
    return (this.#imageStatus ??= parseStoredJson(this.texts[1]));
  }
}

/**
 * Builds that are not deleted, however old, each of the organization that asks for it, with what is kept of their ends; `null` where
 * there is none.
 */
export const findComposeStatuses = async (
  db: CommonQueryMethods,
  addresses: readonly ComposeAddress[],
): Promise<readonly (ComposeWithStatus | null)[]> => {
  const orgIds = addresses.map(({ orgId }) => orgId);
  const jobIds = addresses.map(({ jobId }) => jobId);
  const rows = await db.any(sql.type(row<FoundCompose>())`
    SELECT asked.number::int AS number, composes.job_id, request::text AS request, statuses.status,
      statuses.image_status::text AS image_status, statuses.cancel_requested_by,
      ${labelsOfCompose(sql.fragment`composes.org_id`)} AS labels
    FROM unnest(${sql.array(orgIds, 'text')}, ${sql.array(jobIds, 'uuid')})
      WITH ORDINALITY AS asked (org_id, job_id, number)
    JOIN composes ON composes.job_id = asked.job_id AND composes.org_id = asked.org_id AND NOT composes.deleted
    LEFT JOIN compose_statuses AS statuses ON statuses.job_id = composes.job_id`);
  const found: (ComposeWithStatus | null)[] = addresses.map(() => null);
  for (const one of rows) found[one.number - 1] = new StoredCompose(one);
  return found;
};

/** The same for one build. */
export const findComposeStatus = async (
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
): Promise<ComposeWithStatus | null> => (await findComposeStatuses(db, [{ orgId, jobId }]))[0] ?? null;

/** The same with the metadata, which may be long, instead of the request. */
export const findComposeMetadata = (
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
): Promise<ComposeWithMetadata | null> =>
  db.maybeOne(sql.type(row<ComposeWithMetadata>())`
    SELECT job_id, statuses.status, statuses.image_status, statuses.cancel_requested_by, statuses.metadata
    FROM composes LEFT JOIN compose_statuses AS statuses USING (job_id)
    WHERE org_id = ${orgId} AND job_id = ${jobId} AND NOT deleted`);

/** What is kept of how far a build is, by whoever may know of it already; `null` where nothing is. */
export const findKeptStatus = (db: CommonQueryMethods, jobId: string): Promise<ComposeStatusRow | null> =>
  db.maybeOne(sql.type(row<ComposeStatusRow>())`
    SELECT job_id, status, image_status, cancel_requested_by FROM compose_statuses WHERE job_id = ${jobId}`);

/** Records the status of a build that goes on. One that is over stays as it ended. */
export const recordStatus = async (db: CommonQueryMethods, jobId: string, status: string): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    INSERT INTO compose_statuses AS known (job_id, status) VALUES (${jobId}, ${status})
    ON CONFLICT (job_id) DO UPDATE SET status = excluded.status
    WHERE known.finished_at IS NULL AND known.status <> excluded.status`);
};

/** Seconds after which the metadata of a build that is over are asked for in the background, if nobody has done so. */
const METADATA_SECONDS = 2;

/** How a build ended. */
export interface ComposeEnd {
  readonly jobId: string;
  readonly status: string;
  /** Composer's `image_status`, as JSON text. */
  readonly imageStatus: string;
}

/**
 * Keeps how builds ended, in one statement. Of each the first that was told counts. They are looked at in the background until their
 * metadata are kept as well.
 * @returns for each whether it is this end that is kept now, and not one that was told before
 */
export const recordFinalStatuses = async (
  db: CommonQueryMethods,
  ends: readonly ComposeEnd[],
): Promise<readonly boolean[]> => {
  // No statement may change a row twice. All of them change rows in the same order, so that none waits for another in a circle.
  const rows = await db.any(sql.type(row<{ number: number }>())`
    WITH ended AS (
      SELECT DISTINCT ON (job_id) job_id, status, image_status, number
      FROM unnest(
        ${sql.array(
          ends.map(({ jobId }) => jobId),
          'uuid',
        )}, ${sql.array(
          ends.map(({ status }) => status),
          'text',
        )},
        ${sql.array(
          ends.map(({ imageStatus }) => imageStatus),
          'text',
        )}
      ) WITH ORDINALITY AS given (job_id, status, image_status, number)
      ORDER BY job_id, number
    ), kept AS (
      INSERT INTO compose_statuses AS known (job_id, status, image_status, finished_at, next_look_at)
      SELECT job_id, status, image_status::json, now(), now() + make_interval(secs => ${METADATA_SECONDS})
      FROM ended ORDER BY job_id
      ON CONFLICT (job_id) DO UPDATE
      SET status = excluded.status, image_status = excluded.image_status, finished_at = excluded.finished_at,
        next_look_at = excluded.next_look_at
      WHERE known.finished_at IS NULL
      RETURNING job_id
    )
    SELECT number::int AS number FROM ended JOIN kept USING (job_id)`);
  const kept = new Set(rows.map(({ number }) => number - 1));
  return ends.map((_end, index) => kept.has(index));
};

/** The same for one build. */
export const recordFinalStatus = async (
  db: CommonQueryMethods,
  jobId: string,
  status: string,
  imageStatus: string,
): Promise<boolean> => (await recordFinalStatuses(db, [{ jobId, status, imageStatus }]))[0] ?? false;

/** What is in the image of a build. */
export interface ComposeContent {
  readonly jobId: string;
  /** Composer's answer, as JSON text. */
  readonly metadata: string;
}

/** Keeps the metadata of builds that are over, in one statement: nothing more is to be learned of them. */
export const recordMetadataOf = async (db: CommonQueryMethods, contents: readonly ComposeContent[]): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    WITH given AS (
      SELECT DISTINCT ON (job_id) job_id, metadata
      FROM unnest(
        ${sql.array(
          contents.map(({ jobId }) => jobId),
          'uuid',
        )},
        ${sql.array(
          contents.map(({ metadata }) => metadata),
          'text',
        )}
      ) AS told (job_id, metadata)
    ), open AS (
      SELECT job_id, given.metadata FROM given JOIN compose_statuses AS statuses USING (job_id)
      WHERE statuses.finished_at IS NOT NULL AND statuses.metadata IS NULL
      ORDER BY job_id
      FOR UPDATE OF statuses
    )
    UPDATE compose_statuses AS statuses SET metadata = open.metadata::json, next_look_at = NULL
    FROM open WHERE statuses.job_id = open.job_id`);
};

/** The same for one build. */
export const recordMetadata = (db: CommonQueryMethods, jobId: string, metadata: string): Promise<void> =>
  recordMetadataOf(db, [{ jobId, metadata }]);

/** Shortest and longest time between two looks at a build, in seconds; in between it grows with the build's age. */
const LOOKS = { shortest: 2, longest: 60, perAge: 1 / 20 } as const;

/** Days after which a build that did not end is no longer looked at. */
const FOLLOWED_DAYS = 2;

/** A build that is due to be looked at. */
export interface DueCompose {
  readonly job_id: string;
  /** Status that was seen last; one that is final says that only the metadata are missing. */
  readonly status: string;
  /** Who asked for it to be cancelled, where that is still to be done; else `null`. */
  readonly cancel_requested_by: string | null;
}

/** Takes builds that are due to be looked at, each until its next look: no other process gets them before that. */
export const takeDueComposes = (db: CommonQueryMethods, limit: number): Promise<readonly DueCompose[]> =>
  db.any(sql.type(row<DueCompose>())`
    WITH due AS (
      SELECT job_id FROM compose_statuses
      WHERE next_look_at <= now()
      ORDER BY next_look_at
      LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    )
    UPDATE compose_statuses AS statuses
    SET next_look_at = CASE
      WHEN composes.deleted AND statuses.cancel_requested_at IS NULL
        OR coalesce(statuses.cancel_requested_at::timestamp, composes.created_at)
          < CURRENT_TIMESTAMP::timestamp - make_interval(days => ${FOLLOWED_DAYS}::int)
      THEN NULL
      ELSE now() + make_interval(secs => least(greatest(
        extract(epoch FROM CURRENT_TIMESTAMP::timestamp - coalesce(statuses.cancel_requested_at::timestamp, composes.created_at))::float8 * ${LOOKS.perAge}::float8,
        ${LOOKS.shortest}::float8), ${LOOKS.longest}::float8))
    END
    FROM due JOIN composes USING (job_id)
    WHERE statuses.job_id = due.job_id
    RETURNING statuses.job_id, statuses.status,
      CASE WHEN statuses.finished_at IS NULL THEN statuses.cancel_requested_by END AS cancel_requested_by`);

/** Ends looking at a build in the background, unless it is to be cancelled still. */
export const stopFollowing = async (db: CommonQueryMethods, jobId: string): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE compose_statuses SET next_look_at = NULL
    WHERE job_id = ${jobId} AND (cancel_requested_at IS NULL OR finished_at IS NOT NULL)`);
};
