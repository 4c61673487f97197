import type { CallContext } from '../clients/call-context.ts';
import type { AppContext } from '../context.ts';
import { deleteGivenUp } from './delete-at-composer.ts';

/** Builds that one run deletes at most. */
const MOST = 100;

/** Deletes at composer what was given up and is still there: whoever gave it up has died, or composer did not answer. */
export const settleGivenUp = async (
  ctx: Pick<AppContext, 'db' | 'composer'>,
  call: CallContext,
  signal: AbortSignal,
): Promise<void> => {
  for (const jobId of await ctx.db.composes.listAbandoned(MOST)) {
    if (signal.aborted) return;
    try {
      await deleteGivenUp(ctx, call, jobId);
      call.log.warn({ job_id: jobId }, 'a build that had been given up is deleted at composer');
    } catch (error) {
      call.log.warn({ err: error, job_id: jobId }, 'a build that is given up cannot be deleted at composer yet');
    }
  }
};
