import { composesOfBlueprint } from '../blueprints/blueprint-composes.ts';
import { depsolve } from '../composes/depsolve.ts';
import { startComposes, type ComposeOrder, type Caller } from '../composes/start-composes.ts';
import { StoringPendingError } from '../composes/store-compose.ts';
import { platformContext } from '../../upstream/call-context.ts';
import { UpstreamError } from '../../upstream/errors.ts';
import { planCompose } from '../compose-requests/compose-plan.ts';
import { packagesHash, toDepsolveRequest, type ResolvedPackages } from '../compose-requests/depsolve-request.ts';
import type { ImageType } from '../compose-requests/types.ts';
import { findRepositories } from '../build-inputs/repositories.ts';
import type { AppContext } from '../../context.ts';
import type { RunEnd, TakenRun } from '../../db/queries/schedule-runs.ts';
import { ServiceError } from '../../lib/errors.ts';
import type { Logger } from '../../observability/logger.ts';
import { QuotaExceededError } from '../quota.ts';
import { newTraceId } from '../../lib/ids.ts';
import { identityOf } from './caller.ts';
import { findPauseReason } from './pause.ts';

/** Idempotency keys of runs share the table of requests; no operation has this name. */
const OPERATION = 'scheduleRun';

/** Pause before a pending run is retried. */
const RETRY_SECONDS = 5;

/** A run that is pending for longer fails. */
const MAX_PENDING_SECONDS = 1_800;

/** While composer fails to resolve packages, a run is retried at this pace, and for this long. */
const UNRESOLVED_RETRY_SECONDS = 60;
const MAX_UNRESOLVED_SECONDS = 6 * 3_600;

/** Attempts to take a key that other processes take and release concurrently. */
const MAX_KEY_ATTEMPTS = 10;

/** In characters. */
const MAX_DETAIL_LENGTH = 4_000;

/** The run failed; the message is visible to the owner of the schedule. */
class RunFailedError extends Error {
  readonly composeIds: readonly string[];
  constructor(detail: string, composeIds: readonly string[] = []) {
    super(detail);
    this.composeIds = composeIds;
  }
}

/** A later attempt continues the run: which composes it has started, or what its packages are, is still unknown. */
class RunPendingError extends Error {
  readonly retrySeconds: number;
  constructor(retrySeconds = RETRY_SECONDS) {
    super('the run is pending');
    this.retrySeconds = retrySeconds;
  }
}

/** Another implementation has deleted the blueprint; this service deletes the schedule. */
class BlueprintDeletedError extends Error {}

const PENDING_DETAIL = 'it is unknown whether its builds were started';

/** Composes that an earlier attempt has started; `null` when this attempt starts them. */
const findStartedComposes = async (ctx: AppContext, run: TakenRun): Promise<readonly string[] | null> => {
  const { db } = ctx;
  const key = { orgId: run.org_id, operation: OPERATION, key: run.id, fingerprint: '' };
  for (let attempt = 0; attempt < MAX_KEY_ATTEMPTS; attempt += 1) {
    // The key carries the id of the attempt: the database rejects late writes of earlier attempts.
    if (await db.idempotencyKeys.take(run.attempt, key, run.process_id)) return null;
    const taken = await db.idempotencyKeys.find(key);
    if (taken === null) continue;
    const { created, wanted } = taken;
    if (created.length >= (wanted ?? 1)) return created;
    if (taken.running || taken.pending) {
      if (run.age > MAX_PENDING_SECONDS) throw new RunFailedError(PENDING_DETAIL, created);
      throw new RunPendingError();
    }
    if (created.length > 0)
      throw new RunFailedError(`interrupted after ${created.length} of ${wanted ?? 1} builds were started`, created);
    await db.idempotencyKeys.free(taken.id);
  }
  throw new RunPendingError();
};

/**
 * The packages of a compose and of a minimal system, so that an update of either is a change.
 * @throws RunFailedError when the packages cannot be resolved, RunPendingError while composer fails
 */
const resolvePackages = async (
  ctx: AppContext,
  caller: Caller,
  run: TakenRun,
  { request }: ComposeOrder,
): Promise<ResolvedPackages> => {
  const { identity } = caller;
  const plan = planCompose(ctx, identity, request);
  const repositories = await findRepositories(ctx, plan, identity, platformContext(caller));
  const body = toDepsolveRequest(plan, repositories, { withMinimalSystem: true });
  if (body === null) throw new RunFailedError('packages of bootable containers cannot be compared');
  const result = await depsolve(ctx, caller, body);
  if (result.outcome === 'unresolvable') throw new RunFailedError(`the packages cannot be resolved: ${result.reason}`);
  if (result.outcome === 'resolved') return result;
  if (run.age <= MAX_UNRESOLVED_SECONDS) throw new RunPendingError(UNRESOLVED_RETRY_SECONDS);
  throw new RunFailedError(
    `the packages could not be resolved for ${MAX_UNRESOLVED_SECONDS / 3_600} hours: ${result.reason}`,
  );
};

/** A fingerprint of the packages of all composes. */
const hashPackages = async (
  ctx: AppContext,
  caller: Caller,
  run: TakenRun,
  composes: readonly ComposeOrder[],
): Promise<string> => {
  const images: ResolvedPackages[] = [];
  // Sequential, to limit the load on composer: no client waits.
  for (const compose of composes) images.push(await resolvePackages(ctx, caller, run, compose));
  const composeKeys = composes.map(
    ({ blueprint, request }) => `${blueprint?.versionId} ${request.image_requests[0]?.image_type}`,
  );
  return packagesHash(images, composeKeys);
};

const execute = async (ctx: AppContext, run: TakenRun, caller: Caller): Promise<RunEnd> => {
  const blueprint = await ctx.db.blueprints.find(run.org_id, run.blueprint_id);
  if (blueprint === null) {
    await ctx.db.schedules.delete(run.org_id, run.blueprint_id, null);
    throw new BlueprintDeletedError('the blueprint is deleted, and so is its schedule');
  }
  const composes = composesOfBlueprint(blueprint, (run.image_types as readonly ImageType[] | null) ?? undefined, 'api');
  if (composes.length === 0) throw new RunFailedError('the blueprint has no image of these types');
  const pauseReason = findPauseReason(ctx, run, composes);
  if (pauseReason !== null) return { outcome: 'refused', composeIds: [], detail: pauseReason, pauseReason };
  const packages = run.only_if_changed ? await hashPackages(ctx, caller, run, composes) : null;
  if (packages !== null && packages === run.last_packages)
    return { outcome: 'unchanged', composeIds: [], detail: null };
  // Recorded before composes start: another process that takes over the run reuses the packages.
  if (!(await ctx.db.schedules.recordRunPackages(run, packages))) throw new RunPendingError();
  const started = await startComposes(ctx, caller, composes);
  return { outcome: 'built', composeIds: started.map(({ id }) => id), detail: null };
};

/**
 * The end of a failed run, with the composes recorded under its key.
 * @throws RunPendingError while the composes are unknown
 */
const toFailedEnd = async (ctx: AppContext, run: TakenRun, error: unknown): Promise<RunEnd> => {
  if (error instanceof RunPendingError) throw error;
  if (error instanceof RunFailedError)
    return { outcome: 'failed', composeIds: error.composeIds, detail: error.message };
  if (error instanceof QuotaExceededError) return { outcome: 'refused', composeIds: [], detail: error.message };
  const taken = await ctx.db.idempotencyKeys.find({ orgId: run.org_id, operation: OPERATION, key: run.id });
  // Without a key of this attempt it started nothing, or another process has taken over the run.
  if (error instanceof StoringPendingError || taken?.id !== run.attempt || taken.pending) throw new RunPendingError();
  const isExpected = error instanceof ServiceError || error instanceof UpstreamError;
  return { outcome: 'failed', composeIds: taken.created, detail: isExpected ? error.message : 'the service failed' };
};

/** Releases the run for a later attempt. If that fails, another process takes over after this process has ended. */
const releaseRun = async ({ db, log, background }: AppContext, run: TakenRun, seconds: number): Promise<void> => {
  try {
    await db.idempotencyKeys.detach(run.attempt);
    await db.schedules.postponeRun(run, seconds);
    background.wake('run-schedules', seconds * 1000);
  } catch (error) {
    log.warn(
      { event: 'schedule.postpone_failed', err: error, run: run.id },
      'a run of a schedule cannot be postponed to a later attempt',
    );
  }
};

const recordEnd = async (ctx: AppContext, log: Logger, run: TakenRun, ended: RunEnd): Promise<void> => {
  const composeIds = [...ended.composeIds];
  const detail =
    ended.detail === null ? null : ended.detail.slice(0, MAX_DETAIL_LENGTH).toWellFormed().replaceAll('\0', '');
  const write = async (): Promise<void> => {
    const written = await ctx.db.schedules.endRun(
      run,
      { ...ended, composeIds, detail },
      ctx.config.scheduleMaxFailures,
    );
    // Another process has taken over the run, or the schedule is deleted.
    if (written === null) return;
    const { outcome } = ended;
    ctx.metrics.scheduleRuns.inc({ outcome });
    const fields = { outcome, detail, compose_ids: composeIds };
    if (outcome === 'failed') log.warn({ event: 'schedule.run_failed', ...fields }, 'a run of a schedule failed');
    else log.info({ event: 'schedule.run_completed', ...fields }, 'a schedule has run');
    if (written.disabled) log.warn({ event: 'schedule.disabled' }, 'a schedule is disabled: it failed too often');
    if (written.paused) log.warn({ event: 'schedule.paused', reason: detail }, 'a schedule is paused');
    if (written.resumed) log.info({ event: 'schedule.resumed' }, 'a schedule is not paused any more');
  };
  // While this process runs, no other process ends the run.
  await ctx.retries.runOrAdd({ what: 'end a run of a schedule', fields: { run: run.id }, run: write });
};

/** Executes a run that this process has taken, and records its end. Does not reject. */
export async function runSchedule(ctx: AppContext, run: TakenRun): Promise<void> {
  const traceId = newTraceId();
  const log = ctx.log.child({
    ...{ job: 'schedule', trace_id: traceId, org_id: run.org_id },
    ...{ blueprint_id: run.blueprint_id, run: run.id },
  });
  const identity = identityOf(run.org_id, run.caller, ctx.config.auth);
  const caller: Caller = { identity, traceId, log, idempotencyId: run.attempt, audit: null, followedClosely: true };
  try {
    const composeIds = await findStartedComposes(ctx, run);
    const ended: RunEnd = composeIds ? { outcome: 'built', composeIds, detail: null } : await execute(ctx, run, caller);
    await recordEnd(ctx, log, run, ended);
  } catch (error) {
    if (error instanceof BlueprintDeletedError) {
      log.info({ event: 'schedule.run_cancelled' }, error.message);
      return;
    }
    const isExpected = [ServiceError, RunFailedError, RunPendingError, StoringPendingError].some(
      (type) => error instanceof type,
    );
    if (!isExpected) log.error({ event: 'schedule.run_error', err: error }, 'a run of a schedule failed unexpectedly');
    else log.debug({ event: 'schedule.run_interrupted', err: error }, 'a run of a schedule was interrupted');
    const ended = await toFailedEnd(ctx, run, error).catch(() => null);
    const retrySeconds = error instanceof RunPendingError ? error.retrySeconds : RETRY_SECONDS;
    if (ended === null) await releaseRun(ctx, run, retrySeconds);
    else await recordEnd(ctx, log, run, ended);
  }
}
