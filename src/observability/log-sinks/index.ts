// Where log lines go besides standard output. A sink may be slow, refuse, or not be there: the service does not notice.
import { hostname } from 'node:os';
import { pino, type DestinationStream, type StreamEntry } from 'pino';
import type { Config } from '../../config/index.ts';
import { createLogger, standardOutput } from '../logger.ts';
import { createCloudwatchSink } from './cloudwatch.ts';
import type { DeliveryQueue, QueueLimits } from './delivery-queue.ts';
import { createDropReport } from './drop-report.ts';
import { createSentrySink } from './sentry.ts';
import type { CreateSink } from './sink.ts';
import { createSplunkSink } from './splunk.ts';

/** Milliseconds that sinks get to take the last lines. */
const CLOSE_BOUND = 3_000;

export interface LogSinks {
  /** For the logger: standard output, and the sinks that are configured. */
  readonly destination: DestinationStream;
  /** Lines dropped since the start, by sink; a sink is there once it dropped one. */
  readonly dropped: ReadonlyMap<string, number>;
  readonly names: readonly string[];
  /** Delivers what waits, for at most that many milliseconds, and takes no more but on standard output. */
  readonly close: (bound?: number) => Promise<void>;
}

/** Name of this machine. */
const hostName = (): string => {
  try {
    return hostname() || 'image-builder-unknown';
  } catch {
    return 'image-builder-unknown';
  }
};

/**
 * The sinks of a configuration. What a sink is made of is loaded only where it is configured.
 * @param limits replace those of every sink
 */
export function createLogSinks(
  config: Pick<Config, 'log' | 'version' | 'proxyEnv'>,
  stdout: DestinationStream = standardOutput(),
  limits: Partial<QueueLimits> = {},
): LogSinks {
  const report = createDropReport(createLogger(config, stdout));
  const host = hostName();
  const open = <Settings>(name: string, create: CreateSink<Settings>, settings: Settings | null, level: pino.Level) => {
    if (settings === null) return [];
    const dropped = (lines: number, reason: string): void => report.add(name, lines, reason);
    return [{ name, level, stream: create(settings, { host, proxyEnv: config.proxyEnv, limits, dropped }) }];
  };
  const sinks: readonly (StreamEntry & { readonly name: string; readonly stream: DeliveryQueue })[] = [
    ...open('splunk', createSplunkSink, config.log.splunk, 'trace'),
    ...open('cloudwatch', createCloudwatchSink, config.log.cloudwatch, 'trace'),
    ...open('sentry', createSentrySink, config.log.sentry, 'error'),
  ];
  return {
    destination: sinks.length === 0 ? stdout : pino.multistream([{ stream: stdout, level: 'trace' }, ...sinks]),
    dropped: report.totals,
    names: sinks.map(({ name }) => name),
    close: async (bound = CLOSE_BOUND) => {
      await Promise.all(sinks.map(({ stream }) => stream.close(bound)));
      report.close();
    },
  };
}
