import type { CallContext } from '../clients/call-context.ts';
import type { AppContext } from '../context.ts';
import { isFinal, readMetadata, readStatus } from './compose-status.ts';

/** Builds of one batch that are looked at at the same time. */
const AT_ONCE = 5;

const followOne = async (ctx: AppContext, call: CallContext, jobId: string): Promise<void> => {
  const known = { job_id: jobId, status: null, image_status: null };
  const { answer, status } = await readStatus(ctx, call, known);
  // Composer has forgotten it: there is nothing more to be learned.
  if (answer.status === 404) await ctx.db.stopFollowing(jobId);
  if (status !== null && isFinal(status.status)) await readMetadata(ctx, call, { ...known, status: status.status });
};

/** Looks at builds, and keeps the end of those that are over. A build that cannot be looked at has its next look anyway. */
export const followComposes = async (ctx: AppContext, call: CallContext, jobIds: readonly string[]): Promise<void> => {
  const waiting = [...jobIds];
  const follow = async (): Promise<void> => {
    for (let jobId = waiting.shift(); jobId !== undefined; jobId = waiting.shift()) {
      await followOne(ctx, call, jobId).catch((error: unknown) => {
        call.log.debug({ err: error, job_id: jobId }, 'a build cannot be looked at');
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, follow));
};
