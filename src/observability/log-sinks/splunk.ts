import { createHttp } from '../../upstream/http-client.ts';
import type { LogConfig } from '../../config/index.ts';
import { createDeliveryQueue, DEFAULT_LIMITS, statusError, type QueuedLine } from './delivery-queue.ts';
import { post, type CreateSink } from './sink.ts';

const SOURCE = 'image-builder';

const toEvent = ({ text, time }: QueuedLine, host: string): string =>
  `{"time":${(time / 1000).toFixed(3)},"host":${JSON.stringify(host)},"source":"${SOURCE}","event":${text}}`;

/** Sends lines to Splunk's HTTP event collector, one request per batch. */
export const createSplunkSink: CreateSink<NonNullable<LogConfig['splunk']>> = (config, settings) => {
  const overheadBytes = Buffer.byteLength(toEvent({ text: '', bytes: 0, time: Date.now() }, settings.host)) + 1;
  const limits = { ...DEFAULT_LIMITS, overheadBytes, ...settings.limits };
  const http = createHttp({ proxyEnv: settings.proxyEnv, timeout: limits.timeout });
  const headers = { authorization: `Splunk ${config.token}`, 'content-type': 'application/json' };
  return createDeliveryQueue(
    limits,
    async (lines, signal) => {
      const body = lines.map((line) => toEvent(line, settings.host)).join('\n');
      const { status } = await post(http, config.url, { body, headers, signal });
      if (status < 200 || status >= 300) throw statusError(status);
      return 0;
    },
    settings.dropped,
  );
};
