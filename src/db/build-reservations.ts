import { randomUUID } from 'node:crypto';
import { sql } from 'slonik';
import { countHoursLater } from './compose-counts.ts';
import type { NewCompose } from './composes.ts';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** How many builds an organization may start within a sliding window. */
export interface QuotaLimit {
  readonly quota: number;
  /** Length of the window in nanoseconds, as the quota file has it. */
  readonly slidingWindow: number;
}

/** What counts against a quota. */
export interface QuotaUse {
  /** Builds and reservations that count. Counting ends at the quota. */
  readonly used: number;
  /** Seconds until the oldest of them stops counting, `null` when there is none. */
  readonly frees_in: number | null;
}

/** A granted or refused reservation; `used` and `frees_in` are of before it. */
export interface Reservation extends QuotaUse {
  /** Ids, one for each build, `null` when the quota does not allow that many more. */
  readonly reserved: readonly string[] | null;
}

/** A build of which nobody knows whether composer took it. */
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

/** Seconds that a build counts of which nobody knows whether composer took it: longer than a build takes. */
const UNKNOWN_LIFETIME_SECONDS = 6 * 3600;

const MICROSECONDS = 1_000;

const window = (limit: QuotaLimit) =>
  sql.fragment`make_interval(secs => ${Math.floor(limit.slidingWindow / MICROSECONDS)}::float8 / 1000000)`;

const freesIn = sql.fragment`extract(epoch FROM frees_at - now())::float8 AS frees_in`;

/** For whom and what builds are reserved. */
export interface ReservationDetails {
  /** Ids of the reservations, one for each build: whoever chose them can release what was reserved although the answer is lost. */
  readonly ids?: readonly string[];
  /** Of the process that is going to send them. */
  readonly processId?: string | null;
  /** What is going to be sent, in order, where that is known already: then it is on record with the reservation. */
  readonly builds?: readonly { readonly compose: Omit<NewCompose, 'jobId'>; readonly fingerprint: string }[] | null;
  /** Key of the request that the builds are for. */
  readonly idempotencyId?: string | null;
}

/** Builds that are wanted by one request. */
export interface WantedBuilds {
  readonly orgId: string;
  readonly limit: QuotaLimit | null;
  readonly ids: readonly string[];
  /** What else is to be recorded, as JSON. */
  readonly request: string;
}

/** Puts together what a request wants. */
export const wantedBuilds = (
  orgId: string,
  wanted: number,
  limit: QuotaLimit | null,
  details: ReservationDetails,
): WantedBuilds => {
  const { ids = Array.from({ length: wanted }, () => randomUUID()), processId = null } = details;
  const { builds = null, idempotencyId = null } = details;
  return {
    orgId,
    limit,
    ids,
    // Left out where they are not known: of JSON's null the database would take the first element, which is null again, for a build.
    request: JSON.stringify({ ids, process: processId, ...(builds ? { builds } : {}), idempotency: idempotencyId }),
  };
};

/** Tells what can be reserved together: requests of one organization, judged by the same limit. */
export const reservationKey = ({ orgId, limit }: WantedBuilds): string => JSON.stringify([limit, orgId]);

/**
 * Reserves builds for several requests that have the same `reservationKey`, in their order: for each all or none, exactly under any
 * concurrency and across processes. Without a limit nothing is refused.
 */
export const reserveTogether = async (
  db: CommonQueryMethods,
  calls: readonly WantedBuilds[],
): Promise<readonly Reservation[]> => {
  const { orgId, limit } = calls[0] as WantedBuilds;
  const rows = await db.any(sql.type(row<QuotaUse & { reserved: boolean; looked_at: number }>())`
    SELECT reserved, coalesce(used, 0)::int AS used, ${freesIn}, coalesce(looked_at, 0)::int AS looked_at
    FROM reserve_builds(
      ${orgId}, ${`[${calls.map(({ request }) => request).join(',')}]`}::jsonb, ${limit?.quota ?? null}::bigint,
      ${limit ? window(limit) : sql.fragment`NULL::interval`}, make_interval(secs => ${LIFETIME_SECONDS})
    )`);
  countHoursLater(db, orgId, rows[0]?.looked_at ?? 0);
  return rows.map(({ reserved, used, frees_in }, index) => ({
    ...{ used, frees_in },
    reserved: reserved ? (calls[index] as WantedBuilds).ids : null,
  }));
};

/** The same for one request. */
export const reserveBuilds = async (
  db: CommonQueryMethods,
  orgId: string,
  wanted: number,
  limit: QuotaLimit | null,
  details: ReservationDetails = {},
): Promise<Reservation> => {
  const [reservation] = await reserveTogether(db, [wantedBuilds(orgId, wanted, limit, details)]);
  return reservation as Reservation;
};

/** What counts against the organization's quota now. */
export const readQuotaUse = async (db: CommonQueryMethods, orgId: string, limit: QuotaLimit): Promise<QuotaUse> => {
  const { looked_at: lookedAt, ...use } = await db.one(sql.type(row<QuotaUse & { looked_at: number }>())`
    SELECT used::int AS used, ${freesIn}, looked_at::int AS looked_at
    FROM quota_use(${orgId}, ${limit.quota}::bigint, ${window(limit)})`);
  countHoursLater(db, orgId, lookedAt);
  return use;
};

/** What counts against an organization's quota, all of it, and when the next of it stops counting. */
export interface QuotaState {
  readonly used: number;
  /** In whole seconds, after which it does not count any more; `null` when nothing counts. */
  readonly next_free_at: string | null;
}

/** More builds than anybody has. */
const ALL = Number.MAX_SAFE_INTEGER;

/** What counts against the organization's quota now, also what goes beyond it: a quota may have been lowered. */
export const readQuotaState = async (db: CommonQueryMethods, orgId: string, limit: QuotaLimit): Promise<QuotaState> => {
  const { looked_at: lookedAt, ...state } = await db.one(sql.type(row<QuotaState & { looked_at: number }>())`
    SELECT used::float8 AS used, date_trunc('second', frees_at + interval '999999 microseconds') AS next_free_at,
      looked_at::int AS looked_at
    FROM quota_use(${orgId}, ${ALL}::bigint, ${window(limit)})`);
  countHoursLater(db, orgId, lookedAt);
  return state;
};

/**
 * Records what is about to be sent for a reservation.
 * @returns `false` when the reservation is gone, because others took the process for dead or it took too long: nothing is to be sent
 */
export const markSent = async (
  db: CommonQueryMethods,
  id: string,
  compose: Omit<NewCompose, 'jobId'>,
  fingerprint: string,
  idempotencyId: string | null = null,
): Promise<boolean> => {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    UPDATE build_reservations
    SET state = 'sent', compose = ${JSON.stringify(compose)}::jsonb, fingerprint = ${fingerprint}, sent_at = clock_timestamp(),
      idempotency_id = ${idempotencyId}::uuid
    WHERE id = ${id}`);
  return rowCount > 0;
};

/** Ends reservations whose builds were not accepted. */
export const releaseReservations = async (db: CommonQueryMethods, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return;
  await db.query(sql.type(row<Record<never, never>>())`
    DELETE FROM build_reservations WHERE id = ANY (${sql.array(ids, 'uuid')})`);
};

const becomeUnknown = sql.fragment`
  SET state = 'unknown', expires_at = now() + make_interval(secs => ${UNKNOWN_LIFETIME_SECONDS})`;

/** Keeps a reservation as one of which nobody knows whether composer took the build. */
export const markUnknown = async (db: CommonQueryMethods, id: string): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE build_reservations ${becomeUnknown}, told = true WHERE id = ${id}`);
};

/** Says that a process is alive for that many more seconds, and forgets those that have long been dead. */
export const keepProcessAlive = async (db: CommonQueryMethods, id: string, seconds: number): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    WITH forgotten AS (
      DELETE FROM service_processes WHERE alive_until < now() - interval '1 day'
    )
    INSERT INTO service_processes (id, alive_until) VALUES (${id}, now() + make_interval(secs => ${seconds}))
    ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until`);
};

/** Ends a process that is done: nothing of it waits for others. */
export const endProcess = async (db: CommonQueryMethods, id: string): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`DELETE FROM service_processes WHERE id = ${id}`);
};

/**
 * Settles what dead processes left, as far as that can be done without composer: what had not been sent is released, what had been
 * is unknown from now on.
 * @returns how many reservations were released
 */
export const settleAbandonedBuilds = async (db: CommonQueryMethods): Promise<number> => {
  const { released } = await db.one(sql.type(row<{ released: number }>())`
    WITH abandoned AS (
      SELECT id, state FROM build_reservations AS r
      WHERE state IN ('reserved', 'sent') AND (
        expires_at < now()
        OR process_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM service_processes AS p WHERE p.id = r.process_id AND p.alive_until > now())
      )
      FOR UPDATE SKIP LOCKED
    ), released AS (
      DELETE FROM build_reservations WHERE id IN (SELECT id FROM abandoned WHERE state = 'reserved') RETURNING id
    ), unknown AS (
      UPDATE build_reservations ${becomeUnknown}
      WHERE id IN (SELECT id FROM abandoned WHERE state = 'sent')
    )
    SELECT count(*)::int AS released FROM released`);
  return released;
};

/** A build of which nobody knows whether composer took it, and that nobody has been told of. */
export interface UntoldBuild {
  readonly id: string;
  readonly org_id: string;
  readonly sent_at: string | null;
}

/** Builds of unknown outcome that operators have not been told of, oldest first. */
export const listUntoldBuilds = (db: CommonQueryMethods): Promise<readonly UntoldBuild[]> =>
  db.any(sql.type(row<UntoldBuild>())`
    SELECT id, org_id, sent_at FROM build_reservations WHERE state = 'unknown' AND NOT told ORDER BY sent_at LIMIT 1000`);

/** Records that operators have been told of builds. */
export const markTold = async (db: CommonQueryMethods, ids: readonly string[]): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE build_reservations SET told = true WHERE id = ANY (${sql.array(ids, 'uuid')})`);
};

/** Builds of which nobody knows whether composer took them, oldest first. */
export const listUnknownBuilds = (db: CommonQueryMethods): Promise<readonly UnknownBuild[]> =>
  db.any(sql.type(row<UnknownBuild>())`
    SELECT id, org_id, compose, fingerprint, extract(epoch FROM clock_timestamp() - sent_at)::float8 AS age
    FROM build_reservations
    WHERE state = 'unknown' AND expires_at > now() AND compose IS NOT NULL
    ORDER BY sent_at`);

/** How many builds there are of which nobody knows whether composer took them. */
export const countUnknownBuilds = async (db: CommonQueryMethods): Promise<number> => {
  const { total } = await db.one(sql.type(row<{ total: number }>())`
    SELECT count(*)::int AS total FROM build_reservations WHERE state = 'unknown' AND expires_at > now()`);
  return total;
};

/** Ids of reservations whose builds are being sent right now. */
export const listSentReservations = async (db: CommonQueryMethods): Promise<readonly string[]> => {
  const rows = await db.any(sql.type(row<{ id: string }>())`
    SELECT id FROM build_reservations WHERE state = 'sent'`);
  return rows.map(({ id }) => id);
};

/** Whether one of these reservations is still being sent. */
export const isAnySent = async (db: CommonQueryMethods, ids: readonly string[]): Promise<boolean> => {
  const { sent } = await db.one(sql.type(row<{ sent: boolean }>())`
    SELECT EXISTS (SELECT FROM build_reservations WHERE state = 'sent' AND id = ANY (${sql.array(ids, 'uuid')})) AS sent`);
  return sent;
};
