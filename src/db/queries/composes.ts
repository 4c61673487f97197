import { sql, UniqueIntegrityConstraintViolationError, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import { batch } from '../batch.ts';
import { FIRST_POLL } from './compose-polls.ts';
import type { CommonQueryMethods, DatabaseAccess } from '../database.ts';
import { AUDIT, changeAudited, recordEvents, type AuditEntry } from './recording.ts';
import { hiddenArray } from '../prepared-statements.ts';
import { parseStoredJson } from '../../lib/json.ts';
import { pauseAfter } from '../../lib/turn.ts';
import type { Vault } from '../vault.ts';

export interface AcceptedCompose {
  readonly jobId: string;
  readonly orgId: string;
  readonly reservationId: string;
  /** Whether the request is so large that storing it takes longer than storing many others. */
  readonly isLarge?: boolean;
}

/** Another compose has this id. */
export class ComposeIdTakenError extends Error {
  override readonly name = 'ComposeIdTakenError';
}

/** The compose is abandoned: it is deleted at composer. */
export class ComposeAbandonedError extends Error {
  override readonly name = 'ComposeAbandonedError';
}

/** Locks the reservations and idempotency keys of composes, in the order of ids. `open` has the composes that still have both. */
const lockReservations = (jobIds: FragmentSqlToken, reservationIds: FragmentSqlToken): FragmentSqlToken => sql.fragment`
  reservation AS (
    SELECT id, compose, idempotency_id FROM build_reservations
    WHERE id = ANY (${reservationIds}::uuid[]) AND state <> 'abandoned'
    ORDER BY id
    FOR UPDATE
  ), key AS (
    SELECT id FROM idempotency_keys WHERE id IN (SELECT idempotency_id FROM reservation) ORDER BY id FOR UPDATE
  ), open AS (
    SELECT number, job_id, reservation_id, idempotency_id, fields.*
    FROM unnest(${jobIds}, ${reservationIds}) WITH ORDINALITY AS accepted (job_id, reservation_id, number)
    JOIN reservation ON reservation.id = reservation_id
    CROSS JOIN LATERAL json_to_record(compose) AS fields (
      request jsonb, account_number varchar, email varchar, org_id varchar, image_name varchar, client_id varchar,
      blueprint_version_id uuid, blueprint_id uuid, blueprint_version int, labels json, followed_closely boolean, audit json,
      distribution varchar, "imageType" varchar, "requestText" text, "itemMembers" text
    )
    WHERE idempotency_id IS NULL OR idempotency_id IN (SELECT id FROM key)
  )`;

/** Inserts the composes of `open` with their statuses. `storable` has those whose id is not taken. */
const insertComposes = sql.fragment`
  indexed AS (
    INSERT INTO compose_statuses (
      job_id, org_id, created_at, distribution, image_type, request_text, item_members, labels, followed_closely, next_poll_at
    )
    SELECT job_id, org_id, CURRENT_TIMESTAMP, distribution, "imageType", "requestText", "itemMembers", labels, is_followed,
      now() + make_interval(secs => CASE WHEN is_followed THEN ${FIRST_POLL.closely} ELSE ${FIRST_POLL.usually} END::float8)
    FROM open CROSS JOIN LATERAL (
      SELECT followed_closely OR EXISTS (
        SELECT FROM webhooks WHERE webhooks.org_id = open.org_id AND disabled_at IS NULL
      ) AS is_followed
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
    SELECT job_id, request, CURRENT_TIMESTAMP, account_number, email, org_id, image_name, client_id, blueprint_version_id, false
    FROM storable
  ), labelled AS (
    INSERT INTO compose_labels (job_id, key, value, org_id, created_at)
    SELECT job_id, label.key, label.value, org_id, CURRENT_TIMESTAMP FROM storable, json_each_text(labels) AS label
  )`;

/** Deletes the reservations of `storable`, and records the composes with their idempotency keys. */
const endReservations = (reservationIds: FragmentSqlToken): FragmentSqlToken => sql.fragment`
  ended AS (
    DELETE FROM build_reservations WHERE id = ANY (${reservationIds}::uuid[]) AND id IN (SELECT reservation_id FROM storable)
  ), recorded_keys AS (
    UPDATE idempotency_keys AS keys SET created = keys.created || made.job_ids
    FROM (
      SELECT idempotency_id, array_agg(job_id ORDER BY number) AS job_ids FROM storable
      WHERE idempotency_id IS NOT NULL GROUP BY idempotency_id
    ) AS made
    WHERE keys.id = made.idempotency_id
  )`;

/** Records the events and audit entries of `storable`. */
const recordStored = sql.fragment`
  queued AS (
    SELECT org_id, 'compose.queued' AS type, job_id AS subject, jsonb_strip_nulls(jsonb_build_object(
      'status', 'pending', 'image_name', image_name, 'blueprint_id', blueprint_id, 'blueprint_version', blueprint_version,
      'labels', labels
    )) AS data
    FROM storable
    ORDER BY number
  ), ${recordEvents(sql.fragment`queued`)}, audited AS (
    INSERT INTO audit_log AS known (created_ids, ${AUDIT.columns})
    SELECT ARRAY[job_id], ${AUDIT.values}
    FROM storable CROSS JOIN LATERAL json_to_record(audit) AS ${AUDIT.record}
    WHERE entry.id IS NOT NULL
    ON CONFLICT (id) DO UPDATE SET created_ids = known.created_ids || excluded.created_ids
  )`;

const storedCompose = z.strictObject({ job_id: z.string() });

/**
 * Stores composes with their status rows, labels, events, audit entries and idempotency keys, and deletes their reservations. A compose
 * without a reservation or key, or with a taken or abandoned id, is not stored: the primary key of `compose_statuses` decides.
 * @returns for each compose whether it is stored
 */
async function storeTogether(db: CommonQueryMethods, accepted: readonly AcceptedCompose[]): Promise<boolean[]> {
  const uuids = (values: readonly string[]): FragmentSqlToken => hiddenArray(values, 'uuid');
  const jobIds = uuids(accepted.map(({ jobId }) => jobId));
  const reservationIds = uuids(accepted.map(({ reservationId }) => reservationId));
  const storedIds = await db.anyFirst(sql.type(storedCompose)`
    WITH ${lockReservations(jobIds, reservationIds)}, ${insertComposes}, ${endReservations(reservationIds)}, ${recordStored}
    SELECT job_id FROM storable`);
  const stored = new Set(storedIds);
  return accepted.map(({ jobId }) => stored.delete(jobId));
}

const storeOutcome = z.strictObject({ is_stored: z.boolean(), is_taken: z.boolean() });

/**
 * Finds the reason for which a compose was not stored. An earlier attempt whose response was lost may have stored it.
 * @throws ComposeIdTakenError, ComposeAbandonedError unless it is stored
 */
async function refuseUnstored(db: CommonQueryMethods, { jobId, orgId, reservationId }: AcceptedCompose): Promise<void> {
  const outcome = await db.one(sql.type(storeOutcome)`
    SELECT EXISTS (SELECT FROM composes WHERE job_id = ${jobId} AND org_id = ${orgId})
        AND NOT EXISTS (SELECT FROM build_reservations WHERE id = ${reservationId}) AS is_stored,
      EXISTS (SELECT FROM composes WHERE job_id = ${jobId}) AS is_taken`);
  if (outcome.is_stored) return;
  if (outcome.is_taken) throw new ComposeIdTakenError(`there is another compose ${jobId}`);
  throw new ComposeAbandonedError(`compose ${jobId} is abandoned`);
}

/** Composes that are stored by one statement. */
const MOST_STORED = 50;

/**
 * Creates the batched storing of reserved composes: concurrent calls of all organizations share a commit. Idempotent.
 * @throws (the returned function) ComposeIdTakenError; ComposeAbandonedError when another process has reconciled the compose
 */
export function batchStores({ use }: DatabaseAccess): (compose: AcceptedCompose) => Promise<void> {
  const store = batch<AcceptedCompose, boolean>((accepted) => use((db) => storeTogether(db, accepted)), {
    ...{ most: MOST_STORED, inFlight: 2, mostSize: MOST_STORED },
    sizeOf: ({ isLarge }) => (isLarge === true ? Infinity : 1),
  });
  return async (compose) => {
    const isStored = await store(compose).catch((error: unknown) => {
      // Another implementation has stored a compose with this id, without a status row.
      if (error instanceof UniqueIntegrityConstraintViolationError) return false;
      throw error;
    });
    if (!isStored) await use((db) => refuseUnstored(db, compose));
  };
}

const composeOrigin = z.strictObject({
  /** JSON text. */
  request: z.string(),
  /** `null` for a compose without a blueprint, as are the next members. */
  blueprint_id: z.string().nullable(),
  version_id: z.string().nullable(),
  version: z.number().nullable(),
});

export interface ComposeOrigin extends Omit<z.infer<typeof composeOrigin>, 'request'> {
  readonly request: Record<string, unknown>;
}

/**
 * Finds the request of a compose and its blueprint version; `null` where the organization has none.
 * @throws ServiceError `internal` when a secret cannot be decrypted
 */
export async function findComposeOrigin(
  db: CommonQueryMethods,
  vault: Vault,
  orgId: string,
  jobId: string,
): Promise<ComposeOrigin | null> {
  const origin = await db.maybeOne(sql.type(composeOrigin)`
    SELECT request::text AS request, versions.blueprint_id, versions.id AS version_id, versions.version
    FROM composes LEFT JOIN blueprint_versions AS versions ON versions.id = composes.blueprint_version_id
    WHERE org_id = ${orgId} AND job_id = ${jobId} AND NOT deleted`);
  if (origin === null) return null;
  const request = await vault.open(db, orgId, origin.request);
  const opened = { ...origin, request: parseStoredJson(request) as Record<string, unknown> };
  await pauseAfter(request);
  return opened;
}

const requestOfOrganization = z.strictObject({ org_id: z.string(), request: z.string() });

/** Finds the request of a compose of any organization; `null` without one. Secrets that cannot be decrypted are left out. */
export async function findComposeRequest(db: CommonQueryMethods, vault: Vault, jobId: string): Promise<unknown> {
  const found = await db.maybeOne(sql.type(requestOfOrganization)`
    SELECT org_id, request::text AS request FROM composes WHERE job_id = ${jobId}`);
  return found && parseStoredJson(await vault.openReadable(db, found.org_id, found.request));
}

/** Marks a compose as deleted. Idempotent. @returns whether the organization has the compose */
export function deleteCompose(
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
  audit: AuditEntry | null,
): Promise<boolean> {
  const change = sql.fragment`
    UPDATE composes SET deleted = true WHERE org_id = ${orgId} AND job_id = ${jobId} RETURNING job_id`;
  return changeAudited(db, change, audit);
}
