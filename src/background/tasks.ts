import { reconcileClones } from '../domain/composes/clone-compose.ts';
import { pollDueComposes } from '../domain/composes/poll-composes.ts';
import { reconcileDeadProcesses, reconcileWithComposer } from '../domain/composes/reconcile.ts';
import type { CallContext } from '../upstream/call-context.ts';
import type { AppContext } from '../context.ts';
import type { TaskName } from '../db/index.ts';
import type { ScheduleWorker } from '../domain/schedules/worker.ts';
import { expireMessages } from '../domain/webhooks/expiry.ts';
import type { WebhookWorker } from '../domain/webhooks/worker.ts';

/** A background task. Several processes can run it at the same time. */
export interface Task {
  /** Milliseconds after which a run is aborted. */
  readonly longest: number;
  /** Crontab pattern of the times at which the task runs without being woken, in case the process that would wake it has died. */
  readonly crontab: string;
  /** Runs the work that is due. @returns milliseconds until the next run, `null` when the task waits to be woken */
  readonly run: (call: CallContext, signal: AbortSignal) => Promise<number | null>;
}

export type Tasks = Readonly<Record<TaskName, Task>>;

/** Rows that one statement deletes at most. */
const MOST_ROWS = 5_000;

/** Milliseconds. */
const DAY = 24 * 3600_000;

/** Milliseconds between two reconciliations while the outcome of a compose is unknown. */
const RECONCILE_INTERVAL = 5_000;

const EVERY_MINUTE = '* * * * *';

async function reconcile(ctx: AppContext, call: CallContext, signal: AbortSignal): Promise<number | null> {
  const { db, config } = ctx;
  await reconcileDeadProcesses(ctx);
  await reconcileClones(ctx);
  if (!config.composer.exclusiveTenant) return null;
  await reconcileWithComposer(ctx, call, signal);
  return (await db.reservations.countUnknown()) > 0 ? RECONCILE_INTERVAL : null;
}

/** Deletes expired rows. @returns 0 when more may be left */
async function cleanUp(ctx: AppContext): Promise<number | null> {
  const { db, config } = ctx;
  const now = new Date();
  const deleted = [
    await db.expired.deleteSome('idempotencyKeys', now, MOST_ROWS),
    await db.expired.deleteSome('abandonedComposes', now, MOST_ROWS),
    await db.expired.deleteSome('events', new Date(now.getTime() - config.events.retentionDays * DAY), MOST_ROWS),
    await db.expired.deleteSome('deliveries', now, MOST_ROWS),
    // Also where no process sends messages, because it has no key.
    await expireMessages(ctx),
  ];
  await db.jobs.deleteOfDeadProcesses();
  return deleted.some((rows) => rows >= MOST_ROWS) ? 0 : null;
}

/** Composes and blueprints that are indexed in one transaction. */
const MOST_INDEXED = 500;

/** Indexes rows that another implementation stored. @returns 0 when more are left */
async function indexPeerRows({ db }: AppContext, signal: AbortSignal): Promise<number | null> {
  for (const index of [db.indexing.composes, db.indexing.blueprints]) {
    while ((await index('any', MOST_INDEXED)) > 0) if (signal.aborted) return 0;
  }
  return null;
}

/** Creates the tasks of a process. */
export function createTasks(
  ctx: AppContext,
  workers: { readonly webhooks: WebhookWorker; readonly schedules: ScheduleWorker },
): Tasks {
  const { db } = ctx;
  return {
    'poll-composes': {
      ...{ longest: 60_000, crontab: EVERY_MINUTE },
      run: async (call, signal) => {
        await pollDueComposes(ctx, call, signal);
        return db.composes.findNextPoll();
      },
    },
    'reconcile-builds': {
      ...{ longest: 150_000, crontab: EVERY_MINUTE },
      run: (call, signal) => reconcile(ctx, call, signal),
    },
    'deliver-webhooks': { longest: 60_000, crontab: EVERY_MINUTE, run: () => workers.webhooks.deliver() },
    'run-schedules': { longest: 60_000, crontab: EVERY_MINUTE, run: () => workers.schedules.runDue() },
    'clean-up': { longest: 60_000, crontab: '*/10 * * * *', run: () => cleanUp(ctx) },
    'index-peer-rows': {
      ...{ longest: 60_000, crontab: EVERY_MINUTE },
      run: (_call, signal) => indexPeerRows(ctx, signal),
    },
  };
}
