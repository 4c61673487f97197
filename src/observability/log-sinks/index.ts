// Log sinks besides standard output. A slow or unreachable sink does not affect the service.
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

const CLOSE_BOUND = 3_000;

export interface LogSinks {
  readonly destination: DestinationStream;
  /** By sink; only sinks that dropped lines have an entry. */
  readonly dropped: ReadonlyMap<string, number>;
  readonly names: readonly string[];
  /** Delivers queued lines for at most `bound` milliseconds; later lines go to standard output only. */
  readonly close: (bound?: number) => Promise<void>;
}

const hostName = (): string => {
  try {
    return hostname() || 'image-builder-unknown';
  } catch {
    return 'image-builder-unknown';
  }
};

/** Creates the configured sinks; the SDK of a sink is loaded only then. @param limits replace those of every sink */
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
