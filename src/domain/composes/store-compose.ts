import { setTimeout as wait } from 'node:timers/promises';
import type { CallContext } from '../../upstream/call-context.ts';
import type { AppContext } from '../../context.ts';
import { ComposeAbandonedError, ComposeIdTakenError, type AcceptedCompose } from '../../db/queries/composes.ts';
import { INTERNAL_ERROR, internal } from '../../lib/errors.ts';
import { deleteAbandoned } from './delete-at-composer.ts';

type StoreContext = Pick<AppContext, 'db' | 'composer' | 'retries' | 'metrics' | 'background'>;

const FIRST_POLL = 2_000;

/** Milliseconds until another process deletes an abandoned compose at composer, if this one has not. */
const DELETION_GRACE = 5_000;

const ATTEMPT_DELAYS = [0, 100, 400, 1_500] as const;

/** The compose is neither stored nor abandoned yet: the database does not respond. Retries do one of the two. */
export class StoringPendingError extends Error {
  override readonly name = 'StoringPending';
}

/** Releases reservations. They count towards the quota until that succeeds; it is retried. */
export async function release(
  { db, retries }: Pick<AppContext, 'db' | 'retries'>,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const run = (): Promise<void> => db.reservations.release(ids);
  await retries.runOrAdd({ what: 'release reservations', fields: { reservations: ids }, run });
}

const fieldsOf = ({ jobId, orgId, reservationId }: AcceptedCompose) => ({
  ...{ job_id: jobId, org_id: orgId, reservation: reservationId },
});

/**
 * Abandons a compose and deletes it at composer. The database decides, because the response to a store may have been
 * lost.
 * @returns `false` when the compose is stored after all
 * @throws when the database does not respond
 */
async function abandon(ctx: StoreContext, call: CallContext, compose: AcceptedCompose): Promise<boolean> {
  if (!(await ctx.db.composes.abandon(compose.jobId, compose.reservationId))) return false;
  ctx.metrics.buildSettlements.inc({ outcome: 'taken_back' });
  // Covers the death of this process before the deletion.
  ctx.background.wake('poll-composes', DELETION_GRACE);
  const run = (): Promise<void> => deleteAbandoned(ctx, call, compose.jobId);
  await ctx.retries.runOrAdd({ what: 'delete a compose at composer', fields: fieldsOf(compose), run });
  return true;
}

async function storeOrAbandon(ctx: StoreContext, call: CallContext, compose: AcceptedCompose): Promise<void> {
  try {
    await ctx.db.composes.store(compose);
    ctx.metrics.buildSettlements.inc({ outcome: 'stored_late' });
  } catch (error) {
    if (!(error instanceof ComposeIdTakenError)) await abandon(ctx, call, compose);
  }
}

/**
 * Stores an accepted compose, or abandons it.
 * @throws ServiceError `internal` when it is abandoned, StoringPendingError when the database does not respond
 */
export async function storeCompose(ctx: StoreContext, call: CallContext, compose: AcceptedCompose): Promise<void> {
  let reason: unknown;
  for (const [index, delay] of ATTEMPT_DELAYS.entries()) {
    try {
      if (delay > 0) await wait(delay);
      await ctx.db.composes.store(compose);
      // Composer is polled this soon only if something waits for the result.
      ctx.background.wake('poll-composes', FIRST_POLL);
      return;
    } catch (error) {
      reason = error;
      call.log.error(
        { event: 'compose.store_failed', err: error, job_id: compose.jobId, attempt: index + 1 },
        'an accepted compose cannot be stored',
      );
      if (error instanceof ComposeIdTakenError) {
        // The id belongs to another stored compose, which must not be deleted at composer.
        await release(ctx, [compose.reservationId]);
        throw internal(INTERNAL_ERROR, error);
      }
      if (error instanceof ComposeAbandonedError) break;
    }
  }
  const isAbandoned = await abandon(ctx, call, compose).catch((error: unknown) => {
    const run = (): Promise<void> => storeOrAbandon(ctx, call, compose);
    ctx.retries.add({ what: 'store or abandon a compose', fields: fieldsOf(compose), run });
    throw new StoringPendingError(`compose ${compose.jobId} can neither be stored nor abandoned`, { cause: error });
  });
  if (isAbandoned) throw internal(INTERNAL_ERROR, reason);
}
