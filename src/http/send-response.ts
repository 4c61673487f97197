import { pipeline } from 'node:stream';
import type { Response } from 'express';
import { invalid } from '../lib/errors.ts';
import type { IdentityRefusal } from '../domain/identity.ts';
import { EventStream, JsonStream, JsonText, TomlText, type Headers } from '../lib/response/bodies.ts';
import { TRACE_HEADER } from '../lib/ids.ts';
import { toErrorResponse } from './error-response.ts';
import type { Exchange } from './exchange.ts';
import { withLimitFields } from './limit-fields.ts';

/** A response, without the trace identifier. */
export interface PreparedResponse {
  readonly status: number;
  /** Media type, `null` without a body. */
  readonly type: string | null;
  readonly text: string;
  /** The encoded text, if cached; the headers name the encoding. */
  readonly bytes?: Buffer | undefined;
  readonly headers: Headers;
  /** The value behind the text, which may have cached its entity tag. */
  readonly source?: JsonText<unknown>;
  /** Sent instead of the text. */
  readonly stream?: EventStream | JsonStream<unknown>;
}

export const NO_HEADERS: Headers = {};

const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'text/event-stream';
export const TOML_TYPE = 'application/toml';

const STREAM_HEADERS: Headers = { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no', Connection: 'close' };

/** A JSON or TOML response, a stream, or a response without a body for `undefined`. @param type a JSON media type */
export function jsonResponse<Body>(
  status: number,
  body: Body | JsonText<Body> | JsonStream<Body> | EventStream | TomlText | undefined,
  headers: Headers = NO_HEADERS,
  type: string = JSON_TYPE,
): PreparedResponse {
  if (body instanceof EventStream)
    return { status, type: STREAM_TYPE, text: '', headers: { ...STREAM_HEADERS, ...headers }, stream: body };
  if (body instanceof JsonStream) return { status, type, text: '', headers, stream: body };
  if (body === undefined) return { status, type: null, text: '', headers };
  if (body instanceof JsonText) return { status, type, text: body.line, headers, source: body };
  if (body instanceof TomlText) return { status, type: TOML_TYPE, text: body.text, headers };
  return { status, type, text: `${JSON.stringify(body)}\n`, headers };
}

export class IdentityError extends Error {
  readonly refusal: IdentityRefusal;
  constructor(refusal: IdentityRefusal) {
    super(refusal.text);
    this.refusal = refusal;
  }
}

/** Compatibility: gateways and clients expect identity errors as text, with few exceptions. */
const identityErrorResponse = (
  { status, text, plain }: IdentityRefusal,
  detailed: boolean,
  requestId: string | null,
): PreparedResponse =>
  plain
    ? {
        status,
        type: 'text/plain; charset=utf-8',
        text: `${text}\n`,
        headers: { 'X-Content-Type-Options': 'nosniff' },
      }
    : jsonResponse(
        status,
        toErrorResponse(invalid({ detail: text, code: 'identity.refused' }), detailed, requestId).body,
      );

/** @param requestId the id by which the request is logged, for requests that prefer details */
export function failureResponse(error: unknown, detailed = false, requestId: string | null = null): PreparedResponse {
  if (error instanceof IdentityError) return identityErrorResponse(error.refusal, detailed, requestId);
  const { status, headers, body } = toErrorResponse(error, detailed, requestId);
  return jsonResponse(status, body, headers);
}

/** Milliseconds that a client gets to read the rest of a stream that has ended. */
const DRAIN_TIMEOUT = 15_000;

const sendStream = (
  res: Response,
  { status, type, headers }: PreparedResponse,
  stream: EventStream | JsonStream<unknown>,
  traceId: string,
  closing: boolean,
): void => {
  const connection = closing ? { Connection: 'close' } : {};
  res.writeHead(status, { [TRACE_HEADER]: traceId, 'Content-Type': type ?? STREAM_TYPE, ...connection, ...headers });
  if (res.req.method === 'HEAD') {
    res.end();
    return;
  }
  const source = stream.open();
  if (stream instanceof EventStream)
    source.once('end', () => {
      const timer = setTimeout(() => res.destroy(), DRAIN_TIMEOUT).unref();
      res.once('close', () => clearTimeout(timer));
    });
  // Clients disconnect without notice, which is no error.
  pipeline(source, res, () => {});
};

const sendPrepared = (res: Response, response: PreparedResponse, traceId: string, closing: boolean): void => {
  const { status, type, text, bytes, headers, stream } = response;
  if (stream) {
    // A source without a reader would stay open forever.
    if (!res.closed) sendStream(res, response, stream, traceId, closing);
    return;
  }
  // Node sends a flat list as it is; it would iterate over an object again.
  const fields: string[] = [TRACE_HEADER, traceId];
  if (type !== null) fields.push('Content-Type', type);
  // A 304 has the length of the omitted body, or none.
  if (status !== 204 && status !== 304) fields.push('Content-Length', String(bytes?.length ?? Buffer.byteLength(text)));
  if (closing) fields.push('Connection', 'close');
  for (const name of Object.keys(headers)) fields.push(name, headers[name] as string);
  res.writeHead(status, fields);
  res.end(bytes ?? text);
};

/** Ends an exchange and sends its response in the same turn of the event loop. */
export type Sender = (exchange: Exchange, response: PreparedResponse) => void;

/** @param lifecycle a stopping process closes connections after their response */
export function createSender(lifecycle: { readonly stopping: boolean }): Sender {
  let ready: (readonly [Exchange, PreparedResponse])[] = [];

  const sendReady = (): void => {
    const sending = ready;
    ready = [];
    for (const [{ res, traceId }, response] of sending) sendPrepared(res, response, traceId, lifecycle.stopping);
  };

  return (exchange, response) => {
    const { res, limitFields } = exchange;
    exchange.end(response.status);
    if (res.headersSent) return;
    // Sends after all available requests are read: sent one by one, each response would wake up its client in
    // between, which takes the kernel longer than the rest of a short request.
    ready.push([exchange, limitFields === null ? response : withLimitFields(response, limitFields)]);
    if (ready.length === 1) setImmediate(sendReady);
  };
}
