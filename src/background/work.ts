import type { PgBoss } from 'pg-boss';
import { settleLostClones } from '../builds/clone-compose.ts';
import { followDueComposes } from '../builds/follow-composes.ts';
import { settleAbandoned } from '../builds/settle-abandoned.ts';
import { settleGivenUp } from '../builds/settle-given-up.ts';
import { settleWithComposer } from '../builds/settle-with-composer.ts';
import type { CallContext } from '../clients/call-context.ts';
import type { AppContext } from '../context.ts';
import { newTraceId } from '../trace.ts';
import type { QueueName } from './queue.ts';

/** Rows that are forgotten at a time. */
const MOST_CLEANED = 5_000;

/** Seconds that pass between two jobs of a kind, whoever asks for them. */
const EVERY: Readonly<Record<QueueName, number>> = {
  ...{ 'follow-due': 2, 'settle-builds': 5, 'find-orphans': 60, clean: 60 },
};

/** Seconds after which a job may be looked for again. */
const POLL = 1;

/** Milliseconds after which settling gives up waiting for builds that are being sent, and a job leaves builds to the next one. */
const LONGEST_SETTLING = 150_000;
const LONGEST_FOLLOWING = 60_000;

/** Milliseconds between two looks at what every process tells of itself. */
const GAUGES = 15_000;

/** Milliseconds that work which runs gets when the process stops. It ends by itself, and others do what is left. */
const STOP_GRACE = 2_000;

type Work = (call: CallContext, signal: AbortSignal) => Promise<void>;

/** Starts what each queue's jobs do. */
const startWorkers = async (ctx: AppContext, boss: PgBoss, stopping: AbortSignal): Promise<void> => {
  const work = async (name: QueueName, does: Work): Promise<void> => {
    await boss.work<null>(name, { pollingIntervalSeconds: POLL }, async (jobs) => {
      for (const { signal } of jobs) {
        const traceId = newTraceId();
        const log = ctx.log.child({ job: name, trace_id: traceId });
        try {
          await does({ traceId, log }, AbortSignal.any([signal, stopping]));
        } catch (error) {
          // The queue would keep it to itself.
          if (!stopping.aborted) log.warn({ err: error }, 'background work failed: it is tried again');
          throw error;
        }
      }
    });
  };
  const withinTime = (signal: AbortSignal, milliseconds: number = LONGEST_SETTLING): AbortSignal =>
    AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);

  await work('follow-due', (call, signal) => followDueComposes(ctx, call, withinTime(signal, LONGEST_FOLLOWING)));
  await work('settle-builds', async (call, given) => {
    const signal = withinTime(given);
    await settleAbandoned(ctx);
    await settleGivenUp(ctx, call, signal);
    await settleLostClones(ctx);
    // Composer's list is long: it is asked for when there is something to be found in it.
    if (ctx.config.composer.exclusiveTenant && (await ctx.db.reservations.countUnknown()) > 0)
      await settleWithComposer(ctx, call, signal);
  });
  await work('find-orphans', async (call, signal) => {
    if (ctx.config.composer.exclusiveTenant) await settleWithComposer(ctx, call, withinTime(signal));
  });
  await work('clean', async () => {
    await ctx.db.idempotencyKeys.deleteExpired(MOST_CLEANED);
    await ctx.db.composes.deleteOldAbandoned(MOST_CLEANED);
    await ctx.db.events.deleteOld(ctx.config.events.retentionDays, MOST_CLEANED);
    await ctx.db.deliveries.deleteEnded(MOST_CLEANED);
  });
};

/** Does something now, and again and again. */
const repeat = (milliseconds: number, work: () => void): NodeJS.Timeout => {
  work();
  return setInterval(work, milliseconds).unref();
};

/** Asks for the jobs that are due again and again. The queue sees to it that there is one, however many ask. */
const startClock = ({ db, log, metrics }: AppContext, boss: PgBoss): (() => void) => {
  const asking = Object.entries(EVERY).map(([name, seconds]) =>
    repeat(seconds * 1000, () => {
      boss.send(name, null, { singletonSeconds: seconds }).catch((error: unknown) => {
        log.debug({ err: error, job: name }, 'a job cannot be asked for');
      });
    }),
  );
  // Every process tells it, whichever settles.
  const telling = repeat(GAUGES, () => {
    db.reservations.countUnknown().then(
      (total) => metrics.unknownBuilds.set(total),
      (error: unknown) => log.debug({ err: error }, 'builds of unknown outcome cannot be counted'),
    );
  });
  return () => [...asking, telling].forEach(clearInterval);
};

/**
 * Starts doing, in this process, what is done without being asked; gives what stops it.
 * @param stopping says that the process is about to end: what runs is brought to an end
 */
export const startWork = async (ctx: AppContext, boss: PgBoss, stopping: AbortSignal): Promise<() => Promise<void>> => {
  try {
    await startWorkers(ctx, boss, stopping);
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
  const stopClock = startClock(ctx, boss);
  return async () => {
    stopClock();
    await boss.stop({ graceful: true, timeout: STOP_GRACE });
  };
};
