import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type * as Sdk from '@aws-sdk/client-cloudwatch-logs';
import type { CloudwatchConfig } from '../../config/index.ts';
import { createDeliveryQueue, DEFAULT_LIMITS, DeliveryError, type QueuedLine } from './delivery-queue.ts';
import type { CreateSink } from './sink.ts';

const EVENT_BYTES = 26;

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

/** The name of an SDK error is logged; its message may contain parts of the request. */
const failureOf = (error: unknown): unknown => {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return error;
  const retryable = status >= 500 || status === 429 || name === 'ThrottlingException';
  return new DeliveryError(`HTTP ${status} ${name ?? ''}`.trim(), retryable, { cause: error });
};

const countRejected = ({ rejectedLogEventsInfo: rejected }: Sdk.PutLogEventsCommandOutput, count: number): number => {
  if (!rejected) return 0;
  const { tooNewLogEventStartIndex = count, tooOldLogEventEndIndex = 0, expiredLogEventEndIndex = 0 } = rejected;
  return count - tooNewLogEventStartIndex + Math.max(tooOldLogEventEndIndex, expiredLogEventEndIndex);
};

const toEvents = (lines: readonly QueuedLine[]) =>
  // CloudWatch rejects unsorted batches, and clocks may be set back.
  lines.map(({ text, time }) => ({ message: text, timestamp: time })).sort((a, b) => a.timestamp - b.timestamp);

/** Sends lines to a log group of CloudWatch; creates the group and a stream per host if they are missing. */
export const createCloudwatchSink: CreateSink<CloudwatchConfig> = (config, settings) => {
  const limits = { ...DEFAULT_LIMITS, overheadBytes: EVENT_BYTES, ...settings.limits };
  const names = { logGroupName: config.group, logStreamName: settings.host };

  const load = async (): Promise<{ sdk: typeof Sdk; client: Sdk.CloudWatchLogsClient }> => {
    const sdk = await import('@aws-sdk/client-cloudwatch-logs');
    const agent = { keepAlive: true, maxSockets: 2, proxyEnv: { ...settings.proxyEnv } };
    const client = new sdk.CloudWatchLogsClient({
      region: config.region,
      credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
      ...(config.endpoint === null ? {} : { endpoint: config.endpoint }),
      // The queue retries.
      maxAttempts: 1,
      requestHandler: {
        ...{ httpAgent: new HttpAgent(agent), httpsAgent: new HttpsAgent(agent) },
        ...{ connectionTimeout: limits.timeout, requestTimeout: limits.timeout },
      },
    });
    return { sdk, client };
  };
  // Loading the SDK later would delay requests.
  const loaded = load();
  loaded.catch(() => {});

  const createStream = async (signal: AbortSignal): Promise<void> => {
    const { sdk, client } = await loaded;
    const options = { abortSignal: signal };
    const unlessThere = async (creating: Promise<unknown>): Promise<void> => {
      await creating.catch((error: unknown) => {
        if (!isNamed(error, 'ResourceAlreadyExistsException')) throw error;
      });
    };
    const stream = () => unlessThere(client.send(new sdk.CreateLogStreamCommand(names), options));
    try {
      await stream();
    } catch (error) {
      if (!isNamed(error, 'ResourceNotFoundException')) throw error;
      await unlessThere(client.send(new sdk.CreateLogGroupCommand({ logGroupName: names.logGroupName }), options));
      await stream();
    }
  };

  return createDeliveryQueue(
    limits,
    async (lines, signal) => {
      const { sdk, client } = await loaded;
      const command = new sdk.PutLogEventsCommand({ ...names, logEvents: toEvents(lines) });
      const put = () => client.send(command, { abortSignal: signal });
      try {
        const answer = await put().catch(async (error: unknown) => {
          if (!isNamed(error, 'ResourceNotFoundException')) throw error;
          await createStream(signal);
          return put();
        });
        return countRejected(answer, lines.length);
      } catch (error) {
        throw failureOf(error);
      }
    },
    settings.dropped,
  );
};
