import type { PgBoss } from 'pg-boss';
import { followComposes } from '../builds/follow-composes.ts';
import { settleAbandoned } from '../builds/settle-abandoned.ts';
import { settleWithComposer } from '../builds/settle-with-composer.ts';
import type { CallContext } from '../clients/call-context.ts';
import type { AppContext } from '../context.ts';
import { newTraceId } from '../trace.ts';
import type { QueueName } from './queue.ts';

/** Builds that one look for due ones takes, and builds of one batch. */
const MOST_DUE = 500;
const BATCH = 25;

/** Rows that are forgotten at a time. */
const MOST_CLEANED = 5_000;

/** Batches that a process looks at at the same time. */
const BATCHES_AT_ONCE = 2;

/** Seconds that pass between two jobs of a kind, whoever asks for them. */
const EVERY: Readonly<Partial<Record<QueueName, number>>> = { 'follow-due': 2, settle: 5, clean: 60 };

/** Seconds after which a job may be looked for again. */
const POLL = 1;

/** Milliseconds after which settling gives up waiting for builds that are being sent. */
const LONGEST_SETTLING = 150_000;

const jobCall = ({ log }: AppContext, job: QueueName): CallContext => {
  const traceId = newTraceId();
  return { traceId, log: log.child({ job, trace_id: traceId }) };
};

/** What each queue's jobs do. */
const startWorkers = async (ctx: AppContext, boss: PgBoss): Promise<void> => {
  const polling = { pollingIntervalSeconds: POLL };
  await boss.work<null>('follow-due', polling, async () => {
    const due = await ctx.db.takeDueComposes(MOST_DUE);
    const batches = Array.from({ length: Math.ceil(due.length / BATCH) }, (_, i) =>
      due.slice(i * BATCH, (i + 1) * BATCH),
    );
    if (batches.length > 0)
      await boss.insert(
        'follow-batch',
        batches.map((jobIds) => ({ data: { jobIds } })),
      );
  });
  await boss.work<{ jobIds: string[] }>(
    'follow-batch',
    { ...polling, localConcurrency: BATCHES_AT_ONCE, burstWhenBatchFull: true },
    async (jobs) => {
      for (const { data } of jobs) await followComposes(ctx, jobCall(ctx, 'follow-batch'), data.jobIds);
    },
  );
  await boss.work<null>('settle', polling, async () => {
    const signal = AbortSignal.timeout(LONGEST_SETTLING);
    if (ctx.config.composer.exclusiveTenant) await settleWithComposer(ctx, jobCall(ctx, 'settle'), signal);
    else await settleAbandoned(ctx);
  });
  await boss.work<null>('clean', polling, async () => {
    await ctx.db.deleteExpiredIdempotencyKeys(MOST_CLEANED);
  });
};

/** Asks for the jobs that are due again and again. The queue sees to it that there is one, however many ask. */
const startClock = (ctx: AppContext, boss: PgBoss): (() => void) => {
  const timers = Object.entries(EVERY).map(([name, seconds]) => {
    const ask = (): void => {
      boss.send(name, null, { singletonSeconds: seconds }).catch((error: unknown) => {
        ctx.log.debug({ err: error, job: name }, 'a job cannot be asked for');
      });
    };
    ask();
    return setInterval(ask, seconds * 1000).unref();
  });
  return () => timers.forEach(clearInterval);
};

/** Starts doing, in this process, what is done without being asked; gives what stops it. */
export const startWork = async (ctx: AppContext, boss: PgBoss): Promise<() => Promise<void>> => {
  await startWorkers(ctx, boss);
  const stopClock = startClock(ctx, boss);
  return async () => {
    stopClock();
    await boss.stop({ graceful: true, timeout: ctx.config.http.shutdownGrace });
  };
};
