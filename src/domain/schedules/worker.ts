import { randomUUID } from 'node:crypto';
import type { AppContext } from '../../context.ts';
import type { TakenRun } from '../../db/queries/schedule-runs.ts';
import { nextRun, type Clock } from './cron.ts';
import { runSchedule } from './run.ts';

/** Runs that a process executes at the same time. */
const AT_ONCE = 3;

/** Milliseconds until another process is offered runs for which this one has no room. */
const SHARE = 1_000;

/** Time of the next run, `null` where there is none: the data of time zones may have changed since the schedule was set. */
const following = (clock: Clock, now: Date): Date | null => {
  try {
    return nextRun(clock, now);
  } catch {
    return null;
  }
};

/** Counts composes of schedules that failed. */
const evaluate = async ({ db, config, metrics, log }: AppContext): Promise<void> => {
  for (const { blueprint_id: id, org_id: orgId, failed, disabled } of await db.schedules.evaluateRuns(
    config.scheduleMaxFailures,
  )) {
    if (failed === 0) continue;
    metrics.scheduleRuns.inc({ outcome: 'build_failed' });
    const fields = { org_id: orgId, blueprint_id: id, failed };
    if (disabled) log.warn({ event: 'schedule.disabled', ...fields }, 'a schedule is disabled: it failed too often');
    else log.warn({ event: 'schedule.composes_failed', ...fields }, 'composes of a schedule failed');
  }
};

/** Runs schedules. However many processes do so, one of them executes each run. */
export interface ScheduleWorker {
  /**
   * Evaluates runs whose composes have ended, and starts runs that are due as far as there is room. Runs that end make room for more.
   * @returns milliseconds until the next schedule is due, `null` when none will be
   * @throws when the database does not respond
   */
  readonly runDue: () => Promise<number | null>;
  /** Resolves when no run is active, and none is due that had no room. */
  readonly idle: () => Promise<void>;
  /** Starts no further run; resolves when the active ones have ended. Does not reject. */
  readonly stop: () => Promise<void>;
}

/** Creates the worker of a process. */
export function createScheduleWorker(ctx: AppContext): ScheduleWorker {
  const { db, heartbeat, lifecycle, background, log } = ctx;
  const running = new Set<Promise<void>>();
  let filling: Promise<void> = Promise.resolve();
  let isStopped = false;

  const begin = (run: TakenRun): void => {
    // A process that stops waits for it.
    lifecycle.working += 1;
    const done: Promise<void> = runSchedule(ctx, run).finally(() => {
      lifecycle.working -= 1;
      running.delete(done);
      fill().catch((error: unknown) => {
        log.debug({ event: 'schedule.claim_failed', err: error }, 'schedules that are due cannot be taken');
        background.wake('run-schedules', SHARE);
      });
    });
    running.add(done);
  };

  const hasRoom = (): boolean => !isStopped && running.size < AT_ONCE;

  const fillNow = async (): Promise<void> => {
    if (hasRoom()) await db.schedules.beginDueRuns(following);
    while (hasRoom()) {
      const run = await db.schedules.takeRun(randomUUID(), await heartbeat.processId());
      if (run === null) return;
      begin(run);
    }
  };

  const fill = (): Promise<void> => {
    const filled = filling.then(fillNow);
    filling = filled.catch(() => {});
    return filled;
  };

  const idle = async (): Promise<void> => {
    do {
      await filling;
      await Promise.all(running);
      // A run that has ended made room for another one.
      await filling;
    } while (running.size > 0);
  };

  return {
    runDue: async () => {
      if (isStopped) return null;
      await evaluate(ctx);
      await fill();
      const next = await db.schedules.findNextDue();
      return next === null ? null : Math.max(next, running.size < AT_ONCE ? 0 : SHARE);
    },
    idle,
    stop: async () => {
      isStopped = true;
      await idle();
    },
  };
}
