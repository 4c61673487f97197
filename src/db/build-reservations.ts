import { randomUUID } from 'node:crypto';
import { sql, type FragmentSqlToken } from 'slonik';
import { batch } from './batch.ts';
import type { NewCompose } from './composes.ts';
import type { CommonQueryMethods, DatabaseAccess } from './database.ts';
import { row } from './row.ts';

/** How many composes an organization may start within a sliding window. */
export interface QuotaLimit {
  readonly quota: number;
  /** Length of the window in nanoseconds, as the quota file has it. */
  readonly slidingWindow: number;
}

/** What counts against a quota. */
export interface QuotaUse {
  /** Composes and reservations that count. */
  readonly used: number;
  /** Seconds until the oldest of them stops counting, `null` when nothing counts. */
  readonly frees_in: number | null;
}

/** A granted or refused reservation; `used` counts before it, up to the quota. `frees_in` is known for a refused one only. */
export interface Reservation extends QuotaUse {
  /** Ids, one for each compose; `null` when the quota does not allow that many more. */
  readonly reserved: readonly string[] | null;
}

/** A compose of unknown outcome: no process knows whether composer accepted it. */
export interface UnknownBuild {
  readonly id: string;
  readonly org_id: string;
  readonly compose: Omit<NewCompose, 'jobId'>;
  readonly fingerprint: string;
  /** Seconds since it was sent. */
  readonly age: number;
}

/** Seconds after which a reservation whose process died stops counting. Longer than any request can take. */
const LIFETIME_SECONDS = 900;

/** Seconds that a compose of unknown outcome counts: longer than a build takes. */
const UNKNOWN_LIFETIME_SECONDS = 6 * 3600;

const NANOSECONDS = 1e9;

/** What a request reserves. */
export interface ReservationRequest {
  readonly orgId: string;
  readonly limit: QuotaLimit | null;
  /** Ids of the reservations, one for each compose. The caller chooses them, to release them even if the response is lost. */
  readonly ids: readonly string[];
  /** The process that is going to send the composes. */
  readonly processId?: string | null;
  /** What is going to be sent, in order, where that is known already: then it is recorded as sent with the reservation. */
  readonly builds?: readonly { readonly compose: Omit<NewCompose, 'jobId'>; readonly fingerprint: string }[] | null;
  /** Key of the request that the composes are for. */
  readonly idempotencyId?: string | null;
}

const toText = ({ orgId, limit, ids, processId, builds, idempotencyId }: ReservationRequest): string =>
  JSON.stringify({
    ...{ org: orgId, ids, process: processId ?? null, idempotency: idempotencyId ?? null },
    ...(limit === null ? {} : { quota: limit.quota, window: limit.slidingWindow / NANOSECONDS }),
    ...(builds ? { builds } : {}),
  });

/**
 * Reserves composes for several requests, in their order: for each all or none, exactly under any concurrency and across processes.
 * Without a limit nothing is refused.
 * @param requests each with its JSON text
 */
async function reserveTogether(
  db: CommonQueryMethods,
  requests: readonly (ReservationRequest & { readonly text: string })[],
): Promise<readonly Reservation[]> {
  const rows = await db.any(sql.type(row<QuotaUse & { reserved: boolean }>())`
    SELECT reserved, used, extract(epoch FROM frees_at - now())::float8 AS frees_in
    FROM reserve_builds(
      ${`[${requests.map(({ text }) => text).join(',')}]`}::json, make_interval(secs => ${LIFETIME_SECONDS})
    )
    ORDER BY number`);
  return rows.map(({ reserved, used, frees_in }, index) => ({
    ...{ used, frees_in },
    reserved: reserved ? (requests[index]?.ids ?? null) : null,
  }));
}

/** Characters of requests that one statement carries at most. */
const MOST_CHARACTERS = 512 * 1024;

/** Reserving, batched over all organizations: requests that arrive together share a commit. */
export function batchReservations({ use }: DatabaseAccess): (request: ReservationRequest) => Promise<Reservation> {
  const reserve = batch<ReservationRequest & { readonly text: string }, Reservation>(
    (requests) => use((db) => reserveTogether(db, requests)),
    { most: 50, inFlight: 2, sizeOf: ({ text }) => text.length, mostSize: MOST_CHARACTERS },
  );
  return (request) => reserve({ ...request, text: toText(request) });
}

/** New ids for reservations. */
export function newReservationIds(wanted: number): string[] {
  return Array.from({ length: wanted }, () => randomUUID());
}

const inWindow = (orgId: string, { slidingWindow }: QuotaLimit): FragmentSqlToken => sql.fragment`
  org_id = ${orgId}
  AND created_at >= CURRENT_TIMESTAMP::timestamp - make_interval(secs => ${slidingWindow / NANOSECONDS}::float8)`;

const openReservations = (orgId: string): FragmentSqlToken => sql.fragment`
  build_reservations WHERE org_id = ${orgId} AND expires_at > now()`;

/** When the oldest compose, or the first reservation, stops counting. */
const freesAt = (orgId: string, limit: QuotaLimit): FragmentSqlToken => sql.fragment`
  coalesce(
    (
      SELECT created_at::timestamptz + make_interval(secs => ${limit.slidingWindow / NANOSECONDS}::float8) FROM composes
      WHERE ${inWindow(orgId, limit)} ORDER BY created_at LIMIT 1
    ),
    (SELECT min(expires_at) FROM ${openReservations(orgId)})
  )`;

/** What counts against the organization's quota now, up to the quota. */
export function readQuotaUse(db: CommonQueryMethods, orgId: string, limit: QuotaLimit): Promise<QuotaUse> {
  return db.one(sql.type(row<QuotaUse>())`
    SELECT extract(epoch FROM ${freesAt(orgId, limit)} - now())::float8 AS frees_in,
      (SELECT count(*) FROM (
        SELECT FROM composes WHERE ${inWindow(orgId, limit)} LIMIT ${Math.max(0, limit.quota)}::bigint
      ) AS counted)::int + (SELECT count(*) FROM ${openReservations(orgId)})::int AS used`);
}

/** Everything that counts against an organization's quota, and when the next of it stops counting. */
export interface QuotaState {
  readonly used: number;
  /** In whole seconds, after which it does not count any more; `null` when nothing counts. */
  readonly next_free_at: string | null;
}

/** What counts against the organization's quota now, also what goes beyond it: a quota may have been lowered. */
export function readQuotaState(db: CommonQueryMethods, orgId: string, limit: QuotaLimit): Promise<QuotaState> {
  return db.one(sql.type(row<QuotaState>())`
    SELECT date_trunc('second', ${freesAt(orgId, limit)} + interval '999999 microseconds') AS next_free_at,
      (SELECT count(*) FROM composes WHERE ${inWindow(orgId, limit)})::int
        + (SELECT count(*) FROM ${openReservations(orgId)})::int AS used`);
}

/**
 * Records what is about to be sent for a reservation.
 * @returns `false` when the reservation has ended, because the process was considered dead or it took too long: nothing is to be sent
 */
export async function markSent(
  db: CommonQueryMethods,
  id: string,
  compose: Omit<NewCompose, 'jobId'>,
  fingerprint: string,
  idempotencyId: string | null = null,
): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    UPDATE build_reservations
    SET state = 'sent', compose = ${JSON.stringify(compose)}::json, fingerprint = ${fingerprint}, sent_at = clock_timestamp(),
      idempotency_id = ${idempotencyId}::uuid
    WHERE id = ${id}`);
  return rowCount > 0;
}

/** Ends reservations whose composes were not accepted. */
export async function releaseReservations(db: CommonQueryMethods, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.query(sql.type(row<Record<never, never>>())`
    DELETE FROM build_reservations WHERE id = ANY (${sql.array(ids, 'uuid')})`);
}

const becomeUnknown = sql.fragment`
  SET state = 'unknown', expires_at = now() + make_interval(secs => ${UNKNOWN_LIFETIME_SECONDS})`;

/** Records that the outcome of a compose is unknown; its process has logged that. */
export async function markUnknown(db: CommonQueryMethods, id: string): Promise<void> {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE build_reservations ${becomeUnknown}, alerted = true WHERE id = ${id}`);
}

/**
 * Reconciles what dead processes left, as far as that needs no composer: what was not sent is released, what was sent is of unknown
 * outcome from now on.
 * @returns how many reservations were released
 */
export async function reconcileReservations(db: CommonQueryMethods): Promise<number> {
  const { released } = await db.one(sql.type(row<{ released: number }>())`
    WITH left_over AS (
      SELECT id, state FROM build_reservations AS r
      WHERE state IN ('reserved', 'sent') AND (
        expires_at < now()
        OR process_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM service_processes AS p WHERE p.id = r.process_id AND p.alive_until > now())
      )
      FOR UPDATE SKIP LOCKED
    ), released AS (
      DELETE FROM build_reservations WHERE id IN (SELECT id FROM left_over WHERE state = 'reserved') RETURNING id
    ), unknown AS (
      UPDATE build_reservations ${becomeUnknown}
      WHERE id IN (SELECT id FROM left_over WHERE state = 'sent')
    )
    SELECT count(*)::int AS released FROM released`);
  return released;
}

/** A compose of unknown outcome that no log has named yet. */
export interface UnalertedBuild {
  readonly id: string;
  readonly org_id: string;
  readonly sent_at: string | null;
}

/** Composes of unknown outcome that no log has named yet, oldest first. */
export function listUnalertedBuilds(db: CommonQueryMethods): Promise<readonly UnalertedBuild[]> {
  return db.any(sql.type(row<UnalertedBuild>())`
    SELECT id, org_id, sent_at FROM build_reservations WHERE state = 'unknown' AND NOT alerted ORDER BY sent_at LIMIT 1000`);
}

/** Records that the log has named composes of unknown outcome. */
export async function markAlerted(db: CommonQueryMethods, ids: readonly string[]): Promise<void> {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE build_reservations SET alerted = true WHERE id = ANY (${sql.array(ids, 'uuid')})`);
}

/** Composes of unknown outcome, oldest first. */
export function listUnknownBuilds(db: CommonQueryMethods): Promise<readonly UnknownBuild[]> {
  return db.any(sql.type(row<UnknownBuild>())`
    SELECT id, org_id, compose, fingerprint, extract(epoch FROM clock_timestamp() - sent_at)::float8 AS age
    FROM build_reservations
    WHERE state = 'unknown' AND expires_at > now() AND compose IS NOT NULL
    ORDER BY sent_at`);
}

/** How many composes are of unknown outcome. */
export async function countUnknownBuilds(db: CommonQueryMethods): Promise<number> {
  const { total } = await db.one(sql.type(row<{ total: number }>())`
    SELECT count(*)::int AS total FROM build_reservations WHERE state = 'unknown' AND expires_at > now()`);
  return total;
}

/** Ids of reservations whose composes are being sent. */
export async function listSentReservations(db: CommonQueryMethods): Promise<readonly string[]> {
  const rows = await db.any(sql.type(row<{ id: string }>())`SELECT id FROM build_reservations WHERE state = 'sent'`);
  return rows.map(({ id }) => id);
}

/** Whether one of these reservations is still being sent. */
export async function isAnySent(db: CommonQueryMethods, ids: readonly string[]): Promise<boolean> {
  const { sent } = await db.one(sql.type(row<{ sent: boolean }>())`
    SELECT EXISTS (SELECT FROM build_reservations WHERE state = 'sent' AND id = ANY (${sql.array(ids, 'uuid')})) AS sent`);
  return sent;
}
