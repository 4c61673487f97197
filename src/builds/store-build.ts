import { setTimeout as wait } from 'node:timers/promises';
import type { CallContext } from '../clients/call-context.ts';
import type { AppContext } from '../context.ts';
import { ComposeAbandonedError, ComposeIdTakenError, type NewCompose } from '../db/composes.ts';
import { INTERNAL_ERROR, internal } from '../errors.ts';
import { deleteAbandoned } from './delete-at-composer.ts';

type StoreContext = Pick<AppContext, 'db' | 'composer' | 'unsettled' | 'metrics' | 'background'>;

/** Milliseconds until composer may have to be polled for a new compose. */
const FIRST_POLL = 2_000;

/** Milliseconds after which the background deletes an abandoned compose at composer, unless this process has. */
const DELETION_GRACE = 5_000;

/** Milliseconds between attempts to store an accepted build. Then it is taken back. */
const PAUSES = [0, 100, 400, 1_500] as const;

/** An accepted build is neither stored nor given up yet: the database does not answer. It will be one or the other. */
export class BuildUnsettled extends Error {
  override readonly name = 'BuildUnsettled';
}

/** Ends a reservation, later if it cannot be done now: until then it counts. */
export const release = async (
  { db, unsettled }: Pick<AppContext, 'db' | 'unsettled'>,
  reservations: readonly string[],
): Promise<void> => {
  if (reservations.length === 0) return;
  await db.reservations.release(reservations).catch(() => {
    unsettled.add({
      what: 'release reservations',
      fields: { reservations },
      run: () => db.reservations.release(reservations),
    });
  });
};

/**
 * Gives up an accepted build that cannot be stored, and deletes it at composer. Never without the database's word that it is not
 * stored and will not be: the answer to an attempt that was stored may have been lost.
 * @returns `false` when the build is stored after all
 * @throws when the database does not answer
 */
const takeBack = async (
  ctx: StoreContext,
  call: CallContext,
  row: NewCompose,
  reservation: string,
): Promise<boolean> => {
  if (!(await ctx.db.composes.abandon(row.jobId, reservation))) return false;
  ctx.metrics.buildSettlements.inc({ outcome: 'taken_back' });
  // Should this process die before composer has deleted it.
  ctx.background.wake('poll-composes', DELETION_GRACE);
  await deleteAbandoned(ctx, call, row.jobId).catch(() => {
    ctx.unsettled.add({
      ...{ what: 'delete a build at composer', fields: { job_id: row.jobId, org_id: row.orgId, reservation } },
      run: () => deleteAbandoned(ctx, call, row.jobId),
    });
  });
  return true;
};

/** Stores a build, or takes it back, as soon as the database answers. */
const settleLater = (ctx: StoreContext, call: CallContext, row: NewCompose, reservation: string): void => {
  ctx.unsettled.add({
    what: 'store a build, or take it back',
    fields: { job_id: row.jobId, org_id: row.orgId, reservation },
    run: async () => {
      try {
        await ctx.db.composes.store(row, reservation);
        ctx.metrics.buildSettlements.inc({ outcome: 'stored_late' });
      } catch (error) {
        if (!(error instanceof ComposeIdTakenError)) await takeBack(ctx, call, row, reservation);
      }
    },
  });
};

/**
 * Stores a build that composer accepted, or takes it back.
 * @throws ServiceError `internal` when it is taken back, BuildUnsettled when it is not known yet what becomes of it
 */
export const storeBuild = async (
  ctx: StoreContext,
  call: CallContext,
  row: NewCompose,
  reservation: string,
): Promise<void> => {
  let reason: unknown;
  for (const [index, pause] of PAUSES.entries()) {
    try {
      if (pause > 0) await wait(pause);
      await ctx.db.composes.store(row, reservation);
      // Composer is polled this soon only if something waits for the end of the compose.
      ctx.background.wake('poll-composes', FIRST_POLL);
      return;
    } catch (error) {
      reason = error;
      call.log.error({ err: error, job_id: row.jobId, attempt: index + 1 }, 'an accepted build cannot be stored');
      if (error instanceof ComposeIdTakenError) {
        // It is somebody's build: it must not be taken back.
        await release(ctx, [reservation]);
        throw internal(INTERNAL_ERROR, error);
      }
      if (error instanceof ComposeAbandonedError) break;
    }
  }
  const takenBack = await takeBack(ctx, call, row, reservation).catch((error: unknown) => {
    settleLater(ctx, call, row, reservation);
    throw new BuildUnsettled(`build ${row.jobId} can neither be stored nor taken back`, { cause: error });
  });
  if (takenBack) throw internal(INTERNAL_ERROR, reason);
};
