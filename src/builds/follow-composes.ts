import type { CallContext } from '../clients/call-context.ts';
import type { AppContext } from '../context.ts';
import type { DueCompose } from '../db/compose-statuses.ts';
import { finishCancelling } from './cancel-build.ts';
import { isFinal, readMetadata, readStatus } from './compose-status.ts';

/** Builds of one batch that are looked at at the same time. */
const AT_ONCE = 5;

const followOne = async (ctx: AppContext, call: CallContext, due: DueCompose): Promise<void> => {
  const { job_id: jobId, status, cancel_requested_by: cancelledBy } = due;
  if (typeof cancelledBy === 'string') {
    await finishCancelling(ctx, call, jobId, cancelledBy);
    call.log.warn({ job_id: jobId }, 'a build that was being cancelled is deleted at composer');
    return;
  }
  let known = { job_id: jobId, status, image_status: null, cancel_requested_by: null };
  if (!isFinal(status)) {
    const { answer, status: now } = await readStatus(ctx, call, known);
    // Composer has forgotten it: there is nothing more to be learned.
    if (answer.status === 404) return ctx.db.stopFollowing(jobId);
    if (now === null || !isFinal(now.status)) return;
    known = { ...known, status: now.status };
  }
  const { status: answered } = await readMetadata(ctx, call, known);
  if (answered === 404) await ctx.db.stopFollowing(jobId);
};

/**
 * Looks at builds, and keeps the end of those that are over and what is in their images. A build that cannot be looked at has its
 * next look anyway, as those have that are left when the signal comes.
 */
export const followComposes = async (
  ctx: AppContext,
  call: CallContext,
  composes: readonly DueCompose[],
  signal: AbortSignal,
): Promise<void> => {
  const waiting = [...composes];
  const follow = async (): Promise<void> => {
    for (let compose = waiting.shift(); compose !== undefined && !signal.aborted; compose = waiting.shift()) {
      const { job_id: jobId } = compose;
      await followOne(ctx, call, compose).catch((error: unknown) => {
        call.log.debug({ err: error, job_id: jobId }, 'a build cannot be looked at');
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, follow));
};
