import { sql, UniqueIntegrityConstraintViolationError } from 'slonik';
import { batch } from './batch.ts';
import { FIRST_POLL } from './compose-polls.ts';
import type { CommonQueryMethods, DatabaseAccess } from './database.ts';
import type { MakeComposeTexts } from './indexing.ts';
import { insertAuditEntry, recordEvents, type AuditEntry } from './recording.ts';
import { row } from './row.ts';

/** A compose that composer accepted. */
export interface NewCompose {
  readonly jobId: string;
  readonly request: unknown;
  readonly accountNumber: string;
  readonly email: string;
  readonly orgId: string;
  readonly imageName: string | null;
  readonly clientId: string | null;
  /** The blueprint version that it was made from. */
  readonly blueprint: { readonly id: string; readonly versionId: string; readonly version: number } | null;
  /** Stored with the compose; absent without any. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether a schedule waits for the end of the build. */
  readonly followedClosely?: boolean;
  /** The entry of the request that started it, absent for a schedule's. A request that starts several composes has one entry. */
  readonly audit?: AuditEntry;
}

/** Another compose has this id. */
export class ComposeIdTakenError extends Error {
  override readonly name = 'ComposeIdTakenError';
}

/** The compose is abandoned: it is deleted at composer, or about to be. */
export class ComposeAbandonedError extends Error {
  override readonly name = 'ComposeAbandonedError';
}

/** A compose to be stored, with the reservation that ends by that; `null` for none. */
interface StoreRequest {
  readonly reservationId: string | null;
  /** The row as JSON text. */
  readonly text: string;
}

const toStoreRequest = (compose: NewCompose, reservationId: string | null, texts: MakeComposeTexts): StoreRequest => {
  const { blueprint, audit, labels, followedClosely = false } = compose;
  const { requestText, itemMembers, distribution, imageType } = texts({
    ...{ request: JSON.stringify(compose.request), image_name: compose.imageName, client_id: compose.clientId },
    ...{ blueprint_id: blueprint?.id ?? null, blueprint_version: blueprint?.version ?? null },
  });
  const text = JSON.stringify({
    ...{ job_id: compose.jobId, reservation_id: reservationId, request: compose.request },
    ...{ account_number: compose.accountNumber, email: compose.email, org_id: compose.orgId },
    ...{ image_name: compose.imageName, client_id: compose.clientId, version_id: blueprint?.versionId ?? null },
    ...{ blueprint_id: blueprint?.id ?? null, blueprint_version: blueprint?.version ?? null },
    ...{ labels: labels ?? null, closely: followedClosely, distribution, image_type: imageType },
    ...{ request_text: requestText, item_members: itemMembers, audit: audit ?? null },
  });
  return { reservationId, text };
};

/**
 * Stores composes in one statement: each with its status row, labels, event and audit entry, ending its reservation and answering its
 * idempotency key. A compose whose reservation or key has ended, or whose id is taken or abandoned, is not stored.
 *
 * `compose_statuses` comes first: its primary key decides between storing a compose and abandoning it.
 * @returns for each whether it is stored
 */
async function storeTogether(db: CommonQueryMethods, requests: readonly StoreRequest[]): Promise<readonly boolean[]> {
  const reservations = sql.array(
    requests.flatMap(({ reservationId }) => reservationId ?? []),
    'uuid',
  );
  const rows = await db.any(sql.type(row<{ number: number }>())`
    WITH given AS (
      SELECT row_number() OVER ()::int AS number, given.*
      FROM json_to_recordset(${`[${requests.map(({ text }) => text).join(',')}]`}::json) AS given (
        job_id uuid, reservation_id uuid, request jsonb, account_number varchar, email varchar, org_id varchar,
        image_name varchar, client_id varchar, version_id uuid, blueprint_id uuid, blueprint_version int, labels json,
        closely boolean, distribution varchar, image_type varchar, request_text text, item_members text, audit json
      )
    ), reservation AS (
      SELECT id, idempotency_id FROM build_reservations
      WHERE id = ANY (${reservations}) AND state <> 'abandoned'
      ORDER BY id
      FOR UPDATE
    ), key AS (
      SELECT id FROM idempotency_keys WHERE id IN (SELECT idempotency_id FROM reservation) ORDER BY id FOR UPDATE
    ), open AS (
      SELECT given.*, reservation.idempotency_id FROM given LEFT JOIN reservation ON reservation.id = given.reservation_id
      WHERE (given.reservation_id IS NULL OR reservation.id IS NOT NULL)
        AND (reservation.idempotency_id IS NULL OR reservation.idempotency_id IN (SELECT id FROM key))
    ), indexed AS (
      INSERT INTO compose_statuses (
        job_id, org_id, created_at, distribution, image_type, request_text, item_members, labels, followed_closely, next_poll_at
      )
      SELECT job_id, org_id, CURRENT_TIMESTAMP, distribution, image_type, request_text, item_members, nullif(labels::text, 'null')::json,
        followed, now() + make_interval(secs => CASE WHEN followed THEN ${FIRST_POLL.closely} ELSE ${FIRST_POLL.usually} END::float8)
      FROM open CROSS JOIN LATERAL (
        SELECT closely OR EXISTS (
          SELECT FROM webhooks WHERE webhooks.org_id = open.org_id AND disabled_at IS NULL
        ) AS followed
      ) AS listeners
      ORDER BY job_id
      ON CONFLICT (job_id) DO NOTHING
      RETURNING job_id
    ), storable AS (
      SELECT open.* FROM open JOIN indexed USING (job_id)
    ), stored AS (
      INSERT INTO composes (
        job_id, request, created_at, account_number, email, org_id, image_name, client_id, blueprint_version_id, needs_indexing
      )
      SELECT job_id, request, CURRENT_TIMESTAMP, account_number, email, org_id, image_name, client_id, version_id, false
      FROM storable
    ), ended AS (
      DELETE FROM build_reservations WHERE id = ANY (${reservations}) AND id IN (SELECT reservation_id FROM storable)
    ), answered AS (
      UPDATE idempotency_keys AS keys SET created = keys.created || made.job_ids
      FROM (
        SELECT idempotency_id, array_agg(job_id ORDER BY number) AS job_ids FROM storable
        WHERE idempotency_id IS NOT NULL GROUP BY idempotency_id
      ) AS made
      WHERE keys.id = made.idempotency_id
    ), labelled AS (
      INSERT INTO compose_labels (job_id, key, value, org_id, created_at)
      SELECT job_id, label.key, label.value, org_id, CURRENT_TIMESTAMP
      FROM storable, json_each_text(nullif(labels::text, 'null')::json) AS label
    ), queued AS (
      SELECT org_id, 'compose.queued' AS type, job_id AS subject, jsonb_strip_nulls(jsonb_build_object(
        'status', 'pending', 'image_name', image_name, 'blueprint_id', blueprint_id, 'blueprint_version', blueprint_version
      )) AS data
      FROM storable
      ORDER BY number
    ), ${recordEvents(sql.fragment`queued`)}, audited AS (
      INSERT INTO audit_log AS known
        (id, org_id, occurred_at, operation, object_type, object_id, created_ids, username, user_type, status, request_id)
      SELECT (audit ->> 'id')::uuid, org_id, to_timestamp((audit ->> 'time')::float8 / 1000), audit ->> 'operation',
        audit ->> 'objectType', (audit ->> 'objectId')::uuid, ARRAY[job_id], audit ->> 'username', audit ->> 'userType',
        (audit ->> 'status')::int, audit ->> 'requestId'
      FROM storable WHERE audit ->> 'id' IS NOT NULL
      ON CONFLICT (id) DO UPDATE SET created_ids = known.created_ids || excluded.created_ids
    )
    SELECT number FROM storable`);
  const stored = new Set(rows.map(({ number }) => number - 1));
  return requests.map((_request, index) => stored.has(index));
}

/** What became of a compose that was not stored just now: the response to an earlier attempt may have been lost. */
async function findStoreOutcome(
  db: CommonQueryMethods,
  { jobId, orgId }: NewCompose,
  reservationId: string | null,
): Promise<'stored' | 'taken' | 'abandoned'> {
  const { stored, taken } = await db.one(sql.type(row<{ stored: boolean; taken: boolean }>())`
    SELECT ${reservationId}::uuid IS NOT NULL
        AND NOT EXISTS (SELECT FROM build_reservations WHERE id = ${reservationId}::uuid)
        AND EXISTS (SELECT FROM composes WHERE job_id = ${jobId} AND org_id = ${orgId}) AS stored,
      EXISTS (SELECT FROM composes WHERE job_id = ${jobId}) AS taken`);
  if (stored) return 'stored';
  return taken ? 'taken' : 'abandoned';
}

/** Characters of composes that one statement carries at most. */
const MOST_CHARACTERS = 512 * 1024;

/**
 * Storing composes, batched over all organizations: composes that composer accepts at the same time share a commit. Storing a compose
 * twice, with its reservation, is as good as once.
 * @throws (the returned function) ComposeIdTakenError; ComposeAbandonedError when another process has reconciled the compose
 */
export function batchStores(
  { use, announce }: DatabaseAccess,
  texts: MakeComposeTexts,
): (compose: NewCompose, reservationId: string | null) => Promise<void> {
  const store = batch<StoreRequest, boolean>((requests) => use((db) => storeTogether(db, requests)).finally(announce), {
    ...{ most: 50, inFlight: 2, sizeOf: ({ text }) => text.length, mostSize: MOST_CHARACTERS },
  });
  return async (compose, reservationId) => {
    const stored = await store(toStoreRequest(compose, reservationId, texts)).catch((error: unknown) => {
      // Another implementation has stored a compose of this id, without a status row.
      if (error instanceof UniqueIntegrityConstraintViolationError) return false;
      throw error;
    });
    if (stored) return;
    const outcome = await use((db) => findStoreOutcome(db, compose, reservationId));
    if (outcome === 'taken') throw new ComposeIdTakenError(`there is another compose ${compose.jobId}`);
    if (outcome === 'abandoned') throw new ComposeAbandonedError(`compose ${compose.jobId} is abandoned`);
  };
}

/** The request of a compose, and the blueprint version it was made from. */
export interface ComposeOrigin {
  readonly request: Record<string, unknown>;
  /** `null` for a compose without a blueprint, as are the others. */
  readonly blueprint_id: string | null;
  readonly version_id: string | null;
  readonly version: number | null;
}

/** The origin of a compose of the organization that is not deleted, however old; `null` where there is none. */
export function findComposeOrigin(db: CommonQueryMethods, orgId: string, jobId: string): Promise<ComposeOrigin | null> {
  return db.maybeOne(sql.type(row<ComposeOrigin>())`
    SELECT request, versions.blueprint_id, versions.id AS version_id, versions.version
    FROM composes LEFT JOIN blueprint_versions AS versions ON versions.id = composes.blueprint_version_id
    WHERE org_id = ${orgId} AND job_id = ${jobId} AND NOT deleted`);
}

/** Marks a compose of the organization as deleted, whether or not it is already; gives whether the organization has it. */
export async function deleteCompose(
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
  audit: AuditEntry | null,
): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(row<{ job_id: string }>())`
    WITH deleted AS (
      UPDATE composes SET deleted = true WHERE org_id = ${orgId} AND job_id = ${jobId} RETURNING job_id
    ), audited AS (${insertAuditEntry(audit, sql.fragment`deleted`)})
    SELECT job_id FROM deleted`);
  return rowCount > 0;
}
