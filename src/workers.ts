// Several processes behind one port. The primary process answers nothing: it starts workers, starts others for those that die, and
// passes on that it is time to stop.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Config } from './config/index.ts';
import { createLogSinks } from './observability/log-sinks/index.ts';
import { createLogger } from './observability/logger.ts';
import { onStopSignals } from './lib/stop-signals.ts';
import { answerWorkers } from './observability/worker-metrics.ts';

/** Milliseconds before another worker takes the place of one that died. */
const PAUSE = 500;

/** How a worker ended that was told to: one that had not got as far as to listen to signals ends by the signal itself. */
const exitOf = async (worker: Worker, told: NodeJS.Signals): Promise<number> => {
  const [code, signal] = (await once(worker, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal === told ? 0 : (code ?? 1);
};

/** Starts a worker. @returns `null` when it listens, or the code with which it ended before that */
const startWorker = async (): Promise<number | null> => {
  const worker = cluster.fork();
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(worker, 'exit', { signal }).then(([code]: (number | null)[]) => code ?? 1);
  const listens = once(worker, 'listening', { signal }).then(() => null);
  try {
    return await Promise.race([ended, listens]);
  } finally {
    waiting.abort();
    // Whichever did not happen.
    await Promise.allSettled([ended, listens]);
  }
};

/**
 * Runs `config.workers` processes of the service until it is told to stop; ends with 0 when all of them did.
 * One that cannot start when the service does ends it, and has said why.
 */
export const runWorkers = async (config: Config): Promise<void> => {
  const sinks = createLogSinks(config);
  const log = createLogger(config, sinks.destination);
  let stopping = false;
  const workers = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  const signalAll = (signal: NodeJS.Signals): void => workers().forEach((worker) => worker.process.kill(signal));

  answerWorkers();
  onStopSignals(
    async (signal) => {
      stopping = true;
      const codes = Promise.all(workers().map((worker) => exitOf(worker, signal)));
      signalAll(signal);
      const failed = (await codes).some((code) => code !== 0);
      await sinks.close();
      process.exit(failed ? 1 : 0);
    },
    () => signalAll('SIGKILL'),
  );

  const listening = new Set<number>();
  let complete = false;
  cluster.on('listening', ({ id }) => void listening.add(id));
  cluster.on('exit', ({ id, process: { pid } }, code, signal) => {
    // One that cannot even start is judged below, as long as they are being started.
    if (stopping || (!complete && !listening.has(id))) return;
    log.error({ event: 'worker.died', worker: pid, code, signal }, 'a worker died: another one takes its place');
    void setTimeout(PAUSE).then(() => {
      if (!stopping) cluster.fork();
    });
  });

  // One alone first: what is wrong with the settings is said once.
  for (let started = 0; started < config.workers && !stopping; started += 1) {
    const code = await startWorker();
    if (code !== null && !stopping) {
      signalAll('SIGKILL');
      await sinks.close();
      process.exit(code === 0 ? 1 : code);
    }
  }
  complete = true;
  log.info({ event: 'workers.listening', workers: config.workers }, 'all workers listen');
};
