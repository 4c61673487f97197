import type { AppContext } from '../context.ts';
import type { TaskName } from '../db/index.ts';
import { newTraceId } from '../lib/trace.ts';
import type { Task } from './tasks.ts';

/** Milliseconds until a task runs again at the soonest, and after runs that failed, which double. */
const PAUSE = 1_000;
const PAUSE_AFTER_FAILURE = { shortest: 5_000, longest: 60_000 };

/** Milliseconds that a run has to end when the process stops. Then another process does the rest. */
export const STOP_GRACE = 1_500;

/**
 * Prepares a task to be run by jobs: one run at a time in this process, and another one after it for jobs that come meanwhile. A run
 * that fails is logged, and repeated later.
 * @param stopping aborts runs, since the process stops
 */
export function createRun(
  { log, background }: Pick<AppContext, 'log' | 'background'>,
  name: TaskName,
  task: Task,
  stopping: AbortSignal,
): () => Promise<void> {
  let running: Promise<void> | null = null;
  let isWoken = false;
  let failures = 0;
  const stopped = new Promise<null>((resolve) => {
    stopping.addEventListener('abort', () => setTimeout(resolve, STOP_GRACE, null), { once: true });
  });

  const runOnce = async (): Promise<void> => {
    const traceId = newTraceId();
    const call = { traceId, log: log.child({ job: name, trace_id: traceId }) };
    try {
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(task.longest)]);
      const next = await Promise.race([task.run(call, signal), stopped]);
      failures = 0;
      if (next !== null) background.wake(name, Math.max(next, PAUSE));
    } catch (error) {
      if (stopping.aborted) return;
      call.log.warn({ event: 'task.failed', err: error }, 'background work failed: the service retries');
      background.wake(name, Math.min(PAUSE_AFTER_FAILURE.longest, PAUSE_AFTER_FAILURE.shortest * 2 ** failures));
      failures = Math.min(failures + 1, 10);
    }
  };

  const runAll = async (): Promise<void> => {
    do {
      isWoken = false;
      await runOnce();
    } while (isWoken && !stopping.aborted);
  };

  return async () => {
    if (stopping.aborted) return;
    isWoken = true;
    if (running) return;
    running = runAll().finally(() => {
      running = null;
    });
    await running;
  };
}
