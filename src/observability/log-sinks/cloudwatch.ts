import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type * as Sdk from '@aws-sdk/client-cloudwatch-logs';
import type { CloudwatchConfig } from '../../config/index.ts';
import { createDeliveryQueue, DEFAULT_LIMITS, DeliveryError, type QueuedLine } from './delivery-queue.ts';
import type { CreateSink } from './sink.ts';

const EVENT_BYTES = 26;

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

/** The name of an SDK error is logged; its message may contain parts of the request. */
const toDeliveryError = (error: unknown): unknown => {
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

interface LoadedSdk {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.CloudWatchLogsClient;
}

const ignoreExisting = async (creating: Promise<unknown>): Promise<void> => {
  await creating.catch((error: unknown) => {
    if (!isNamed(error, 'ResourceAlreadyExistsException')) throw error;
  });
};

/** Creates the stream, and its group if that is missing. */
const createStream = async (
  { sdk, client }: LoadedSdk,
  names: { readonly logGroupName: string; readonly logStreamName: string },
  signal: AbortSignal,
): Promise<void> => {
  const options = { abortSignal: signal };
  const create = () => ignoreExisting(client.send(new sdk.CreateLogStreamCommand(names), options));
  try {
    await create();
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
    const { logGroupName } = names;
    await ignoreExisting(client.send(new sdk.CreateLogGroupCommand({ logGroupName }), options));
    await create();
  }
};

/** Sends lines to a log group of CloudWatch; creates the group and a stream per host if they are missing. */
export const createCloudwatchSink: CreateSink<CloudwatchConfig> = (config, settings) => {
  const limits = { ...DEFAULT_LIMITS, overheadBytes: EVENT_BYTES, ...settings.limits };
  const names = { logGroupName: config.group, logStreamName: settings.host };

  const load = async (): Promise<LoadedSdk> => {
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

  return createDeliveryQueue(
    limits,
    async (lines, signal) => {
      const { sdk, client } = await loaded;
      const command = new sdk.PutLogEventsCommand({ ...names, logEvents: toEvents(lines) });
      const put = () => client.send(command, { abortSignal: signal });
      try {
        const response = await put().catch(async (error: unknown) => {
          if (!isNamed(error, 'ResourceNotFoundException')) throw error;
          await createStream({ sdk, client }, names, signal);
          return put();
        });
        return countRejected(response, lines.length);
      } catch (error) {
        throw toDeliveryError(error);
      }
    },
    settings.dropped,
  );
};
