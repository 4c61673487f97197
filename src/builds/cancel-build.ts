import type { CallContext } from '../clients/call-context.ts';
import { CANCELLED_ID, cancelledStatus, cancellerOf } from '../compose/cancelled.ts';
import { toImageStatus, type ImageStatus } from '../compose/image-status.ts';
import type { AppContext } from '../context.ts';
import type { ComposeProgress } from '../db/compose-statuses.ts';
import type { AuditEntry } from '../db/recording.ts';
import { conflict, internal, notFound, ServiceError } from '../errors.ts';
import type { Identity } from '../identity.ts';
import { redactForeignText } from '../redaction/foreign.ts';
import { isFinal, readStatus } from './compose-status.ts';
import { deleteAtComposer } from './delete-at-composer.ts';

type CancelContext = Pick<AppContext, 'db' | 'composer' | 'composerReads' | 'unsettled' | 'audit'>;

const recordCancelled = ({ db }: Pick<AppContext, 'db'>, jobId: string, by: string): Promise<void> =>
  db.composes.recordCancelled(jobId, JSON.stringify(cancelledStatus(by)));

/**
 * Deletes a build at composer whose cancelling is on record, and ends it as cancelled, unless it has ended before. Doing it twice is
 * as good as once.
 * @throws when it has to be tried again
 */
export const finishCancelling = async (
  ctx: Pick<AppContext, 'db' | 'composer'>,
  call: CallContext,
  jobId: string,
  by: string,
): Promise<void> => {
  await deleteAtComposer(ctx, call, jobId);
  await recordCancelled(ctx, jobId, by);
};

/**
 * How a build ended that composer does not know: one that is cancelled right now is deleted there before its end is on record, which
 * whoever sees it does as well as the one who cancels.
 * @returns `null` for a build that nobody cancelled
 */
export const endOfForgotten = async (ctx: Pick<AppContext, 'db'>, jobId: string): Promise<ImageStatus | null> => {
  const kept = await ctx.db.composes.findProgress(jobId);
  if (kept === null || kept.image_status !== null || kept.cancel_requested_by === null) return toImageStatus(kept);
  await recordCancelled(ctx, jobId, kept.cancel_requested_by);
  return toImageStatus(await ctx.db.composes.findProgress(jobId));
};

/** Accepts the end of a build that was cancelled. @throws ServiceError `conflict` for every other end */
const acceptEnd = ({ status, error }: ImageStatus): void => {
  if (error?.id === CANCELLED_ID) return;
  throw conflict(`the build is over and cannot be cancelled: its status is ${status}`);
};

/** How the build ended as far as composer knows, `null` when it runs. @throws ServiceError when composer does not tell */
const askForEnd = async (
  ctx: CancelContext,
  call: CallContext,
  known: ComposeProgress,
): Promise<ImageStatus | null> => {
  const { answer, status } = await readStatus(ctx, call, known).catch((error: unknown) => {
    throw error instanceof ServiceError ? error : internal('Failed to get compose status from client', error);
  });
  if (status !== null) return isFinal(status.status) ? status : null;
  if (answer.status === 404) {
    const end = await endOfForgotten(ctx, known.job_id);
    if (end === null) throw notFound(redactForeignText(answer.text));
    return end;
  }
  if (answer.status === 200) throw internal('Failed to decode compose status');
  const said = new Error(redactForeignText(answer.text));
  throw internal(`Failed querying compose status (code ${answer.status})`, said);
};

/** Does what is on record to be done, later if composer does not confirm it now. Gives whether it is done. */
const finishNow = async (ctx: CancelContext, call: CallContext, jobId: string, by: string): Promise<boolean> => {
  const run = (): Promise<void> => finishCancelling(ctx, call, jobId, by);
  try {
    await run();
    return true;
  } catch (error) {
    call.log.warn({ err: error, job_id: jobId }, 'a build that is being cancelled is not deleted at composer yet');
    ctx.unsettled.add({ what: 'cancel a build', fields: { job_id: jobId }, run });
    return false;
  }
};

/**
 * Cancels a build of the organization. That it is to be cancelled is on record before composer is told, and how it ended after
 * that: whoever dies in between, others finish it. Where composer does not confirm it, that is tried until it does.
 * @param known how far the build is, as it is kept
 * @throws ServiceError `conflict` when the build is over, and what reading its status throws
 */
export const cancelBuild = async (
  ctx: CancelContext,
  call: CallContext & { readonly identity: Identity; readonly audit: AuditEntry | null },
  known: ComposeProgress,
): Promise<void> => {
  const { identity, log, audit } = call;
  const { job_id: jobId, cancel_requested_by: requestedBy } = known;
  // A build that somebody cancels already may be gone at composer: nobody is asked for it.
  const end = toImageStatus(known) ?? (requestedBy === null ? await askForEnd(ctx, call, known) : null);
  /** A request that finds the build cancelled changes nothing; it succeeds, and is recorded. */
  const acceptCancelled = async (status: ImageStatus): Promise<void> => {
    acceptEnd(status);
    if (audit !== null) await ctx.audit.enter(audit);
  };
  if (end !== null) return acceptCancelled(end);

  const by = await ctx.db.composes.requestCancellation(identity.orgId, jobId, cancellerOf(identity), audit);
  if (by !== null) {
    log.info({ job_id: jobId }, 'a build is being cancelled');
    if (!(await finishNow(ctx, call, jobId, by))) return;
  }
  const kept = toImageStatus(await ctx.db.composes.findProgress(jobId));
  // Deleted meanwhile: like one that never was.
  if (kept === null) throw notFound('compose entry not found');
  return by === null ? acceptCancelled(kept) : acceptEnd(kept);
};
