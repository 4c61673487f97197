import { randomUUID } from 'node:crypto';
import type { ErrorEvent, Exception, StackParser } from '@sentry/core';
import { createHttp } from '../../upstream/http-client.ts';
import type { LogConfig } from '../../config/index.ts';
import { createDeliveryQueue, DEFAULT_LIMITS, DeliveryError, statusError, type QueuedLine } from './delivery-queue.ts';
import { post, type CreateSink } from './sink.ts';
import { isObject, type JsonObject } from '../../lib/json-object.ts';

/** The first errors of a burst are enough. */
const QUEUED_LINES = 256;

const TAGS = ['trace_id', 'operation_id', 'org_id', 'service', 'job_id'] as const;

/** Fields with a place of their own in an event, and the user, who must not be sent. */
const PLACED = new Set(['level', 'time', 'msg', 'err', 'hostname', 'build_id', 'channel', 'user', ...TAGS]);

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/** The error and its causes, innermost first. */
const exceptionsOf = (error: unknown, parse: StackParser): Exception[] => {
  if (!isObject(error)) return [];
  const { type = 'Error', message = '', stack, cause } = error;
  const frames = typeof stack === 'string' ? parse(stack) : [];
  return [
    ...exceptionsOf(cause, parse),
    { type: textOf(type), value: textOf(message), ...(frames.length === 0 ? {} : { stacktrace: { frames } }) },
  ];
};

const toEvent = ({ text, time }: QueuedLine, id: string, parse: StackParser): ErrorEvent => {
  const line = JSON.parse(text) as JsonObject;
  const values = exceptionsOf(line['err'], parse);
  const { level, msg, hostname, build_id: release, channel } = line;
  return {
    type: undefined,
    event_id: id,
    timestamp: time / 1000,
    platform: 'node',
    logger: 'image-builder',
    level: level === 'fatal' ? 'fatal' : 'error',
    message: textOf(msg),
    server_name: textOf(hostname),
    ...(release ? { release: textOf(release) } : {}),
    ...(channel ? { environment: textOf(channel) } : {}),
    ...(values.length === 0 ? {} : { exception: { values } }),
    tags: Object.fromEntries(TAGS.filter((name) => line[name] !== undefined).map((name) => [name, textOf(line[name])])),
    extra: Object.fromEntries(Object.entries(line).filter(([name]) => !PLACED.has(name))),
  };
};

/**
 * Sends lines by Sentry's protocol, which GlitchTip understands as well. The client of the SDK is not used: it hooks
 * into the process and has its own queue.
 */
export const createSentrySink: CreateSink<NonNullable<LogConfig['sentry']>> = ({ dsn }, settings) => {
  const limits = { ...DEFAULT_LIMITS, queuedLines: QUEUED_LINES, ...settings.limits, batchLines: 1 };
  const http = createHttp({ proxyEnv: settings.proxyEnv, timeout: limits.timeout });
  const headers = { 'content-type': 'application/x-sentry-envelope' };

  const load = async () => {
    const [sdk, { nodeStackLineParser }] = await Promise.all([import('@sentry/core'), import('@sentry/core/server')]);
    const address = sdk.makeDsn(dsn);
    if (!address) throw new DeliveryError('unusable DSN', false);
    return {
      ...{ sdk, address, url: sdk.getEnvelopeEndpointWithUrlEncodedAuth(address) },
      parse: sdk.createStackParser(nodeStackLineParser()),
    };
  };
  // Loading the SDK later would delay requests.
  const loaded = load();
  loaded.catch(() => {});

  /** Retries reuse the event id, so that the receiver can deduplicate. */
  const ids = new WeakMap<QueuedLine, string>();
  const idOf = (line: QueuedLine): string => {
    const id = ids.get(line) ?? randomUUID().replaceAll('-', '');
    ids.set(line, id);
    return id;
  };

  let rateLimits: Record<string, number> = {};
  return createDeliveryQueue(
    limits,
    async (lines, signal) => {
      const { sdk, address, url, parse } = await loaded;
      for (const line of lines) {
        if (sdk.isRateLimited(rateLimits, 'error')) throw new DeliveryError('rate limited', false);
        const envelope = sdk.createEventEnvelope(toEvent(line, idOf(line), parse), address);
        const body = sdk.serializeEnvelope(envelope);
        const { status, headers: responseHeaders } = await post(http, url, { body, headers, signal });
        const header = (name: string): string | null => responseHeaders[name]?.toString() ?? null;
        rateLimits = sdk.updateRateLimits(rateLimits, {
          statusCode: status,
          headers: {
            'x-sentry-rate-limits': header('x-sentry-rate-limits'),
            'retry-after': header('retry-after'),
          },
        });
        if (status < 200 || status >= 300) throw statusError(status);
      }
      return 0;
    },
    settings.dropped,
  );
};
