import { randomUUID } from 'node:crypto';
import type { ErrorEvent, Exception, StackParser } from '@sentry/core';
import { createHttp } from '../../upstream/upstream.ts';
import type { LogConfig } from '../../config/index.ts';
import { createDeliveryQueue, DEFAULT_LIMITS, DeliveryError, statusError, type QueuedLine } from './delivery-queue.ts';
import { post, type CreateSink } from './sink.ts';
import { isObject, type JsonObject } from '../../lib/json-object.ts';

/** Of a storm of errors the first are enough. */
const QUEUED_LINES = 256;

/** Fields of a line that events are searched by. */
const TAGS = ['trace_id', 'operation_id', 'org_id', 'service', 'job_id'] as const;

/** Fields with a place of their own in an event, and who made the request, which is nobody's business there. */
const PLACED = new Set(['level', 'time', 'msg', 'err', 'hostname', 'build_id', 'channel', 'user', ...TAGS]);

/** An error with its causes, innermost first, as Sentry has them. */
const exceptionsOf = (error: unknown, parse: StackParser): Exception[] => {
  if (!isObject(error)) return [];
  const { type = 'Error', message = '', stack, cause } = error;
  const frames = typeof stack === 'string' ? parse(stack) : [];
  return [
    ...exceptionsOf(cause, parse),
    { type: String(type), value: String(message), ...(frames.length === 0 ? {} : { stacktrace: { frames } }) },
  ];
};

/** A log line as an event of Sentry. */
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
    message: String(msg ?? ''),
    server_name: String(hostname),
    ...(release ? { release: String(release) } : {}),
    ...(channel ? { environment: String(channel) } : {}),
    ...(values.length === 0 ? {} : { exception: { values } }),
    tags: Object.fromEntries(TAGS.filter((name) => line[name] !== undefined).map((name) => [name, String(line[name])])),
    extra: Object.fromEntries(Object.entries(line).filter(([name]) => !PLACED.has(name))),
  };
};

/**
 * What speaks Sentry's protocol, GlitchTip for one: a line is one envelope. The parts of the SDK are used that know the
 * protocol. Its client is not: it hooks into the process, and has a queue of its own.
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
  // Loaded now, while the service starts: later it would hold up whoever is being served.
  const loaded = load();
  loaded.catch(() => {});

  /** The same event each time that it is tried: the receiver knows it again. */
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
        const { status, headers: answered } = await post(http, url, { body, headers, signal });
        const header = (name: string): string | null => answered[name]?.toString() ?? null;
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
