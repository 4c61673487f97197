import { setTimeout as wait } from 'node:timers/promises';
import { serviceCall, type CallContext } from '../clients/call-context.ts';
import type { AppContext } from '../context.ts';
import type { UnknownBuild } from '../db/build-reservations.ts';
import { ComposeAbandonedError, ComposeIdTakenError } from '../db/composes.ts';
import { isUuid } from '../uuid.ts';
import { deleteAbandoned } from './delete-at-composer.ts';
import { fingerprintOf } from './fingerprint.ts';
import { settleAbandoned } from './settle-abandoned.ts';

/** Milliseconds between two looks at whether builds are still being sent. */
const LOOK = 100;

/** Orphans that one run looks at. There are few, except where somebody else's builds are in the list. */
const MOST_ORPHANS = 50;

/** An orphan: composer has the build, and nobody here knows it. */
interface Orphan {
  readonly id: string;
  /** Tells its request from others, `null` when composer does not say what was asked for. */
  readonly fingerprint: string | null;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Ids of the builds that composer has, and whether that is all of them. */
interface ComposerList {
  readonly ids: readonly string[];
  readonly complete: boolean;
}

/** @throws Error when composer does not tell */
const listAtComposer = async ({ composer }: AppContext, call: CallContext): Promise<ComposerList> => {
  const answer = await composer.getComposeList({}, serviceCall(call));
  const body: unknown = answer.json(200);
  if (!isObject(body) || !Array.isArray(body['items']))
    throw new Error(`composer answered ${answer.status} to its list`);
  const { items, total } = body as { items: unknown[]; total?: unknown };
  const ids = items.map((item) => (isObject(item) ? String(item['id']) : '')).filter(isUuid);
  return {
    ids: ids.map((id) => id.toLowerCase()),
    complete: ids.length === items.length && !(typeof total === 'number' && total > items.length),
  };
};

/** Waits until everything that is being sent now is either stored or given up. */
const sendingSettles = async (ctx: AppContext, signal: AbortSignal): Promise<void> => {
  const sent = await ctx.db.reservations.listSent();
  while (sent.length > 0 && (await ctx.db.reservations.isAnySent(sent))) {
    await wait(LOOK, undefined, { signal });
    await settleAbandoned(ctx);
  }
};

/** What composer says of an orphan: `null` when it is gone meanwhile, `unread` when composer does not say. */
const readOrphan = async (
  { composer }: AppContext,
  call: CallContext,
  id: string,
): Promise<Orphan | null | 'unread'> => {
  try {
    const answer = await composer.getComposeMetadata({ path: { id } }, serviceCall(call));
    if (answer.status === 404) return null;
    const metadata: unknown = answer.json(200);
    if (!isObject(metadata)) throw new Error(`composer answered ${answer.status}`);
    const request = metadata['request'];
    return { id, fingerprint: isObject(request) ? fingerprintOf(request) : null };
  } catch (error) {
    call.log.warn({ err: error, job_id: id }, 'composer does not say what was asked for with a build');
    return 'unread';
  }
};

/** Orphans, and whether those are all there are: a later run looks at the others. */
interface Orphans {
  readonly orphans: readonly Orphan[];
  readonly complete: boolean;
}

/**
 * Builds that composer has and that are nobody's. A build that was in the list belongs to something that was being sent by then;
 * so what is still unknown once all of that has settled stays unknown.
 */
const findOrphans = async (
  ctx: AppContext,
  call: CallContext,
  listed: readonly string[],
  signal: AbortSignal,
): Promise<Orphans> => {
  const unknown = async (ids: readonly string[]): Promise<string[]> => {
    const known = new Set(await ctx.db.composes.listKnown(ids));
    return ids.filter((id) => !known.has(id));
  };
  const suspects = await unknown(listed);
  if (suspects.length === 0) return { orphans: [], complete: true };
  await sendingSettles(ctx, signal);
  const ids = await unknown(suspects);
  const read: (Orphan | null | 'unread')[] = [];
  for (const id of ids.slice(0, MOST_ORPHANS)) {
    signal.throwIfAborted();
    read.push(await readOrphan(ctx, call, id));
  }
  return {
    orphans: read.filter((one) => one !== null && one !== 'unread'),
    complete: ids.length <= MOST_ORPHANS && !read.includes('unread'),
  };
};

/**
 * Which orphan is which build: only where there is no doubt. Several of one organization with the same request may be any of one
 * another; those of several organizations may not, and one that composer does not tell the request of is nobody's: it may be of
 * a request that was given up long ago.
 */
export const matchOrphans = (
  orphans: readonly Orphan[],
  builds: readonly UnknownBuild[],
): ReadonlyMap<string, UnknownBuild> => {
  const matches = new Map<string, UnknownBuild>();
  for (const [fingerprint, alike] of Map.groupBy(builds, (one) => one.fingerprint)) {
    const candidates = orphans.filter((one) => one.fingerprint === fingerprint);
    const organizations = new Set(alike.map((one) => one.org_id));
    if (organizations.size > 1 || candidates.length > alike.length) continue;
    for (const [index, candidate] of candidates.entries()) matches.set(candidate.id, alike[index] as UnknownBuild);
  }
  return matches;
};

const adopt = async ({ db, metrics }: AppContext, call: CallContext, jobId: string, build: UnknownBuild) => {
  const fields = { job_id: jobId, org_id: build.org_id, reservation: build.id };
  try {
    await db.composes.store({ ...build.compose, jobId }, build.id);
  } catch (error) {
    // Somebody else settled the build or its reservation meanwhile.
    if (error instanceof ComposeIdTakenError || error instanceof ComposeAbandonedError) return;
    call.log.error({ err: error, ...fields }, 'a build that had been lost cannot be adopted');
    return;
  }
  call.log.warn(fields, 'a build that had been lost is adopted');
  metrics.buildSettlements.inc({ outcome: 'adopted' });
};

const remove = async (ctx: AppContext, call: CallContext, jobId: string): Promise<void> => {
  try {
    // Unless whoever sent it has stored it after all.
    if (!(await ctx.db.composes.abandon(jobId, null))) return;
    await deleteAbandoned(ctx, call, jobId);
    call.log.warn({ job_id: jobId }, 'a build that is nobody’s is deleted at composer');
    ctx.metrics.buildSettlements.inc({ outcome: 'deleted' });
  } catch (error) {
    call.log.warn({ err: error, job_id: jobId }, 'a build that is nobody’s cannot be deleted at composer yet');
  }
};

/**
 * Settles builds of unknown outcome by composer's list, which must hold nobody's builds but ours: what is certainly one of them is
 * adopted, other builds that we do not know are deleted, and builds that composer does not have are released once it cannot get
 * them any more. Several processes may do so at the same time: every step of it is taken once, by whoever is first.
 * @throws when composer or the database cannot be asked, or the signal comes
 */
export const settleWithComposer = async (ctx: AppContext, call: CallContext, signal: AbortSignal): Promise<void> => {
  const { db, metrics, config } = ctx;
  await settleAbandoned(ctx);
  // A request that composer has not taken within the time of a call is not taken any more: if it is not in the list, it never was.
  // One that arrives later all the same is an orphan of a later run.
  const isOver = ({ age }: UnknownBuild): boolean => age * 1000 > config.upstreamTimeout;
  const over = new Set((await db.reservations.listUnknown()).filter(isOver).map(({ id }) => id));
  const list = await listAtComposer(ctx, call);
  const { orphans, complete } = await findOrphans(ctx, call, list.ids, signal);
  const builds = await db.reservations.listUnknown();
  const matches = matchOrphans(orphans, builds);
  for (const [jobId, build] of matches) await adopt(ctx, call, jobId, build);
  for (const { id } of orphans.filter((orphan) => !matches.has(orphan.id))) await remove(ctx, call, id);
  const adopted = new Set([...matches.values()].map(({ id }) => id));
  const isLost = ({ id }: UnknownBuild): boolean => over.has(id) && !adopted.has(id);
  const released = list.complete && complete ? builds.filter(isLost) : [];
  await db.reservations.release(released.map(({ id }) => id));
  for (const { id, org_id: orgId } of released) {
    call.log.warn({ reservation: id, org_id: orgId }, 'a build that composer did not take is released');
    metrics.buildSettlements.inc({ outcome: 'released' });
  }
  metrics.unknownBuilds.set(await db.reservations.countUnknown());
};
