import { setTimeout as wait } from 'node:timers/promises';
import { serviceCall, type CallContext } from '../clients/call-context.ts';
import type { AppContext } from '../context.ts';
import { ComposeIdTaken, type NewCompose } from '../db/composes.ts';
import { INTERNAL_ERROR, internal } from '../errors.ts';

type StoreContext = Pick<AppContext, 'db' | 'composer' | 'unsettled' | 'metrics'>;

/** Milliseconds between attempts to store an accepted build. Then it is taken back. */
const PAUSES = [0, 100, 400, 1_500] as const;

/** Deletes a build at composer. @throws when composer does not confirm that it is gone */
export const deleteAtComposer = async (
  { composer }: Pick<AppContext, 'composer'>,
  call: CallContext,
  jobId: string,
): Promise<void> => {
  const { status } = await composer.deleteCompose({ path: { id: jobId } }, serviceCall(call));
  if (status !== 200 && status !== 404) throw new Error(`composer answered ${status}`);
};

/** Ends a reservation, later if it cannot be done now: until then it counts. */
export const release = async (
  { db, unsettled }: Pick<AppContext, 'db' | 'unsettled'>,
  reservations: readonly string[],
): Promise<void> => {
  if (reservations.length === 0) return;
  await db.releaseReservations(reservations).catch(() => {
    unsettled.add({
      what: 'release reservations',
      fields: { reservations },
      run: () => db.releaseReservations(reservations),
    });
  });
};

/**
 * Takes back an accepted build that cannot be stored. Where that fails as well it is tried again, and stored if that works first:
 * either way nothing runs that nobody owns.
 */
const takeBack = async (ctx: StoreContext, call: CallContext, row: NewCompose, reservation: string): Promise<void> => {
  try {
    await deleteAtComposer(ctx, call, row.jobId);
    ctx.metrics.buildSettlements.inc({ outcome: 'taken_back' });
    await release(ctx, [reservation]);
  } catch (error) {
    call.log.error({ err: error, job_id: row.jobId }, 'an accepted build can neither be stored nor deleted');
    ctx.unsettled.add({
      what: 'store a build, or delete it at composer',
      fields: { job_id: row.jobId, org_id: row.orgId, reservation },
      run: async () => {
        try {
          await ctx.db.insertCompose(row, reservation);
          ctx.metrics.buildSettlements.inc({ outcome: 'stored_late' });
        } catch (error) {
          if (error instanceof ComposeIdTaken) return;
          await deleteAtComposer(ctx, call, row.jobId);
          ctx.metrics.buildSettlements.inc({ outcome: 'taken_back' });
          await release(ctx, [reservation]);
        }
      },
    });
  }
};

/**
 * Stores a build that composer accepted, or takes it back.
 * @throws ServiceError `internal` when it could not be stored
 */
export const storeBuild = async (
  ctx: StoreContext,
  call: CallContext,
  row: NewCompose,
  reservation: string,
): Promise<void> => {
  for (const [index, pause] of PAUSES.entries()) {
    try {
      if (pause > 0) await wait(pause);
      await ctx.db.insertCompose(row, reservation);
      return;
    } catch (error) {
      call.log.error({ err: error, job_id: row.jobId, attempt: index + 1 }, 'an accepted build cannot be stored');
      if (error instanceof ComposeIdTaken) {
        // It is somebody's build: it must not be taken back.
        await release(ctx, [reservation]);
        throw internal(INTERNAL_ERROR, error);
      }
      if (index === PAUSES.length - 1) {
        await takeBack(ctx, call, row, reservation);
        throw internal(INTERNAL_ERROR, error);
      }
    }
  }
};
