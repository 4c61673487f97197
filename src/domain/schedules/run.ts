import { toBuildOrders } from '../blueprints/compose-orders.ts';
import { depsolve } from '../composes/depsolve.ts';
import { startBuilds, type BuildOrder, type Caller } from '../composes/start-composes.ts';
import { StoringPending } from '../composes/store-compose.ts';
import { UpstreamFailure } from '../../upstream/upstream.ts';
import { planBuild } from '../compose-requests/compose-plan.ts';
import { packagesHash, toDepsolveRequest, type ResolvedPackages } from '../compose-requests/depsolve-request.ts';
import type { ImageType } from '../compose-requests/types.ts';
import { findRepositories } from '../build-inputs/repositories.ts';
import type { AppContext } from '../../context.ts';
import type { RunEnd, TakenRun } from '../../db/queries/schedule-runs.ts';
import { ServiceError } from '../../lib/errors.ts';
import type { Logger } from '../../observability/logger.ts';
import { QuotaExceeded } from '../quota.ts';
import { newTraceId } from '../../lib/trace.ts';
import { identityOf } from './caller.ts';

/** Keys of runs are among those of requests, under a name that no operation has. */
const OPERATION = 'scheduleRun';

/** Seconds until a run is retried of which it is not known yet what it has started. */
const RETRY = 5;

/** Seconds after which such a run fails. */
const LONGEST_DOUBT = 1_800;

/** Attempts to take a key that other processes take and free at the same time. */
const ATTEMPTS = 10;

/** Longest detail that is stored, in characters. */
const LONGEST_DETAIL = 4_000;

/** The run failed, for a reason that its owner sees. */
class RunFailed extends Error {
  readonly composeIds: readonly string[];
  constructor(detail: string, composeIds: readonly string[] = []) {
    super(detail);
    this.composeIds = composeIds;
  }
}

/** It is not known yet what the run has started: a later attempt finds out. */
class RunInDoubt extends Error {}

/** Another implementation has deleted the blueprint, and the schedule is deleted with it. */
class BlueprintGone extends Error {}

const IN_DOUBT = 'it is unknown whether its builds were started';

/** Composes that an earlier attempt at the run has started: then it is over. `null` when this attempt is to start them. */
const startedBefore = async (ctx: AppContext, run: TakenRun): Promise<readonly string[] | null> => {
  const { db } = ctx;
  const key = { orgId: run.org_id, operation: OPERATION, key: run.id, fingerprint: '' };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // Under the attempt's id: the database refuses what an earlier attempt still tries to store.
    if (await db.idempotencyKeys.take(run.attempt, key, run.process_id)) return null;
    const taken = await db.idempotencyKeys.find(key);
    if (taken === null) continue;
    const { created, wanted } = taken;
    if (created.length >= (wanted ?? 1)) return created;
    if (taken.running || taken.pending) {
      if (run.age > LONGEST_DOUBT) throw new RunFailed(IN_DOUBT, created);
      throw new RunInDoubt();
    }
    if (created.length > 0)
      throw new RunFailed(`interrupted after ${created.length} of ${wanted ?? 1} builds were started`, created);
    await db.idempotencyKeys.free(taken.id);
  }
  throw new RunInDoubt();
};

/** The packages that a compose would contain. @throws RunFailed when they cannot be resolved */
const packagesOf = async (ctx: AppContext, caller: Caller, { request }: BuildOrder): Promise<ResolvedPackages> => {
  const { identity, traceId, log } = caller;
  const plan = planBuild(ctx, identity, request);
  const { platformHeader } = identity;
  const platform = platformHeader === null ? null : { traceId, log, platformHeader };
  const body = toDepsolveRequest(plan, await findRepositories(ctx, plan, identity, platform));
  if (body === null) throw new RunFailed('packages of bootable containers cannot be compared');
  const answer = await depsolve(ctx, caller, body);
  if (answer.outcome !== 'resolved') throw new RunFailed(`the packages cannot be resolved: ${answer.reason}`);
  return answer;
};

/** A fingerprint of the packages of all orders. */
const hashOf = async (ctx: AppContext, caller: Caller, orders: readonly BuildOrder[]): Promise<string> => {
  const images: ResolvedPackages[] = [];
  // One after the other: no client waits for it, and composer has other work.
  for (const order of orders) images.push(await packagesOf(ctx, caller, order));
  const what = orders.map(
    ({ blueprint, request }) => `${blueprint?.versionId} ${request.image_requests[0]?.image_type}`,
  );
  return packagesHash(images, what);
};

const execute = async (ctx: AppContext, run: TakenRun, caller: Caller): Promise<RunEnd> => {
  const blueprint = await ctx.db.blueprints.find(run.org_id, run.blueprint_id);
  if (blueprint === null) {
    await ctx.db.schedules.delete(run.org_id, run.blueprint_id, null);
    throw new BlueprintGone('the blueprint is deleted, and so is its schedule');
  }
  const orders = toBuildOrders(blueprint, (run.image_types as readonly ImageType[] | null) ?? undefined, 'api');
  if (orders.length === 0) throw new RunFailed('the blueprint has no image of these types');
  const packages = run.only_if_changed ? await hashOf(ctx, caller, orders) : null;
  if (packages !== null && packages === run.last_packages)
    return { outcome: 'unchanged', composeIds: [], detail: null };
  // Before composes start: a process that takes the run over does not resolve packages again.
  if (!(await ctx.db.schedules.recordRunPackages(run, packages))) throw new RunInDoubt();
  return { outcome: 'built', composeIds: await startBuilds(ctx, caller, orders), detail: null };
};

/**
 * How a run ended that failed. The composes that it started before are recorded under its key.
 * @throws RunInDoubt as long as that is unknown
 */
const endOf = async (ctx: AppContext, run: TakenRun, error: unknown): Promise<RunEnd> => {
  if (error instanceof RunInDoubt) throw error;
  if (error instanceof RunFailed) return { outcome: 'failed', composeIds: error.composeIds, detail: error.message };
  if (error instanceof QuotaExceeded) return { outcome: 'refused', composeIds: [], detail: error.message };
  const taken = await ctx.db.idempotencyKeys.find({ orgId: run.org_id, operation: OPERATION, key: run.id });
  // Without a key of this attempt nothing was started, or another process has taken the run over.
  if (error instanceof StoringPending || taken?.id !== run.attempt || taken.pending) throw new RunInDoubt();
  const known = error instanceof ServiceError || error instanceof UpstreamFailure;
  return { outcome: 'failed', composeIds: taken.created, detail: known ? error.message : 'the service failed' };
};

/** Leaves the run to a later attempt. Should that not be recorded, it is taken over when this process has ended. */
const leave = async ({ db, log, background }: AppContext, run: TakenRun): Promise<void> => {
  try {
    await db.idempotencyKeys.leave(run.attempt);
    await db.schedules.leaveRun(run, RETRY);
    background.wake('run-schedules', RETRY * 1000);
  } catch (error) {
    log.warn(
      { event: 'schedule.postpone_failed', err: error, run: run.id },
      'a run of a schedule cannot be postponed to a later attempt',
    );
  }
};

const end = async (ctx: AppContext, log: Logger, run: TakenRun, ended: RunEnd): Promise<void> => {
  const composeIds = [...ended.composeIds];
  const detail =
    ended.detail === null ? null : ended.detail.slice(0, LONGEST_DETAIL).toWellFormed().replaceAll('\0', '');
  const write = async (): Promise<void> => {
    const written = await ctx.db.schedules.endRun(
      run,
      { ...ended, composeIds, detail },
      ctx.config.scheduleMaxFailures,
    );
    // Another process has taken it over, or the schedule is gone.
    if (written === null) return;
    const { outcome } = ended;
    ctx.metrics.scheduleRuns.inc({ outcome });
    const fields = { outcome, detail, compose_ids: composeIds };
    if (outcome === 'failed') log.warn({ event: 'schedule.run_failed', ...fields }, 'a run of a schedule failed');
    else log.info({ event: 'schedule.run_completed', ...fields }, 'a schedule has run');
    if (outcome === 'failed' && written.disabled)
      log.warn({ event: 'schedule.disabled' }, 'a schedule is disabled: it failed too often');
  };
  // As long as this process lives no other process ends it.
  await ctx.retries.runOrAdd({ what: 'end a run of a schedule', fields: { run: run.id }, run: write });
};

/** Executes a run that this process has taken, and records how it ended. Does not reject. */
export const runSchedule = async (ctx: AppContext, run: TakenRun): Promise<void> => {
  const traceId = newTraceId();
  const log = ctx.log.child({
    ...{ job: 'schedule', trace_id: traceId, org_id: run.org_id },
    ...{ blueprint_id: run.blueprint_id, run: run.id },
  });
  const identity = identityOf(run.org_id, run.caller, ctx.config.auth);
  const caller: Caller = { identity, traceId, log, idempotencyId: run.attempt, audit: null, followedClosely: true };
  try {
    const started = await startedBefore(ctx, run);
    const ended: RunEnd = started
      ? { outcome: 'built', composeIds: started, detail: null }
      : await execute(ctx, run, caller);
    await end(ctx, log, run, ended);
  } catch (error) {
    if (error instanceof BlueprintGone) return log.info({ event: 'schedule.run_cancelled' }, error.message);
    const known = [ServiceError, RunFailed, RunInDoubt, StoringPending].some((type) => error instanceof type);
    if (!known) log.error({ event: 'schedule.run_error', err: error }, 'a run of a schedule failed unexpectedly');
    else log.debug({ event: 'schedule.run_interrupted', err: error }, 'a run of a schedule was interrupted');
    const ended = await endOf(ctx, run, error).catch(() => null);
    if (ended === null) await leave(ctx, run);
    else await end(ctx, log, run, ended);
  }
};
