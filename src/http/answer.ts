import { pipeline } from 'node:stream';
import type { Response } from 'express';
import { invalid } from '../lib/errors.ts';
import type { IdentityRefusal } from '../domain/identity.ts';
import { EventStream, JsonText, type Headers } from '../lib/response/bodies.ts';
import { TRACE_HEADER } from '../lib/trace.ts';
import { toErrorResponse } from './error-response.ts';
import type { Exchange } from './exchange.ts';
import { withLimitFields } from './limit-fields.ts';

/** What is sent back: everything but the trace identifier. */
export interface Answer {
  readonly status: number;
  /** Media type, `null` where there is no body. */
  readonly type: string | null;
  readonly text: string;
  /** The text as it is sent, where that is ready; in an encoding, maybe, which the headers name. */
  readonly bytes?: Buffer | undefined;
  readonly headers: Headers;
  /** What the text was made of, where that may know its entity tag already. */
  readonly source?: JsonText<unknown>;
  /** What is sent instead of the text, as it comes. */
  readonly stream?: EventStream;
}

export const NO_HEADERS: Headers = {};

export const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'text/event-stream';

/** No cache stores a stream, and no proxy buffers it. */
const STREAM_HEADERS: Headers = { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };

/**
 * A response that is a stream, in JSON, or without a body where that is `undefined`.
 * @param type the media type of one in JSON, one of those that are JSON
 */
export const jsonAnswer = <Body>(
  status: number,
  body: Body | JsonText<Body> | EventStream | undefined,
  headers: Headers = NO_HEADERS,
  type: string = JSON_TYPE,
): Answer => {
  if (body instanceof EventStream)
    return { status, type: STREAM_TYPE, text: '', headers: { ...STREAM_HEADERS, ...headers }, stream: body };
  if (body === undefined) return { status, type: null, text: '', headers };
  if (body instanceof JsonText) return { status, type, text: body.line, headers, source: body };
  return { status, type, text: `${JSON.stringify(body)}\n`, headers };
};

/** An identity that was refused; carried as an exception so that there is one way out of a request. */
export class IdentityRefused extends Error {
  readonly refusal: IdentityRefusal;
  constructor(refusal: IdentityRefusal) {
    super(refusal.text);
    this.refusal = refusal;
  }
}

/** How gateways and clients know refusals of the identity: as text, with few exceptions. */
const identityAnswer = ({ status, text, plain }: IdentityRefusal, detailed: boolean): Answer =>
  plain
    ? {
        status,
        type: 'text/plain; charset=utf-8',
        text: `${text}\n`,
        headers: { 'X-Content-Type-Options': 'nosniff' },
      }
    : jsonAnswer(status, toErrorResponse(invalid({ detail: text, code: 'identity.refused' }), detailed).body);

/** The answer to a request that failed. */
export const failureAnswer = (error: unknown, detailed = false): Answer => {
  if (error instanceof IdentityRefused) return identityAnswer(error.refusal, detailed);
  const { status, headers, body } = toErrorResponse(error, detailed);
  return jsonAnswer(status, body, headers);
};

/** Milliseconds that a client gets to take what is left of a stream that has ended. */
const LAST_BYTES = 15_000;

/** Sends what comes from a stream, until one of both ends it. Its connection is of no further use. */
const sendStream = (res: Response, { status, headers }: Answer, stream: EventStream, traceId: string): void => {
  res.writeHead(status, { [TRACE_HEADER]: traceId, 'Content-Type': STREAM_TYPE, Connection: 'close', ...headers });
  if (res.req.method === 'HEAD') {
    res.end();
    return;
  }
  const source = stream.open();
  source.once('end', () => {
    const timer = setTimeout(() => res.destroy(), LAST_BYTES).unref();
    res.once('close', () => clearTimeout(timer));
  });
  // Both end together, however that comes about. Clients leave without notice, which is no failure.
  pipeline(source, res, () => {});
};

/** @param closing makes the client send its next request over another connection */
const sendAnswer = (res: Response, answer: Answer, traceId: string, closing: boolean): void => {
  const { status, type, text, bytes, headers, stream } = answer;
  if (stream) {
    // A source that no client reads would stay open for ever.
    if (!res.closed) sendStream(res, answer, stream, traceId);
    return;
  }
  // Node takes a flat list as it is; an object it would go through once more.
  const fields: string[] = [TRACE_HEADER, traceId];
  if (type !== null) fields.push('Content-Type', type);
  // A 304 has the length of what is not sent, or none.
  if (status !== 204 && status !== 304) fields.push('Content-Length', String(bytes?.length ?? Buffer.byteLength(text)));
  if (closing) fields.push('Connection', 'close');
  for (const name of Object.keys(headers)) fields.push(name, headers[name] as string);
  res.writeHead(status, fields);
  res.end(bytes ?? text);
};

/** Ends an exchange with its answer, which is sent in the same turn of the event loop. */
export type Sender = (exchange: Exchange, answer: Answer) => void;

/** @param lifecycle clients of a process that is stopping send their next request over another connection */
export function createSender(lifecycle: { readonly stopping: boolean }): Sender {
  let ready: (readonly [Exchange, Answer])[] = [];

  const sendReady = (): void => {
    const sending = ready;
    ready = [];
    for (const [{ res, traceId }, answer] of sending) sendAnswer(res, answer, traceId, lifecycle.stopping);
  };

  return (exchange, answer) => {
    const { res, limitFields } = exchange;
    exchange.end(answer.status);
    if (res.headersSent) return;
    // Once all requests that have arrived by now are read. Sent one by one, each answer would wake up its receiver between two
    // requests, which takes the kernel longer than everything that is done here for a short request.
    ready.push([exchange, limitFields === null ? answer : withLimitFields(answer, limitFields)]);
    if (ready.length === 1) setImmediate(sendReady);
  };
}
