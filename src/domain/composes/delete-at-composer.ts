import { serviceCall, type CallContext } from '../../upstream/call-context.ts';
import type { AppContext } from '../../context.ts';

/** Deletes a compose at composer. @throws when composer does not confirm the deletion */
export async function deleteAtComposer(
  { composer }: Pick<AppContext, 'composer'>,
  call: CallContext,
  jobId: string,
): Promise<void> {
  const { status } = await composer.deleteCompose({ path: { id: jobId } }, serviceCall(call));
  if (status !== 200 && status !== 404) throw new Error(`composer responded with ${status}`);
}

/** Deletes an abandoned compose at composer and releases its quota. Idempotent. @throws when it must be retried */
export async function deleteAbandoned(
  ctx: Pick<AppContext, 'composer' | 'db'>,
  call: CallContext,
  jobId: string,
): Promise<void> {
  await deleteAtComposer(ctx, call, jobId);
  await ctx.db.composes.endAbandoned(jobId);
}
