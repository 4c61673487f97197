import type { CallContext } from '../../upstream/call-context.ts';
import { CANCELLED_ID, cancelledStatus, cancellerOf } from '../compose-requests/cancelled.ts';
import { isFinal, toImageStatus, type ImageStatus } from '../compose-requests/image-status.ts';
import type { AppContext } from '../../context.ts';
import type { ComposeProgress } from '../../db/queries/compose-statuses.ts';
import type { AuditEntry } from '../../db/queries/recording.ts';
import { conflict, internal, notFound, ServiceError } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import { redactUpstreamText } from '../redaction/upstream-text.ts';
import { readStatus } from './compose-status.ts';
import { deleteAtComposer } from './delete-at-composer.ts';

type CancelContext = Pick<AppContext, 'db' | 'composer' | 'composerReads' | 'retries' | 'audit'>;

const recordCancelled = ({ db }: Pick<AppContext, 'db'>, jobId: string, canceller: string): Promise<void> =>
  db.composes.recordCancelled(jobId, JSON.stringify(cancelledStatus(canceller)));

/** Deletes a compose at composer and records it as cancelled. Idempotent. @throws when it must be retried */
export async function completeCancellation(
  ctx: Pick<AppContext, 'db' | 'composer'>,
  call: CallContext,
  jobId: string,
  canceller: string,
): Promise<void> {
  await deleteAtComposer(ctx, call, jobId);
  await recordCancelled(ctx, jobId, canceller);
}

/** The final status of a compose that composer does not have; `null` unless it was cancelled. */
export async function findCancelledStatus(ctx: Pick<AppContext, 'db'>, jobId: string): Promise<ImageStatus | null> {
  const stored = await ctx.db.composes.findProgress(jobId);
  if (stored === null || stored.image_status !== null || stored.cancel_requested_by === null)
    return toImageStatus(stored);
  await recordCancelled(ctx, jobId, stored.cancel_requested_by);
  return toImageStatus(await ctx.db.composes.findProgress(jobId));
}

/** @throws ServiceError `conflict` unless the compose was cancelled */
const refuseUnlessCancelled = ({ status, error }: ImageStatus): void => {
  if (error?.id === CANCELLED_ID) return;
  throw conflict(`the build is over and cannot be cancelled: its status is ${status}`);
};

const readFinalStatus = async (
  ctx: CancelContext,
  call: CallContext,
  known: ComposeProgress,
): Promise<ImageStatus | null> => {
  const { response, status } = await readStatus(ctx, call, known).catch((error: unknown) => {
    throw error instanceof ServiceError ? error : internal('Failed to get compose status from client', error);
  });
  if (status !== null) return isFinal(status.status) ? status : null;
  if (response.status === 404) {
    const finalStatus = await findCancelledStatus(ctx, known.job_id);
    if (finalStatus === null) throw notFound(redactUpstreamText(response.text));
    return finalStatus;
  }
  if (response.status === 200) throw internal('Failed to decode compose status');
  const cause = new Error(redactUpstreamText(response.text));
  throw internal(`Failed querying compose status (code ${response.status})`, cause);
};

/** @returns `false` when composer did not confirm the deletion: it is retried */
const completeOrRetry = async (
  ctx: CancelContext,
  call: CallContext,
  jobId: string,
  canceller: string,
): Promise<boolean> => {
  const run = (): Promise<void> => completeCancellation(ctx, call, jobId, canceller);
  try {
    await run();
    return true;
  } catch (error) {
    call.log.warn(
      { event: 'compose.cancel_delayed', err: error, job_id: jobId },
      'a cancelled compose cannot be deleted at composer yet: the service retries',
    );
    ctx.retries.add({ what: 'cancel a build', fields: { job_id: jobId }, run });
    return false;
  }
};

/**
 * Cancels a compose of the organization. The cancellation is recorded before composer is called, so that another
 * process can complete it; the deletion at composer is retried until composer confirms it.
 * @throws ServiceError `conflict` when the compose is finished, and the errors of reading its status
 */
export async function cancelRunningCompose(
  ctx: CancelContext,
  call: CallContext & { readonly identity: Identity; readonly audit: AuditEntry | null },
  known: ComposeProgress,
): Promise<void> {
  const { identity, log, audit } = call;
  const { job_id: jobId, cancel_requested_by: requestedBy } = known;
  // Composer may already have deleted a compose whose cancellation is recorded.
  const finalStatus = toImageStatus(known) ?? (requestedBy === null ? await readFinalStatus(ctx, call, known) : null);
  const completeAsCancelled = async (status: ImageStatus): Promise<void> => {
    refuseUnlessCancelled(status);
    if (audit !== null) await ctx.audit.record(audit);
  };
  if (finalStatus !== null) return completeAsCancelled(finalStatus);

  const canceller = await ctx.db.composes.requestCancellation(identity.orgId, jobId, cancellerOf(identity), audit);
  if (canceller !== null) {
    log.info({ event: 'compose.cancel_requested', job_id: jobId }, 'a compose is being cancelled');
    if (!(await completeOrRetry(ctx, call, jobId, canceller))) return;
  }
  const stored = toImageStatus(await ctx.db.composes.findProgress(jobId));
  if (stored === null) throw notFound('compose entry not found');
  if (canceller === null) await completeAsCancelled(stored);
  else refuseUnlessCancelled(stored);
}
