import type { AppContext } from '../context.ts';
import type { TaskName } from '../db/index.ts';
import { correlationOf, newTraceId } from '../lib/ids.ts';
import { inSpan, placeOf, SpanKind, tracing, traceHeaders, type TracePlace } from '../lib/tracing.ts';
import type { Task } from './tasks.ts';

/** Milliseconds between two runs of a task at least, and after failures, which double. */
const PAUSE = 1_000;
const PAUSE_AFTER_FAILURE = { shortest: 5_000, longest: 60_000 };

/** Milliseconds in which a run completes when the process stops. Then another process continues the work. */
export const STOP_GRACE = 1_500;

/**
 * Creates the function that jobs of a task call: this process has one run at a time, and another one after it for jobs that arrive
 * meanwhile. A run that fails is logged and retried. The span of a run names those of the requests that woke it.
 * @param stopping aborted when the process stops
 */
export function createRun(
  { log, background }: Pick<AppContext, 'log' | 'background'>,
  name: TaskName,
  task: Task,
  stopping: AbortSignal,
): (payload: unknown) => Promise<void> {
  let running: Promise<void> | null = null;
  let isWoken = false;
  let failures = 0;
  let causes: TracePlace[] = [];
  const stopped = new Promise<null>((resolve) => {
    stopping.addEventListener('abort', () => setTimeout(resolve, STOP_GRACE, null), { once: true });
  });

  const runOnce = async (): Promise<void> => {
    const traceId = newTraceId();
    const correlation = tracing.on ? correlationOf(traceHeaders()) : null;
    const fields = { job: name, trace_id: traceId, ...correlation?.fields };
    const call = { traceId, log: log.child(fields), correlation };
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

  const runTraced = (): Promise<void> => {
    const options = { root: true, kind: SpanKind.CONSUMER, causes, attributes: { 'image_builder.job': name } };
    causes = [];
    return inSpan(`job ${name}`, options, runOnce);
  };

  const isWokenAgain = (): boolean => isWoken;
  const runAll = async (): Promise<void> => {
    do {
      isWoken = false;
      await (tracing.on ? runTraced() : runOnce());
    } while (isWokenAgain() && !stopping.aborted);
  };

  return async (payload) => {
    if (stopping.aborted) return;
    if (tracing.on) causes.push(placeOf(payload as Record<string, unknown>));
    isWoken = true;
    if (running) return;
    running = runAll().finally(() => {
      running = null;
    });
    await running;
  };
}
