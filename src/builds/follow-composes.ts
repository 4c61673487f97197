import type { CallContext } from '../clients/call-context.ts';
import type { AppContext } from '../context.ts';
import type { DueCompose } from '../db/compose-polls.ts';
import { finishCancelling } from './cancel-build.ts';
import { deleteAbandoned } from './delete-at-composer.ts';
import { isFinal, readMetadata, readStatus } from './compose-status.ts';

/** Builds that are taken at a time, and how many of them are looked at at the same time. */
const BATCH = 25;
const AT_ONCE = 5;

/** @returns whether composer told something of the build */
const followOne = async (ctx: AppContext, call: CallContext, due: DueCompose): Promise<boolean> => {
  const { job_id: jobId, status, cancel_requested_by: cancelledBy } = due;
  if (status === 'abandoned') {
    await deleteAbandoned(ctx, call, jobId);
    call.log.warn({ job_id: jobId }, 'an abandoned compose is deleted at composer');
    return true;
  }
  if (cancelledBy !== null) {
    await finishCancelling(ctx, call, jobId, cancelledBy);
    call.log.warn({ job_id: jobId }, 'a build that was being cancelled is deleted at composer');
    return true;
  }
  let known = { job_id: jobId, status, image_status: null, cancel_requested_by: null };
  if (!isFinal(status)) {
    const { answer, status: now } = await readStatus(ctx, call, known);
    if (answer.status === 404) {
      // Composer has forgotten it: there is nothing more to be learned.
      await ctx.db.composes.stopPolling(jobId);
      return true;
    }
    if (now === null || !isFinal(now.status)) return now !== null;
    known = { ...known, status: now.status };
  }
  const { status: answered } = await readMetadata(ctx, call, known);
  if (answered === 404) await ctx.db.composes.stopPolling(jobId);
  return answered === 200 || answered === 404;
};

/**
 * Looks at builds, and keeps the end of those that are over and what is in their images. A build that cannot be looked at has its
 * next look anyway, as those have that are left when the signal comes.
 * @returns of how many composer told something
 */
export const followComposes = async (
  ctx: AppContext,
  call: CallContext,
  composes: readonly DueCompose[],
  signal: AbortSignal,
): Promise<number> => {
  const waiting = [...composes];
  let seen = 0;
  const follow = async (): Promise<void> => {
    for (let compose = waiting.shift(); compose !== undefined && !signal.aborted; compose = waiting.shift()) {
      const { job_id: jobId } = compose;
      try {
        if (await followOne(ctx, call, compose)) seen += 1;
      } catch (error) {
        call.log.debug({ err: error, job_id: jobId }, 'a build cannot be looked at');
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, follow));
  return seen;
};

/**
 * Looks at builds until none is due any more. They are taken a few at a time, so that processes share them. When none of these can
 * be looked at, composer is away, and the others wait for their turn.
 */
export const followDueComposes = async (ctx: AppContext, call: CallContext, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const due = await ctx.db.composes.takeDue(BATCH);
    if (due.length === 0) return;
    const seen = await followComposes(ctx, call, due, signal);
    if (due.length < BATCH || seen === 0) return;
  }
};
