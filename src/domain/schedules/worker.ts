import { randomUUID } from 'node:crypto';
import type { AppContext } from '../../context.ts';
import type { TakenRun } from '../../db/queries/schedule-runs.ts';
import { nextRun, type CronSchedule } from './cron.ts';
import { runSchedule } from './run.ts';

const MAX_CONCURRENT_RUNS = 3;

/** Milliseconds until other processes may take due runs that this process has no capacity for. */
const YIELD_MS = 1_000;

/** `null` without a further run: time zone data may have changed since the schedule was set. */
const nextRunOrNull = (schedule: CronSchedule, now: Date): Date | null => {
  try {
    return nextRun(schedule, now);
  } catch {
    return null;
  }
};

/** Counts failed composes of schedules. */
const evaluateRuns = async ({ db, config, metrics, log }: AppContext): Promise<void> => {
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

/** Executes the runs of schedules; each run is executed by one process. */
export interface ScheduleWorker {
  /**
   * Evaluates runs with finished composes, and starts due runs up to the capacity. A completed run makes room for another.
   * @returns milliseconds until the next schedule is due, `null` for none
   * @throws Error when the database does not respond
   */
  readonly runDue: () => Promise<number | null>;
  /** Resolves when no run is active and no due run waits for capacity. */
  readonly idle: () => Promise<void>;
  /** Starts no further run; resolves when the active runs have completed. Does not reject. */
  readonly stop: () => Promise<void>;
}

class ProcessScheduleWorker implements ScheduleWorker {
  readonly #ctx: AppContext;
  readonly #running = new Set<Promise<void>>();
  #filling: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(ctx: AppContext) {
    this.#ctx = ctx;
  }

  async runDue(): Promise<number | null> {
    if (this.#isStopped) return null;
    await evaluateRuns(this.#ctx);
    await this.#fill();
    const next = await this.#ctx.db.schedules.findNextDue();
    return next === null ? null : Math.max(next, this.#running.size < MAX_CONCURRENT_RUNS ? 0 : YIELD_MS);
  }

  async idle(): Promise<void> {
    do {
      await this.#filling;
      await Promise.all(this.#running);
      // A completed run may have made room for another.
      await this.#filling;
    } while (this.#running.size > 0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.idle();
  }

  #start(run: TakenRun): void {
    const { lifecycle, background, log } = this.#ctx;
    // A stopping process waits for active work.
    lifecycle.working += 1;
    const done: Promise<void> = runSchedule(this.#ctx, run).finally(() => {
      lifecycle.working -= 1;
      this.#running.delete(done);
      this.#fill().catch((error: unknown) => {
        log.debug({ event: 'schedule.claim_failed', err: error }, 'schedules that are due cannot be taken');
        background.wake('run-schedules', YIELD_MS);
      });
    });
    this.#running.add(done);
  }

  get #hasRoom(): boolean {
    return !this.#isStopped && this.#running.size < MAX_CONCURRENT_RUNS;
  }

  async #fillNow(): Promise<void> {
    const { db, heartbeat } = this.#ctx;
    if (this.#hasRoom) await db.schedules.startDueRuns(nextRunOrNull);
    while (this.#hasRoom) {
      const run = await db.schedules.takeRun(randomUUID(), await heartbeat.processId());
      if (run === null) return;
      this.#start(run);
    }
  }

  #fill(): Promise<void> {
    const filled = this.#filling.then(() => this.#fillNow());
    this.#filling = filled.catch(() => {});
    return filled;
  }
}

/** Creates the worker of a process. */
export function createScheduleWorker(ctx: AppContext): ScheduleWorker {
  return new ProcessScheduleWorker(ctx);
}
