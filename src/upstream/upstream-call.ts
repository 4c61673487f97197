import { inSpan, markFailed, SpanKind, traceHeaders, tracing } from '../lib/tracing.ts';
import type { Metrics } from '../observability/metrics.ts';
import { TOO_LARGE, UpstreamError } from './errors.ts';
import type { GuardSettings } from './guard.ts';
import { createGuardedHttp, type HttpSettings } from './http-client.ts';
import { requestUrl } from './request-url.ts';
import { responseLimit } from './response-limits.ts';
import type { ResponseValidator } from './response-validator.ts';
import {
  createDirectTransport,
  createGotTransport,
  errorCode,
  type TextResponse,
  type Transport,
  type TransportRequest,
} from './transport.ts';
import type { CallOptions, UpstreamCall, UpstreamOperation } from './types.ts';

export interface UpstreamSettings extends Omit<HttpSettings, 'maxSockets'>, GuardSettings {
  /** Base URL; `null` when the service is not configured: every call fails. */
  readonly url: string | null;
  readonly metrics: Metrics;
  readonly validator: ResponseValidator | null;
  /** Whether calls are made without got, except redirects. */
  readonly direct?: boolean;
  /** Limit of every response, instead of those of `response-limits.ts`: in bytes after decompression. */
  readonly maxResponseBytes?: number;
}

interface AnyRequest {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Sends a request in a span, whose trace the service continues. */
const sendTraced = (send: Transport, name: string, url: string, request: TransportRequest): Promise<TextResponse> =>
  inSpan(
    name,
    {
      kind: SpanKind.CLIENT,
      attributes: { 'http.request.method': request.method, 'server.address': new URL(url).hostname },
    },
    async (span) => {
      const response = await send(url, { ...request, headers: { ...request.headers, ...traceHeaders() } });
      span.setAttribute('http.response.status_code', response.status);
      if (response.status >= 400) markFailed(span, String(response.status));
      return response;
    },
  );

/**
 * Creates the function under a generated client.
 * @throws (the returned function) UpstreamUnavailableError for a call that was not made, UpstreamError without a response,
 *   InvalidPathParameterError
 */
export function createUpstreamCall(settings: UpstreamSettings): UpstreamCall {
  const { service, metrics } = settings;
  const { http, guard } = createGuardedHttp(settings);
  const send = settings.direct ? createDirectTransport(http, settings.timeout) : createGotTransport(http);

  const sendOperation = async (
    operation: UpstreamOperation,
    url: string,
    body: unknown,
    options: CallOptions,
    probe: boolean,
  ): Promise<TextResponse> => {
    const { operationId, method } = operation;
    const observe = metrics.upstreamDuration.startTimer({ service, operation: operationId });
    const headers = { ...options.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const json = body === undefined ? undefined : JSON.stringify(body);
    const maxBytes = settings.maxResponseBytes ?? responseLimit(operationId);
    try {
      const sent = { method, headers, body: json, repeatable: !probe, maxBytes };
      const response = await (tracing.on ? sendTraced(send, `${service} ${operationId}`, url, sent) : send(url, sent));
      observe({ outcome: String(response.status) });
      return response;
    } catch (error) {
      const code = errorCode(error);
      observe({ outcome: code });
      if (code === TOO_LARGE) logTooLarge(settings, operationId, maxBytes, options);
      throw new UpstreamError(service, operationId, code, { cause: error });
    }
  };

  const call = async (operation: UpstreamOperation, given: unknown, options: CallOptions = {}) => {
    const { path, query, body } = given as AnyRequest;
    if (!settings.url) throw new UpstreamError(service, operation.operationId, 'not configured');
    const url = requestUrl(settings.url, operation.path, path, query);
    const response = await guard.run(
      (probe) => sendOperation(operation, url, body, options, probe),
      options.urgent,
      options.orgId,
    );
    return { ...response, json: jsonReader(settings, operation, response, options) };
  };
  return call as unknown as UpstreamCall;
}

function logTooLarge(
  { service, log }: UpstreamSettings,
  operationId: string,
  limit: number,
  options: CallOptions,
): void {
  (options.log ?? log).warn(
    { event: 'upstream.response_too_large', service, upstream_operation: operationId, limit },
    'a response of a service is too large: it was not read to its end',
  );
}

/** Parses the body on demand; logs a body that is not JSON or violates the contract. */
function jsonReader(
  settings: UpstreamSettings,
  operation: UpstreamOperation,
  { status, text }: TextResponse,
  options: CallOptions,
): (wanted: unknown) => unknown {
  const { service, validator } = settings;
  const { operationId } = operation;
  const log = options.log ?? settings.log;
  return (wanted) => {
    if (status !== Number(wanted)) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      log.warn(
        { event: 'upstream.invalid_json', service, upstream_operation: operationId, status },
        'a service answered with what is not JSON',
      );
      return undefined;
    }
    const mismatch = validator?.(operation, status, value) ?? null;
    if (mismatch) {
      log.warn(
        { event: 'upstream.contract_mismatch', service, upstream_operation: operationId, status, ...mismatch },
        'a service broke its contract',
      );
    }
    return value;
  };
}
