import { setTimeout as wait } from 'node:timers/promises';
import type { AppContext } from '../context.ts';
import type { TakenRun } from '../db/schedules.ts';
import { nextRun, type Clock } from './cron.ts';
import { newClaim, runSchedule } from './run.ts';

/** Milliseconds between two looks for runs, and the most after looks that failed. */
const LOOK = 1_000;
const LONGEST_PAUSE = 30_000;

/** Runs that a process carries out at the same time. */
const AT_ONCE = 3;

/** Time of the next run, `null` where there is none: the data of time zones may have changed since the schedule was set. */
const following = (clock: Clock, now: Date): Date | null => {
  try {
    return nextRun(clock, now);
  } catch {
    return null;
  }
};

/** Takes what is due, or was left by a process that died; `null` when there is nothing to do. */
const take = async (ctx: AppContext): Promise<TakenRun | null> => {
  const left = await ctx.db.schedules.takeAbandonedRun(await newClaim(ctx));
  if (left !== null) return left;
  for (;;) {
    const due = await ctx.db.schedules.takeDue(await newClaim(ctx), following);
    if (due !== 'again') return due;
  }
};

/** Counts builds of schedules that failed. */
const judge = async ({ db, config, metrics, log }: AppContext): Promise<void> => {
  for (const { blueprint_id: id, org_id: orgId, failed, disabled } of await db.schedules.evaluateRuns(
    config.scheduleMaxFailures,
  )) {
    if (failed === 0) continue;
    metrics.scheduleRuns.inc({ outcome: 'build_failed' });
    const what = disabled ? 'a schedule is disabled: it failed too often' : 'builds of a schedule failed';
    log.warn({ org_id: orgId, blueprint_id: id, failed }, what);
  }
};

/** Carries out a run, which the process waits for when it is told to stop. */
const begin = async (ctx: AppContext, run: TakenRun): Promise<void> => {
  ctx.lifecycle.working += 1;
  try {
    await runSchedule(ctx, run);
  } finally {
    ctx.lifecycle.working -= 1;
  }
};

/** Carries out everything that is due, and judges what is over. @throws when the database does not answer */
export const runDueSchedules = async (ctx: AppContext): Promise<void> => {
  const running = new Set<Promise<void>>();
  try {
    await judge(ctx);
    for (let run = await take(ctx); run !== null; run = await take(ctx)) {
      const done: Promise<void> = begin(ctx, run).finally(() => running.delete(done));
      running.add(done);
      if (running.size >= AT_ONCE) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
};

/** Schedules of a process. */
export interface Schedules {
  /** Begins no further run; resolves when those that run have ended. Does not reject. */
  readonly stop: () => Promise<void>;
}

/**
 * Looks for schedules that are due again and again. However many processes do so, each run is carried out by one of them; what one
 * that dies leaves is taken over.
 */
export const startSchedules = (ctx: AppContext): Schedules => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();

  /** Begins what can be begun. */
  const look = async (): Promise<void> => {
    if (!(await ctx.db.schedules.isAnyWaiting())) return;
    await judge(ctx);
    while (!signal.aborted && running.size < AT_ONCE) {
      const run = await take(ctx);
      if (run === null) return;
      const done: Promise<void> = begin(ctx, run).finally(() => running.delete(done));
      running.add(done);
    }
  };

  const loop = async (): Promise<void> => {
    for (let pause = LOOK; !signal.aborted;) {
      try {
        await look();
        pause = LOOK;
      } catch (error) {
        ctx.log.debug({ err: error }, 'schedules that are due cannot be looked for');
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
      await wait(pause, undefined, { signal, ref: false }).catch(() => {});
    }
  };

  const looping = loop();
  return {
    stop: async () => {
      stopping.abort();
      await looping;
      await Promise.all(running);
    },
  };
};
