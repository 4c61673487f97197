// Several processes behind one port. The primary process serves no requests: it starts workers, replaces those that
// die, and forwards stop signals.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import type { Config } from './config/index.ts';
import { createLogSinks } from './observability/log-sinks/index.ts';
import { createLogger } from './observability/logger.ts';
import { containerLimit } from './observability/memory-watch.ts';
import { endOnUncaughtErrors } from './observability/process-failures.ts';
import { onStopSignals } from './lib/stop-signals.ts';
import { serveWorkerMetrics } from './observability/worker-metrics.ts';

const RESTART_DELAY = 500;

/** The signal itself ends a worker that has not installed its handlers yet. */
const exitCodeOf = async (worker: Worker, sent: NodeJS.Signals): Promise<number> => {
  const [code, signal] = (await once(worker, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal === sent ? 0 : (code ?? 1);
};

/** @returns `null` once the worker listens, or its exit code if it exited before */
const startWorker = async (): Promise<number | null> => {
  const worker = cluster.fork();
  const settled = new AbortController();
  const { signal } = settled;
  const exited = once(worker, 'exit', { signal }).then(([code]: (number | null)[]) => code ?? 1);
  const listens = once(worker, 'listening', { signal }).then(() => null);
  try {
    return await Promise.race([exited, listens]);
  } finally {
    settled.abort();
    await Promise.allSettled([exited, listens]);
  }
};

/** Divides the heap that one process may have in this container: each worker would use all of it. */
const shareHeap = (workers: number): void => {
  const limit = containerLimit();
  if (limit === null) return;
  const percentage = Math.max(1, Math.floor((100 * getHeapStatistics().heap_size_limit) / limit / workers));
  // A number of bytes would not replace a percentage of NODE_OPTIONS.
  cluster.setupPrimary({ execArgv: [...process.execArgv, `--max-old-space-size-percentage=${percentage}`] });
};

/**
 * Runs `config.workers` processes until a stop signal; exits with 0 if all of them did. A worker that cannot start
 * ends the service.
 */
export async function runWorkers(config: Config): Promise<void> {
  const sinks = createLogSinks(config);
  const log = createLogger(config, sinks.destination);
  endOnUncaughtErrors(log, sinks);
  shareHeap(config.workers);
  let stopping = false;
  const isStopping = (): boolean => stopping;
  const workers = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  const signalAll = (signal: NodeJS.Signals): void => workers().forEach((worker) => worker.process.kill(signal));

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    stopping = true;
    const codes = Promise.all(workers().map((worker) => exitCodeOf(worker, signal)));
    signalAll(signal);
    const failed = (await codes).some((code) => code !== 0);
    await sinks.close();
    process.exit(failed ? 1 : 0);
  };

  serveWorkerMetrics();
  onStopSignals(
    (signal) => void stop(signal),
    () => signalAll('SIGKILL'),
  );

  const listening = new Set<number>();
  let complete = false;
  cluster.on('listening', ({ id }) => void listening.add(id));
  cluster.on('exit', ({ id, process: { pid } }, code, signal) => {
    // The loop below handles workers that exit before they listen.
    if (isStopping() || (!complete && !listening.has(id))) return;
    log.error({ event: 'worker.died', worker: pid, code, signal }, 'a worker died: another one takes its place');
    void setTimeout(RESTART_DELAY).then(() => {
      if (!isStopping()) cluster.fork();
    });
  });

  // The first worker starts alone, so that a wrong configuration is reported once.
  for (let started = 0; started < config.workers && !isStopping(); started += 1) {
    const code = await startWorker();
    if (code !== null && !isStopping()) {
      signalAll('SIGKILL');
      await sinks.close();
      process.exit(code === 0 ? 1 : code);
    }
  }
  complete = true;
  log.info({ event: 'workers.listening', workers: config.workers }, 'all workers listen');
}
