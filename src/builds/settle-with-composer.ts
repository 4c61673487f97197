import { setTimeout as wait } from 'node:timers/promises';
import { serviceCall, type CallContext } from '../clients/call-context.ts';
import type { AppContext } from '../context.ts';
import type { UnknownBuild } from '../db/build-reservations.ts';
import { ComposeIdTaken } from '../db/composes.ts';
import { isUuid } from '../uuid.ts';
import { fingerprintOf } from './fingerprint.ts';
import { settleAbandoned } from './settle-abandoned.ts';
import { deleteAtComposer } from './store-build.ts';

/** Milliseconds between two looks at whether builds are still being sent. */
const LOOK = 100;

/** An orphan: composer has the build, and nobody here knows it. */
interface Orphan {
  readonly id: string;
  /** Tells its request from others, `null` when composer does not say what was asked for. */
  readonly fingerprint: string | null;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Ids of all builds that composer has. */
const listAtComposer = async ({ composer }: AppContext, call: CallContext): Promise<string[]> => {
  const answer = await composer.getComposeList({}, serviceCall(call));
  const body: unknown = answer.json(200);
  if (!isObject(body) || !Array.isArray(body['items']))
    throw new Error(`composer answered ${answer.status} to its list`);
  const ids = body['items'].map((item) => (isObject(item) ? String(item['id']) : ''));
  return ids.filter(isUuid).map((id) => id.toLowerCase());
};

/** Waits until everything that is being sent now is either stored or given up. */
const sendingSettles = async (ctx: AppContext, signal: AbortSignal): Promise<void> => {
  const sent = await ctx.db.listSentReservations();
  while (sent.length > 0 && (await ctx.db.isAnySent(sent))) {
    await wait(LOOK, undefined, { signal });
    await settleAbandoned(ctx);
  }
};

/**
 * Builds that composer has and that are nobody's. A build that was in the list belongs to something that was being sent by then;
 * so what is still unknown once all of that has settled stays unknown.
 */
const findOrphans = async (ctx: AppContext, call: CallContext, signal: AbortSignal): Promise<Orphan[]> => {
  const listed = await listAtComposer(ctx, call);
  const unknown = async (ids: readonly string[]): Promise<string[]> => {
    const known = new Set(await ctx.db.listKnownComposes(ids));
    return ids.filter((id) => !known.has(id));
  };
  const suspects = await unknown(listed);
  if (suspects.length === 0) return [];
  await sendingSettles(ctx, signal);
  const orphans = await unknown(suspects);
  return Promise.all(
    orphans.map(async (id) => {
      const answer = await ctx.composer.getComposeMetadata({ path: { id } }, serviceCall(call));
      const metadata: unknown = answer.json(200);
      const request = isObject(metadata) ? metadata['request'] : undefined;
      return { id, fingerprint: isObject(request) ? fingerprintOf(request) : null };
    }),
  );
};

/**
 * Which orphan is which build: only where there is no doubt. Several of one organization with the same request may be any of one
 * another; those of several organizations may not.
 */
export const matchOrphans = (
  orphans: readonly Orphan[],
  builds: readonly UnknownBuild[],
): ReadonlyMap<string, UnknownBuild> => {
  const matches = new Map<string, UnknownBuild>();
  const [orphan, build] = [orphans[0], builds[0]];
  if (orphans.length === 1 && builds.length === 1 && orphan && build && orphan.fingerprint === null) {
    return matches.set(orphan.id, build);
  }
  for (const [fingerprint, alike] of Map.groupBy(builds, (one) => one.fingerprint)) {
    const candidates = orphans.filter((one) => one.fingerprint === fingerprint);
    const organizations = new Set(alike.map((one) => one.org_id));
    if (organizations.size > 1 || candidates.length > alike.length) continue;
    for (const [index, candidate] of candidates.entries()) matches.set(candidate.id, alike[index] as UnknownBuild);
  }
  return matches;
};

const adopt = async ({ db, log, metrics }: AppContext, jobId: string, build: UnknownBuild): Promise<void> => {
  try {
    await db.insertCompose({ ...build.compose, jobId }, build.id);
  } catch (error) {
    if (!(error instanceof ComposeIdTaken)) throw error;
  }
  log.warn({ job_id: jobId, org_id: build.org_id, reservation: build.id }, 'a build that had been lost is adopted');
  metrics.buildSettlements.inc({ outcome: 'adopted' });
};

/**
 * Settles builds of unknown outcome by composer's list, which must hold nobody's builds but ours: what is certainly one of them is
 * adopted, other builds that we do not know are deleted, and builds that composer does not have are released once it cannot get
 * them any more.
 */
export const settleWithComposer = async (ctx: AppContext, call: CallContext, signal: AbortSignal): Promise<void> => {
  const { db, log, metrics, config } = ctx;
  await settleAbandoned(ctx);
  // A request that composer has not taken within the time of a call is not taken any more: if it is not in the list, it never was.
  const isOver = ({ age }: UnknownBuild): boolean => age * 1000 > config.upstreamTimeout;
  const over = new Set((await db.listUnknownBuilds()).filter(isOver).map(({ id }) => id));
  const orphans = await findOrphans(ctx, call, signal);
  const builds = await db.listUnknownBuilds();
  const matches = matchOrphans(orphans, builds);
  for (const [jobId, build] of matches) await adopt(ctx, jobId, build);
  for (const { id } of orphans.filter((orphan) => !matches.has(orphan.id))) {
    await deleteAtComposer(ctx, call, id);
    log.warn({ job_id: id }, 'a build that is nobody’s is deleted at composer');
    metrics.buildSettlements.inc({ outcome: 'deleted' });
  }
  const adopted = new Set([...matches.values()].map(({ id }) => id));
  const released = builds.filter(({ id }) => over.has(id) && !adopted.has(id));
  await db.releaseReservations(released.map(({ id }) => id));
  for (const { id, org_id: orgId } of released) {
    log.warn({ reservation: id, org_id: orgId }, 'a build that composer did not take is released');
    metrics.buildSettlements.inc({ outcome: 'released' });
  }
  metrics.unknownBuilds.set(await db.countUnknownBuilds());
};
