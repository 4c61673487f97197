import { setTimeout as wait } from 'node:timers/promises';
import { serviceCall, type CallContext } from '../../upstream/call-context.ts';
import { fingerprintOf } from '../compose-requests/composer-request.ts';
import type { AppContext } from '../../context.ts';
import type { UnknownCompose } from '../../db/queries/build-reservations.ts';
import { ComposeAbandonedError, ComposeIdTakenError } from '../../db/queries/composes.ts';
import { isUuid } from '../../lib/ids.ts';
import { deleteAbandoned } from './delete-at-composer.ts';
import { isObject } from '../../lib/json.ts';

const POLL_INTERVAL = 100;

/** Orphans read per run. There are few, unless the tenant is shared with other services. */
const MAX_ORPHANS = 50;

/** A compose at composer that the database does not know. */
interface Orphan {
  readonly id: string;
  /** `null` when composer does not return the request. */
  readonly fingerprint: string | null;
}

/**
 * Reconciles reservations of dead processes without calling composer: unsent ones are released, sent ones get an
 * unknown outcome. Each of these is logged at least once.
 */
export async function reconcileDeadProcesses({ db, log, metrics }: AppContext): Promise<void> {
  const released = await db.reservations.reconcile();
  if (released > 0) {
    log.warn(
      { event: 'reservation.expired_released', reservations: released },
      'reservations of a dead process are released',
    );
    metrics.buildSettlements.inc({ outcome: 'released' }, released);
  }
  const unknown = await db.reservations.listUnknown();
  const unalerted = unknown.filter(({ alerted }) => !alerted);
  for (const { id, org_id: orgId, sent_at: sentAt } of unalerted) {
    log.error(
      { event: 'compose.process_died', reservation: id, org_id: orgId, sent_at: sentAt },
      'a process died while it sent a compose: composer may have accepted it; see docs/reliability.md',
    );
    metrics.buildSettlements.inc({ outcome: 'unknown' });
  }
  if (unalerted.length > 0) await db.reservations.markAlerted(unalerted.map(({ id }) => id));
  metrics.unknownBuilds.set(unknown.length);
}

interface ComposerList {
  readonly ids: readonly string[];
  readonly complete: boolean;
}

/**
 * Composer answers an array, and `null` without composes. Its document says that there is an object with `items` and
 * `total`, so that is read as well.
 */
const listIn = (body: unknown): { readonly items: readonly unknown[]; readonly total: number } | null => {
  if (body === null) return { items: [], total: 0 };
  if (Array.isArray(body)) return { items: body, total: body.length };
  if (!isObject(body)) return null;
  const { items, total } = body as { readonly items?: unknown; readonly total?: unknown };
  if (items === null) return { items: [], total: typeof total === 'number' ? total : 0 };
  return Array.isArray(items) ? { items, total: typeof total === 'number' ? total : items.length } : null;
};

/** @throws Error when composer does not return its list */
const listAtComposer = async ({ composer }: AppContext, call: CallContext): Promise<ComposerList> => {
  const response = await composer.getComposeList({}, serviceCall(call));
  const list = listIn(response.json(200));
  if (list === null) throw new Error(`composer responded with ${response.status} to the request for its list`);
  const ids = list.items.map((item) => (isObject(item) ? String(item['id']) : '')).filter(isUuid);
  return {
    ids: ids.map((id) => id.toLowerCase()),
    complete: ids.length === list.items.length && list.total <= list.items.length,
  };
};

/** Waits until every compose that is being sent is stored, released or abandoned. */
const waitForSends = async (ctx: AppContext, signal: AbortSignal): Promise<void> => {
  const listSent = async (): Promise<Set<string>> => new Set(await ctx.db.reservations.listSent());
  const sent = await listSent();
  while (sent.size > 0 && !sent.isDisjointFrom(await listSent())) {
    await wait(POLL_INTERVAL, undefined, { signal });
    await reconcileDeadProcesses(ctx);
  }
};

const readOrphan = async (
  { composer }: AppContext,
  call: CallContext,
  id: string,
): Promise<Orphan | null | 'unread'> => {
  try {
    const response = await composer.getComposeMetadata({ path: { id } }, serviceCall(call));
    if (response.status === 404) return null;
    const metadata: unknown = response.json(200);
    if (!isObject(metadata)) throw new Error(`composer responded with ${response.status}`);
    const request = metadata['request'];
    return { id, fingerprint: isObject(request) ? fingerprintOf(request) : null };
  } catch (error) {
    call.log.warn(
      { event: 'compose.request_unreadable', err: error, job_id: id },
      'composer does not return the request of a compose',
    );
    return 'unread';
  }
};

interface Orphans {
  readonly orphans: readonly Orphan[];
  readonly complete: boolean;
  /** Orphans that were read and those that were not. */
  readonly count: number;
}

/** Begins a list elsewhere: orphans that stay at composer must not keep later ones from being read. */
const fromAnywhere = (ids: readonly string[]): readonly string[] => {
  const start = Math.floor(Math.random() * ids.length);
  return [...ids.slice(start), ...ids.slice(0, start)];
};

/**
 * A listed compose was sent before the list was made: if the database does not know it after all sends have
 * completed, it is an orphan.
 * @param isSameHistory whether orphans are deleted, so that the next run finds others
 */
const findOrphans = async (
  ctx: AppContext,
  call: CallContext,
  listed: readonly string[],
  isSameHistory: boolean,
  signal: AbortSignal,
): Promise<Orphans> => {
  const unknown = async (ids: readonly string[]): Promise<string[]> => {
    const known = new Set(await ctx.db.composes.listKnown(ids));
    return ids.filter((id) => !known.has(id));
  };
  const candidates = await unknown(listed);
  if (candidates.length === 0) return { orphans: [], complete: true, count: 0 };
  await waitForSends(ctx, signal);
  const found = await unknown(candidates);
  const ids = isSameHistory ? found : fromAnywhere(found);
  const read: (Orphan | null | 'unread')[] = [];
  for (const id of ids.slice(0, MAX_ORPHANS)) {
    signal.throwIfAborted();
    read.push(await readOrphan(ctx, call, id));
  }
  return {
    orphans: read.filter((one) => one !== null && one !== 'unread'),
    complete: ids.length <= MAX_ORPHANS && !read.includes('unread'),
    count: ids.length,
  };
};

/**
 * Matches orphans with composes of unknown outcome by fingerprint, only where the match is certain: composes of one
 * organization with the same request are interchangeable, composes of several organizations are not.
 */
const matchOrphans = (
  orphans: readonly Orphan[],
  composes: readonly UnknownCompose[],
): ReadonlyMap<string, UnknownCompose> => {
  const matches = new Map<string, UnknownCompose>();
  for (const [fingerprint, sameRequest] of Map.groupBy(composes, (one) => one.fingerprint)) {
    const candidates = orphans.filter((one) => one.fingerprint === fingerprint);
    const organizations = new Set(sameRequest.map((one) => one.org_id));
    if (organizations.size > 1 || candidates.length > sameRequest.length) continue;
    for (const [index, candidate] of candidates.entries())
      matches.set(candidate.id, sameRequest[index] as UnknownCompose);
  }
  return matches;
};

const adopt = async ({ db, metrics }: AppContext, call: CallContext, jobId: string, compose: UnknownCompose) => {
  const { id: reservationId, org_id: orgId } = compose;
  const fields = { job_id: jobId, org_id: orgId, reservation: reservationId };
  try {
    await db.composes.store({ jobId, orgId, reservationId });
  } catch (error) {
    // Another process has reconciled the compose or its reservation.
    if (error instanceof ComposeIdTakenError || error instanceof ComposeAbandonedError) return;
    call.log.error(
      { event: 'compose.adopt_failed', err: error, ...fields },
      'a compose of unknown outcome cannot be adopted',
    );
    return;
  }
  call.log.warn({ event: 'compose.adopted', ...fields }, 'a compose of unknown outcome is adopted');
  metrics.buildSettlements.inc({ outcome: 'adopted' });
};

const deleteOrphan = async (ctx: AppContext, call: CallContext, jobId: string): Promise<void> => {
  try {
    // `false` when its process has stored it after all.
    if (!(await ctx.db.composes.abandon(jobId, null))) return;
    await deleteAbandoned(ctx, call, jobId);
    call.log.warn(
      { event: 'compose.orphan_deleted', job_id: jobId },
      'a compose that belongs to no request is deleted at composer',
    );
    ctx.metrics.buildSettlements.inc({ outcome: 'deleted' });
  } catch (error) {
    call.log.warn(
      { event: 'compose.orphan_delete_failed', err: error, job_id: jobId },
      'a compose that belongs to no request cannot be deleted at composer yet',
    );
  }
};

/**
 * Reports orphans instead of deleting them, because the database was recovered since an operator confirmed its state: then it may have lost
 * the composes, and composer's images are all that is left of them. A history that cannot be read counts as another one.
 */
const keepOrphans = ({ metrics }: AppContext, call: CallContext, orphans: readonly Orphan[], count: number): void => {
  if (count === 0) return;
  metrics.buildSettlements.inc({ outcome: 'kept' }, count);
  call.log.error(
    { event: 'compose.orphans_kept', composes: count, job_ids: orphans.map(({ id }) => id) },
    'the database was recovered: composes that it does not have are not deleted at composer',
  );
};

/**
 * Reconciles composes of unknown outcome with composer's list: adopts matching orphans, deletes other orphans (but not after a recovery),
 * releases composes that composer does not have. The tenant must be exclusive, and composer have no other: its list
 * names the composes of all tenants. Concurrent runs are safe.
 * @throws when composer or the database does not respond, or on abort
 */
export async function reconcileWithComposer(ctx: AppContext, call: CallContext, signal: AbortSignal): Promise<void> {
  const { db, metrics, config } = ctx;
  await reconcileDeadProcesses(ctx);
  // Composer accepts a request within the call timeout or never.
  const isOver = ({ age }: UnknownCompose): boolean => age * 1000 > config.upstreamTimeout;
  const over = new Set((await db.reservations.listUnknown()).filter(isOver).map(({ id }) => id));
  // In every run, so that the history is recorded before there is an orphan.
  const isSameHistory = await db.maintenance.isSameHistory().catch(() => false);
  const list = await listAtComposer(ctx, call);
  const { orphans, complete, count } = await findOrphans(ctx, call, list.ids, isSameHistory, signal);
  const composes = await db.reservations.listUnknown();
  const matches = matchOrphans(orphans, composes);
  for (const [jobId, compose] of matches) await adopt(ctx, call, jobId, compose);
  const unmatched = orphans.filter(({ id }) => !matches.has(id));
  if (!isSameHistory) keepOrphans(ctx, call, unmatched, count - matches.size);
  else for (const { id } of unmatched) await deleteOrphan(ctx, call, id);
  const adopted = new Set([...matches.values()].map(({ id }) => id));
  const isUnaccepted = ({ id }: UnknownCompose): boolean => over.has(id) && !adopted.has(id);
  const released = list.complete && complete ? composes.filter(isUnaccepted) : [];
  await db.reservations.release(released.map(({ id }) => id));
  for (const { id, org_id: orgId } of released) {
    call.log.warn(
      { event: 'reservation.released', reservation: id, org_id: orgId },
      'a compose that composer did not accept is released',
    );
    metrics.buildSettlements.inc({ outcome: 'released' });
  }
  metrics.unknownBuilds.set(await db.reservations.countUnknown());
}
