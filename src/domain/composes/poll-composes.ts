import type { CallContext } from '../../upstream/call-context.ts';
import type { AppContext } from '../../context.ts';
import type { DueCompose } from '../../db/queries/compose-polls.ts';
import { completeCancellation } from './cancel-compose.ts';
import { deleteAbandoned } from './delete-at-composer.ts';
import { isFinal } from '../compose-requests/image-status.ts';
import { readMetadata, readStatus } from './compose-status.ts';

const BATCH = 50;
const CONCURRENCY = 10;

/** @returns whether composer responded */
const pollCompose = async (ctx: AppContext, call: CallContext, due: DueCompose): Promise<boolean> => {
  const { job_id: jobId, status, cancel_requested_by: cancelledBy } = due;
  if (status === 'abandoned') {
    await deleteAbandoned(ctx, call, jobId);
    call.log.warn({ event: 'compose.abandoned_deleted', job_id: jobId }, 'an abandoned compose is deleted at composer');
    return true;
  }
  if (cancelledBy !== null) {
    await completeCancellation(ctx, call, jobId, cancelledBy);
    call.log.warn({ event: 'compose.cancelled_deleted', job_id: jobId }, 'a cancelled compose is deleted at composer');
    return true;
  }
  const known = { job_id: jobId, status, image_status: null, cancel_requested_by: null };
  const responded = isFinal(status)
    ? (await readMetadata(ctx, call, known)).status
    : (await readStatus(ctx, call, known, true)).response.status;
  if (responded === 404) await ctx.db.composes.stopPolling(jobId);
  return responded === 200 || responded === 404;
};

/**
 * Polls composer for composes, and stores final statuses and metadata. Composes without a response stay due.
 * @returns the number of composes for which composer responded
 */
export async function pollComposes(
  ctx: AppContext,
  call: CallContext,
  composes: readonly DueCompose[],
  signal: AbortSignal,
): Promise<number> {
  const waiting = [...composes];
  let responses = 0;
  const pollNext = async (): Promise<void> => {
    for (let compose = waiting.shift(); compose !== undefined && !signal.aborted; compose = waiting.shift()) {
      const { job_id: jobId } = compose;
      try {
        if (await pollCompose(ctx, call, compose)) responses += 1;
      } catch (error) {
        call.log.debug(
          { event: 'compose.poll_failed', err: error, job_id: jobId },
          'composer cannot be polled for a compose',
        );
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, pollNext));
  return responses;
}

/**
 * Polls composer until no compose is due. Batches are small, so that processes share the work; the run stops when
 * composer responds for no compose of a batch.
 */
export async function pollDueComposes(ctx: AppContext, call: CallContext, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const due = await ctx.db.composes.takeDue(BATCH);
    if (due.length === 0) return;
    const responses = await pollComposes(ctx, call, due, signal);
    if (due.length < BATCH || responses === 0) return;
  }
}
