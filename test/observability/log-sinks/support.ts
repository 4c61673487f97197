import type { Config } from '../../../src/config/index.ts';
import { createLogSinks, type LogSinks } from '../../../src/observability/log-sinks/index.ts';
import type { QueueLimits } from '../../../src/observability/log-sinks/delivery-queue.ts';
import type { Logger } from 'pino';
import { createPinoLogger as createLogger } from '../../../src/observability/logger.ts';
import { startLoopback, type Answer, type Certificate, type Loopback } from '../../upstream/loopback.ts';
import { PATIENCE } from '../../support/patience.ts';

/** A server that says when it was asked. */
export interface StandIn extends Loopback {
  /** Waits until it was asked that often. */
  readonly asked: (times: number) => Promise<void>;
}

/** Starts a stand-in for a sink's service. */
export const startStandIn = async (answer: Answer, certificate?: Certificate): Promise<StandIn> => {
  const waiting: { times: number; resolve: () => void }[] = [];
  const handle: Answer = (request, response) => {
    answer(request, response);
    for (const { times, resolve } of waiting) if (server.requests.length >= times) resolve();
  };
  const server: Loopback = await startLoopback(handle, certificate);
  return {
    ...server,
    asked: (times) =>
      new Promise((resolve) => {
        if (server.requests.length >= times) resolve();
        else waiting.push({ times, resolve });
      }),
  };
};

/** Answers nothing, ever. */
export const hang: Answer = () => {};

type SinkSettings = Partial<Pick<Config['log'], 'splunk' | 'cloudwatch' | 'sentry'>>;

/** Nothing waits for long in a test. */
export const QUICK: Partial<QueueLimits> = { linger: 1, pauses: [1, 1, 1, 1, 1] };

export interface TestSinks extends AsyncDisposable {
  readonly log: Logger;
  readonly sinks: LogSinks;
  /** What was written to standard output. */
  readonly stdout: readonly Readonly<Record<string, unknown>>[];
  /** Lines on standard output that tell of lines that were not delivered. */
  readonly reports: () => readonly Readonly<Record<string, unknown>>[];
}

/** A logger with sinks, whose standard output is kept. Hold it with `await using`: leaving the test closes the sinks. */
export const openSinks = (settings: SinkSettings, limits: Partial<QueueLimits> = QUICK): TestSinks => {
  const config = {
    log: { level: 'trace' as const, channel: 'test', splunk: null, cloudwatch: null, sentry: null, ...settings },
    version: { commit: 'abcdef0', time: '' },
    proxyEnv: {},
  };
  const stdout: Record<string, unknown>[] = [];
  const opened = createLogSinks(
    config,
    { write: (line) => void stdout.push(JSON.parse(line) as Record<string, unknown>) },
    limits,
  );
  // The modules of a sink are loaded by the first line, which takes a busy machine longer than a process has when it ends.
  const sinks: LogSinks = { ...opened, close: (bound = PATIENCE) => opened.close(bound) };
  return {
    ...{ sinks, stdout },
    log: createLogger(config, sinks.destination),
    reports: () => stdout.filter(({ msg }) => msg === 'log lines were not delivered'),
    [Symbol.asyncDispose]: () => sinks.close(0),
  };
};
