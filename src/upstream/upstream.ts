import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import got, { RequestError, type Got, type Method } from 'got';
import type { CallLimits } from '../config/index.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { AnswerValidator } from './answer-validator.ts';
import { createDirectHttp, DirectHttpError } from './direct-http.ts';
import { createGuard, type Guard } from './guard.ts';

/** An operation of a service's contract, as the generated functions name it. */
export interface UpstreamOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
}

type Shape = { parameters: { path?: unknown; query?: unknown }; requestBody?: unknown; responses: object };
type Given<Key extends string, T> = [Exclude<T, undefined>] extends [never] ? unknown : { readonly [K in Key]: T };
type BodyOf<T> = T extends { content: { 'application/json': infer Body } } ? Body : undefined;

/** Path and query parameters and the body of a call, as the contract has them. */
export type UpstreamRequest<Op> = Op extends Shape
  ? Given<'path', Op['parameters']['path']> &
      ([Exclude<Op['parameters']['query'], undefined>] extends [never]
        ? unknown
        : { readonly query?: Op['parameters']['query'] }) &
      (Op extends { requestBody: infer Body }
        ? [BodyOf<Body>] extends [undefined]
          ? unknown
          : { readonly body: BodyOf<Body> }
        : unknown)
  : never;

/** An answer, whatever its status. */
export interface UpstreamAnswer<Op> {
  readonly status: number;
  /** The body as it came. */
  readonly text: string;
  /**
   * The body, if the answer has that status and is JSON; else `undefined`. It was compared with the contract, and a mismatch
   * was logged, but services say more and less than they promise: take from it only what was looked at.
   */
  readonly json: <Status extends (Op extends { responses: object } ? keyof Op['responses'] : never)>(
    status: Status,
  ) => (Op extends { responses: object } ? BodyOf<Op['responses'][Status]> : never) | undefined;
}

/** What a call carries of the request that causes it. */
export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly log?: Logger;
  /** Makes the call at once, however many others wait. For what there is one of, like the question whether all is well. */
  readonly urgent?: boolean;
}

export type UpstreamCall = <Op>(
  operation: UpstreamOperation,
  request: UpstreamRequest<Op>,
  options?: CallOptions,
) => Promise<UpstreamAnswer<Op>>;

/** A call that brought no answer: refused, timed out, cut off. `message` names service and operation, never an address. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';
  readonly service: string;
  readonly operationId: string;
  readonly code: string;
  constructor(service: string, operationId: string, code: string, options?: ErrorOptions) {
    // In brackets: behind "token:" the log would take it for a token.
    super(`${service} did not answer ${operationId} (${code})`, options);
    this.service = service;
    this.operationId = operationId;
    this.code = code;
  }
}

/** A path parameter that cannot be one segment of a URL, like `..`: sent as it is it would name another resource. */
export class UnusablePathParameter extends Error {
  override readonly name = 'UnusablePathParameter';
}

export interface UpstreamSettings {
  readonly service: string;
  /** Base URL; operations' paths are appended. `null` when the service is not configured: every call fails. */
  readonly url: string | null;
  /** Milliseconds a call may take, redirects and the body of the answer included. */
  readonly timeout: number;
  readonly limits: CallLimits;
  readonly proxyEnv: Readonly<Record<string, string | undefined>>;
  /** A PEM file that is trusted besides the system's authorities. */
  readonly caPath?: string | null;
  /** Certificate and key that this service shows. */
  readonly clientCertificate?: { readonly certPath: string; readonly keyPath: string } | null;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly validator: AnswerValidator | null;
  /** Whether calls are made without got, as long as the service does not redirect them. */
  readonly direct?: boolean;
  /** Bytes of an answer, unpacked, beyond which it is not read on. */
  readonly maxAnswer?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** Repetitions of a GET whose connection broke: a kept-alive connection may be closed at any time. */
const GET_RETRIES = 1;
/** Milliseconds within which it is repeated. Connections break together, and are not to be made again together. */
const RETRY_SPREAD = 100;
/** A connection that broke before an answer, or in the middle of one. */
const BROKEN_CONNECTION = ['ECONNRESET', 'EPIPE', 'ERR_HTTP_CONTENT_LENGTH_MISMATCH'];
const MAX_SOCKETS = 100;
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

type HttpSettings = Pick<UpstreamSettings, 'proxyEnv' | 'timeout' | 'caPath' | 'clientCertificate'> & {
  /** Connections to one address at most. */
  readonly maxSockets?: number;
};

/** An HTTP client with kept-alive connections, proxy and CA as configured. */
export const createHttp = (settings: HttpSettings): Got => {
  const agent = { keepAlive: true, maxSockets: settings.maxSockets ?? MAX_SOCKETS, proxyEnv: { ...settings.proxyEnv } };
  const { caPath, clientCertificate } = settings;
  const tls = {
    ...(caPath ? { ca: [...rootCertificates, readFileSync(caPath, 'utf8')] } : {}),
    ...(clientCertificate
      ? { cert: readFileSync(clientCertificate.certPath), key: readFileSync(clientCertificate.keyPath) }
      : {}),
    minVersion: 'TLSv1.2' as const,
  };
  return got.extend({
    agent: { http: new HttpAgent(agent), https: new HttpsAgent({ ...agent, ...tls }) },
    timeout: { request: settings.timeout },
    throwHttpErrors: false,
    decompress: true,
    maxRedirects: 10,
    retry: {
      limit: GET_RETRIES,
      methods: ['GET'],
      statusCodes: [],
      errorCodes: BROKEN_CONNECTION,
      calculateDelay: ({ computedValue }) => (computedValue ? 1 + Math.random() * RETRY_SPREAD : 0),
    },
    hooks: {
      beforeRetry: [
        ({ options, timings }) => {
          // The repetition has what the first try left of the time, not as much again.
          const spent = Date.now() - (timings?.start ?? Date.now());
          options.timeout = { request: Math.max(1, settings.timeout - spent) };
        },
      ],
      beforeRedirect: [
        (options, response) => {
          // The caller's identity is for the service that was asked, not for wherever it points to.
          const asked = new URL(response.url).origin;
          if (options.url && new URL(options.url).origin !== asked) delete options.headers['x-rh-identity'];
        },
      ],
    },
  });
};

/** Closes connections that nothing is sent on. */
const dropIdle = (http: Got): void => {
  const { agent } = http.defaults.options;
  for (const { freeSockets } of [agent.http, agent.https] as HttpAgent[]) {
    for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
  }
};

/** An HTTP client, and what bounds and suspends the calls made with it. The caller makes them by `guard.run`. */
export const createGuardedHttp = (
  settings: Omit<UpstreamSettings, 'url' | 'validator'>,
): { readonly http: Got; readonly guard: Guard } => {
  // Urgent calls come on top of those that are counted.
  const http = createHttp({ ...settings, maxSockets: 2 * settings.limits.concurrency });
  // A service that went away may have left connections that look alive: the next call makes one of its own.
  const guard = createGuard({ ...settings, onOpen: () => dropIdle(http) });
  return { http, guard };
};

const segment = (value: unknown): string => {
  const text = String(value);
  if (text === '' || text === '.' || text === '..') throw new UnusablePathParameter(`"${text}" is no path segment`);
  return encodeURIComponent(text);
};

const pathOf = (template: string, parameters: Readonly<Record<string, unknown>>): string =>
  template.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => segment(parameters[name]));

const searchOf = (query: Readonly<Record<string, unknown>>): string => {
  const search = new URLSearchParams();
  for (const name of Object.keys(query).sort()) {
    for (const value of [query[name]].flat())
      if (value !== undefined && value !== null) search.append(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
};

const codeOf = (error: unknown): string =>
  error instanceof RequestError || error instanceof DirectHttpError ? error.code : 'ERR_UNKNOWN';

interface AnyRequest {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** A request as it is sent. */
interface Question {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Whether it alone decides if the service is back: it is not repeated. */
  readonly probe: boolean;
}

/** A response as it came. */
interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * The transport under a generated client.
 * @throws (the returned function) UpstreamUnavailable when the call was not made, UpstreamFailure when there is no answer,
 *   UnusablePathParameter before asking
 */
export const createUpstreamCall = (settings: UpstreamSettings): UpstreamCall => {
  const { service, metrics, validator, maxAnswer = MAX_ANSWER_BYTES } = settings;
  const { http, guard } = createGuardedHttp(settings);

  const { agent } = http.defaults.options;
  const directHttp = createDirectHttp({ http: agent.http as HttpAgent, https: agent.https as HttpsAgent });

  /** Follows redirects, and accepts encodings. */
  const askGot = async (url: string, { method, headers, body, probe }: Question): Promise<TextAnswer> => {
    const oversized = new AbortController();
    try {
      const { statusCode: status, body: text } = await http(url, {
        ...{ method: method as Method, headers, responseType: 'text', signal: oversized.signal },
        ...(body === undefined ? {} : { body }),
        ...(probe ? { retry: { limit: 0 } } : {}),
      }).on('downloadProgress', ({ transferred }) => {
        if (transferred > maxAnswer) oversized.abort();
      });
      return { status, text };
    } catch (error) {
      throw oversized.signal.aborted ? new DirectHttpError('answer too large', { cause: error }) : error;
    }
  };

  /** Leaves redirects to got: a service that redirects a request has not executed it. */
  const askDirect = async (url: string, question: Question, timeout = settings.timeout): Promise<TextAnswer> => {
    const started = performance.now();
    try {
      const request = { ...question, timeout, maxBytes: maxAnswer };
      const { status, text, location } = await directHttp(url, request);
      return location !== undefined && status >= 300 && status < 400 ? await askGot(url, question) : { status, text };
    } catch (error) {
      const isRetried = question.method === 'GET' && !question.probe && BROKEN_CONNECTION.includes(codeOf(error));
      if (!isRetried) throw error;
      await wait(1 + Math.random() * RETRY_SPREAD);
      return askDirect(url, { ...question, probe: true }, Math.max(1, timeout - (performance.now() - started)));
    }
  };

  const ask = async (
    { operationId, method }: UpstreamOperation,
    url: string,
    { body }: AnyRequest,
    given: CallOptions['headers'],
    probe: boolean,
  ): Promise<TextAnswer> => {
    const observe = metrics.upstreamDuration.startTimer({ service, operation: operationId });
    const headers = { ...given, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const question = { method, headers, body: body === undefined ? undefined : JSON.stringify(body), probe };
    try {
      const answer = await (settings.direct ? askDirect(url, question) : askGot(url, question));
      observe({ outcome: String(answer.status) });
      return answer;
    } catch (error) {
      const code = codeOf(error);
      observe({ outcome: code });
      throw new UpstreamFailure(service, operationId, code, { cause: error });
    }
  };

  const call = async (operation: UpstreamOperation, given: unknown, options: CallOptions = {}) => {
    const request = given as AnyRequest;
    const { operationId } = operation;
    const log = options.log ?? settings.log;
    if (!settings.url) throw new UpstreamFailure(service, operationId, 'not configured');
    const url = `${settings.url}${pathOf(operation.path, request.path ?? {})}${searchOf(request.query ?? {})}`;
    const { status, text } = await guard.run(
      (probe) => ask(operation, url, request, options.headers, probe),
      options.urgent,
    );
    return {
      status,
      text,
      json: (wanted: unknown) => {
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
      },
    };
  };
  return call as unknown as UpstreamCall;
};
