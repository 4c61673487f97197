import { LRUCache } from 'lru-cache';
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import { batch } from '../batch.ts';
import type { CommonQueryMethods, DatabaseAccess } from '../database.ts';
import type { MakeComposeTexts } from './indexing.ts';
import type { AuditEntry } from './recording.ts';
import { countRows } from '../page.ts';
import { startTurn } from '../../lib/turn.ts';
import { noColumns } from '../row-check.ts';
import type { StorageSupport } from '../vault.ts';

/** How many composes an organization may start within a sliding window. */
export interface QuotaLimit {
  readonly quota: number;
  /** Length of the window in nanoseconds, the unit of the quota file. */
  readonly slidingWindow: number;
}

/** A compose to be stored once composer has accepted it. */
export interface NewCompose {
  readonly request: unknown;
  readonly account_number: string;
  readonly email: string;
  readonly org_id: string;
  readonly image_name: string | null;
  readonly client_id: string | null;
  /** The blueprint version of the compose; `null` for none, as are the next two members. */
  readonly blueprint_version_id: string | null;
  readonly blueprint_id: string | null;
  readonly blueprint_version: number | null;
  readonly labels: Readonly<Record<string, string>> | null;
  /** Whether a schedule waits for the end of the compose. */
  readonly followed_closely: boolean;
  /** Audit entry of the request, `null` for a schedule. Several composes of a request share an entry. */
  readonly audit: AuditEntry | null;
}

/** A reservation. It contains the compose until the compose is stored. */
export interface NewReservation {
  /** Chosen by the caller, who can release the reservation even if the response is lost. */
  readonly id: string;
  readonly compose: NewCompose;
  /** Identifies the request to composer. */
  readonly fingerprint: string;
}

export interface ReservationRequest {
  readonly orgId: string;
  readonly limit: QuotaLimit | null;
  /** At least one, in the order of sending. The first is recorded as sent at once. */
  readonly reservations: readonly NewReservation[];
  /** The process that sends the composes. */
  readonly processId: string | null;
  /** Id of the request's idempotency key. */
  readonly idempotencyId: string | null;
}

/** Seconds after which the reservation of a dead process stops counting. Longer than any request. */
const LIFETIME_SECONDS = 900;

/** Seconds for which a compose of unknown outcome counts. Longer than any build. */
const UNKNOWN_LIFETIME_SECONDS = 6 * 3600;

const NANOSECONDS = 1e9;

/** Number of composes that counted against a quota at a time, a result and an argument of `reserve_builds`. */
const knownCount = z.strictObject({ composes: z.number(), at: z.string() });
type KnownCount = z.infer<typeof knownCount>;

/** A request in the arguments of `reserve_builds`. */
interface RequestTexts {
  readonly request: string;
  /** Objects without their first member, the position of the request. */
  readonly builds: readonly string[];
}

const sizeOf = ({ builds }: RequestTexts): number => builds.reduce((sum, { length }) => sum + length, 0);

/** Makes the texts of a request. The statement that stores a compose reads the members of `compose`. */
async function toTexts(
  { orgId, limit, reservations, processId, idempotencyId }: ReservationRequest,
  known: KnownCount | null,
  composeTexts: MakeComposeTexts,
): Promise<RequestTexts> {
  const turn = startTurn();
  const builds: string[] = [];
  for (const [index, { id, compose, fingerprint }] of reservations.entries()) {
    const { request, ...members } = compose;
    const requestText = JSON.stringify(request);
    const texts = composeTexts({ ...compose, request: requestText });
    if (turn.isLong()) await turn.next();
    const stored = { id, org: orgId, process: processId, idempotency: idempotencyId, fingerprint, isSent: index === 0 };
    const composeText = `{"request":${requestText},${JSON.stringify({ ...members, ...texts }).slice(1)}`;
    builds.push(`${JSON.stringify(stored).slice(1, -1)},"compose":${composeText}}`);
    if (turn.isLong()) await turn.next();
  }
  const quota = limit && { quota: limit.quota, window: limit.slidingWindow / NANOSECONDS, known };
  return { request: JSON.stringify({ org: orgId, wanted: builds.length, ...quota }), builds };
}

const outcome = z.strictObject({ reserved: z.boolean(), counted: knownCount.nullable() });
type Outcome = z.infer<typeof outcome>;

/** Reserves composes for several requests. @returns for each request whether it is granted */
function reserveTogether(db: CommonQueryMethods, texts: readonly RequestTexts[]): Promise<readonly Outcome[]> {
  const requests = texts.map(({ request }) => request);
  const builds = texts.flatMap((one, index) => one.builds.map((build) => `{"request":${index + 1},${build}`));
  return db.any(sql.type(outcome)`
    SELECT reserved, counted
    FROM reserve_builds(
      ${`[${requests.join(',')}]`}::json, ${`[${builds.join(',')}]`}::json, make_interval(secs => ${LIFETIME_SECONDS})
    )
    ORDER BY number`);
}

/** Smallest count that is cached, and size of the cache in organizations. */
const LARGE_COUNT = 1_000;
const MOST_KNOWN = 1_000;

/**
 * Creates the batched reservation of composes: concurrent requests of all organizations share a commit. A request is granted for all of
 * its composes or for none, exactly under any concurrency and across processes.
 */
export function batchReservations(
  { use }: DatabaseAccess,
  { composeTexts, vault }: StorageSupport,
): (request: ReservationRequest) => Promise<boolean> {
  const reserve = batch<RequestTexts, Outcome>((texts) => use((db) => reserveTogether(db, texts)), {
    ...{ most: 50, inFlight: 2, sizeOf, mostSize: 512 * 1024 },
  });
  const known = new LRUCache<string, KnownCount>({ max: MOST_KNOWN });
  const withSealedRequests = (given: ReservationRequest): Promise<ReservationRequest> =>
    use(async (db) => {
      const reservations: NewReservation[] = [];
      for (const { compose, ...reservation } of given.reservations)
        reservations.push({
          ...reservation,
          compose: { ...compose, request: await vault.seal(db, given.orgId, compose.request) },
        });
      return { ...given, reservations };
    });
  return async (given) => {
    const request = vault.sealsRequests ? await withSealedRequests(given) : given;
    const key = `${request.limit?.quota} ${request.limit?.slidingWindow} ${request.orgId}`;
    const { reserved, counted } = await reserve(await toTexts(request, known.get(key) ?? null, composeTexts));
    if (counted && counted.composes >= LARGE_COUNT) known.set(key, counted);
    return reserved;
  };
}

const quotaUse = z.strictObject({
  /** Composes and reservations that count. */
  used: z.number(),
  /** Seconds until the oldest of them stops counting, `null` when nothing counts. */
  frees_in: z.number().nullable(),
  /** The same as a time, rounded up to seconds. */
  next_free_at: z.string().nullable(),
});
export type QuotaUse = z.infer<typeof quotaUse>;

/**
 * Reads the organization's current use of its quota.
 * @param most composes that are counted at most, `null` for all: a lowered quota can be exceeded
 */
export function readQuotaUse(
  db: CommonQueryMethods,
  orgId: string,
  { quota, slidingWindow }: QuotaLimit,
  most: number | null = Math.max(1, quota),
): Promise<QuotaUse> {
  const window = sql.fragment`make_interval(secs => ${slidingWindow / NANOSECONDS}::float8)`;
  return db.one(sql.type(quotaUse)`
    SELECT composes.total + reservations.total AS used, extract(epoch FROM frees_at - now())::float8 AS frees_in,
      date_trunc('second', frees_at + interval '999999 microseconds') AS next_free_at
    FROM (
      SELECT count(*)::int AS total, min(created_at)::timestamptz + ${window} AS free_at FROM (
        SELECT created_at FROM composes
        WHERE org_id = ${orgId} AND created_at >= CURRENT_TIMESTAMP::timestamp - ${window}
        ORDER BY created_at
        LIMIT ${most}::bigint
      ) AS oldest
    ) AS composes, (
      SELECT count(*)::int AS total, min(expires_at) AS free_at
      FROM build_reservations WHERE org_id = ${orgId} AND expires_at > now()
    ) AS reservations, coalesce(composes.free_at, reservations.free_at) AS frees_at`);
}

/**
 * Records that a reserved compose is about to be sent.
 * @returns `false` when the reservation has expired or was reconciled: the compose must not be sent
 */
export async function markSent(db: CommonQueryMethods, id: string): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(noColumns)`
    UPDATE build_reservations SET state = 'sent', sent_at = clock_timestamp() WHERE id = ${id}`);
  return rowCount > 0;
}

/** Deletes reservations whose composes composer did not accept. */
export async function releaseReservations(db: CommonQueryMethods, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.query(sql.type(noColumns)`DELETE FROM build_reservations WHERE id = ANY (${sql.array(ids, 'uuid')})`);
}

const becomeUnknown: FragmentSqlToken = sql.fragment`
  SET state = 'unknown', expires_at = now() + make_interval(secs => ${UNKNOWN_LIFETIME_SECONDS})`;

/** Records that the outcome of a compose is unknown, after the caller has logged that. */
export async function markUnknown(db: CommonQueryMethods, id: string): Promise<void> {
  await db.query(sql.type(noColumns)`UPDATE build_reservations ${becomeUnknown}, alerted = true WHERE id = ${id}`);
}

/**
 * Reconciles reservations of dead processes: releases those of composes that were not sent, and marks the outcome of sent composes as
 * unknown.
 * @returns the number of released reservations
 */
export function reconcileReservations(db: CommonQueryMethods): Promise<number> {
  return db.oneFirst(sql.type(z.strictObject({ released: z.number() }))`
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
      UPDATE build_reservations ${becomeUnknown} WHERE id IN (SELECT id FROM left_over WHERE state = 'sent')
    )
    SELECT count(*)::int AS released FROM released`);
}

const unknownCompose = z.strictObject({
  /** Id of the reservation. */
  id: z.string(),
  org_id: z.string(),
  fingerprint: z.string(),
  sent_at: z.string(),
  /** Seconds since it was sent. */
  age: z.number(),
  /** Whether operators were alerted. */
  alerted: z.boolean(),
});

/** A compose whose outcome is unknown: composer may have accepted it. */
export type UnknownCompose = z.infer<typeof unknownCompose>;

/** Lists composes of unknown outcome that count, oldest first. */
export function listUnknownComposes(db: CommonQueryMethods): Promise<readonly UnknownCompose[]> {
  return db.any(sql.type(unknownCompose)`
    SELECT id, org_id, fingerprint, sent_at, extract(epoch FROM clock_timestamp() - sent_at)::float8 AS age, alerted
    FROM build_reservations WHERE state = 'unknown' AND expires_at > now() ORDER BY build_reservations.sent_at`);
}

/** Counts composes of unknown outcome. */
export function countUnknownComposes(db: CommonQueryMethods): Promise<number> {
  return countRows(db, sql.fragment`build_reservations WHERE state = 'unknown' AND expires_at > now()`);
}

/** Records that operators were alerted of composes of unknown outcome. */
export async function markAlerted(db: CommonQueryMethods, ids: readonly string[]): Promise<void> {
  await db.query(sql.type(noColumns)`
    UPDATE build_reservations SET alerted = true WHERE id = ANY (${sql.array(ids, 'uuid')})`);
}

/** Lists reservations whose composes are being sent. */
export function listSentReservations(db: CommonQueryMethods): Promise<readonly string[]> {
  return db.anyFirst(sql.type(z.strictObject({ id: z.string() }))`
    SELECT id FROM build_reservations WHERE state = 'sent'`);
}
