import type { CallContext } from '../../upstream/call-context.ts';
import { CANCELLED_ID, cancelledStatus, cancellerOf } from '../compose-requests/cancelled.ts';
import { toImageStatus, type ImageStatus } from '../compose-requests/image-status.ts';
import type { AppContext } from '../../context.ts';
import type { ComposeProgress } from '../../db/queries/compose-statuses.ts';
import type { AuditEntry } from '../../db/queries/recording.ts';
import { conflict, internal, notFound, ServiceError } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import { redactForeignText } from '../redaction/foreign-text.ts';
import { isFinal, readStatus } from './compose-status.ts';
import { deleteAtComposer } from './delete-at-composer.ts';

type CancelContext = Pick<AppContext, 'db' | 'composer' | 'composerReads' | 'retries' | 'audit'>;

const recordCancelled = ({ db }: Pick<AppContext, 'db'>, jobId: string, by: string): Promise<void> =>
  db.composes.recordCancelled(jobId, JSON.stringify(cancelledStatus(by)));

/**
 * Deletes a build at composer whose cancellation is recorded, and ends it as cancelled, unless it has ended before. Doing it twice is
 * as good as once.
 * @throws when it has to be retried
 */
export async function finishCancelling(
  ctx: Pick<AppContext, 'db' | 'composer'>,
  call: CallContext,
  jobId: string,
  by: string,
): Promise<void> {
  await deleteAtComposer(ctx, call, jobId);
  await recordCancelled(ctx, jobId, by);
}

/**
 * The end of a build that composer does not have. A build that is being cancelled is deleted there before its end is recorded; then
 * this records the end.
 * @returns `null` for a build that was not cancelled
 */
export async function findCancelledEnd(ctx: Pick<AppContext, 'db'>, jobId: string): Promise<ImageStatus | null> {
  const stored = await ctx.db.composes.findProgress(jobId);
  if (stored === null || stored.image_status !== null || stored.cancel_requested_by === null)
    return toImageStatus(stored);
  await recordCancelled(ctx, jobId, stored.cancel_requested_by);
  return toImageStatus(await ctx.db.composes.findProgress(jobId));
}

/** Accepts the end of a build that was cancelled. @throws ServiceError `conflict` for every other end */
const acceptEnd = ({ status, error }: ImageStatus): void => {
  if (error?.id === CANCELLED_ID) return;
  throw conflict(`the build is over and cannot be cancelled: its status is ${status}`);
};

/** The end of the build at composer, `null` while it runs. @throws ServiceError when composer does not return a status */
const readEnd = async (ctx: CancelContext, call: CallContext, known: ComposeProgress): Promise<ImageStatus | null> => {
  const { answer, status } = await readStatus(ctx, call, known).catch((error: unknown) => {
    throw error instanceof ServiceError ? error : internal('Failed to get compose status from client', error);
  });
  if (status !== null) return isFinal(status.status) ? status : null;
  if (answer.status === 404) {
    const end = await findCancelledEnd(ctx, known.job_id);
    if (end === null) throw notFound(redactForeignText(answer.text));
    return end;
  }
  if (answer.status === 200) throw internal('Failed to decode compose status');
  const cause = new Error(redactForeignText(answer.text));
  throw internal(`Failed querying compose status (code ${answer.status})`, cause);
};

/** Does what is recorded, later if composer does not confirm it now. @returns whether it is done */
const finishNow = async (ctx: CancelContext, call: CallContext, jobId: string, by: string): Promise<boolean> => {
  const run = (): Promise<void> => finishCancelling(ctx, call, jobId, by);
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
 * Cancels a build of the organization. The cancellation is recorded before composer is called, and the end after that: if this process
 * dies in between, another one completes it. The deletion at composer is retried until composer confirms it.
 * @param known the stored progress
 * @throws ServiceError `conflict` when the build is over, and the errors of reading its status
 */
export async function cancelBuild(
  ctx: CancelContext,
  call: CallContext & { readonly identity: Identity; readonly audit: AuditEntry | null },
  known: ComposeProgress,
): Promise<void> {
  const { identity, log, audit } = call;
  const { job_id: jobId, cancel_requested_by: requestedBy } = known;
  // Composer may have deleted a build that is being cancelled already: it is not called for that one.
  const end = toImageStatus(known) ?? (requestedBy === null ? await readEnd(ctx, call, known) : null);
  /** A request that finds the build cancelled changes nothing; it succeeds, and is recorded. */
  const acceptCancelled = async (status: ImageStatus): Promise<void> => {
    acceptEnd(status);
    if (audit !== null) await ctx.audit.enter(audit);
  };
  if (end !== null) return acceptCancelled(end);

  const by = await ctx.db.composes.requestCancellation(identity.orgId, jobId, cancellerOf(identity), audit);
  if (by !== null) {
    log.info({ event: 'compose.cancel_requested', job_id: jobId }, 'a compose is being cancelled');
    if (!(await finishNow(ctx, call, jobId, by))) return;
  }
  const stored = toImageStatus(await ctx.db.composes.findProgress(jobId));
  // Deleted meanwhile.
  if (stored === null) throw notFound('compose entry not found');
  return by === null ? acceptCancelled(stored) : acceptEnd(stored);
}
