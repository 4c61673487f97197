import type { AppContext } from '../context.ts';
import type { TaskName } from '../db/index.ts';
import { newTraceId } from '../trace.ts';
import type { Task } from './tasks.ts';

/** Milliseconds until a task runs again at the soonest, and after runs that failed, which double. */
const PAUSE = 1_000;
const PAUSE_AFTER_FAILURE = { shortest: 5_000, longest: 60_000 };

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

  const runOnce = async (): Promise<void> => {
    const traceId = newTraceId();
    const call = { traceId, log: log.child({ job: name, trace_id: traceId }) };
    try {
      const next = await task.run(call, AbortSignal.any([stopping, AbortSignal.timeout(task.longest)]));
      failures = 0;
      if (next !== null) background.wake(name, Math.max(next, PAUSE));
    } catch (error) {
      if (stopping.aborted) return;
      call.log.warn({ err: error }, 'background work failed: the service retries');
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
