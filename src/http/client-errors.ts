import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { invalid, ServiceError } from '../lib/errors.ts';
import type { ProtectionMetrics } from '../observability/protection-metrics.ts';
import { toErrorResponse } from './error-response.ts';

/** Requests whose body is being read, by their connection, each with what ends the reading. */
const readers = new WeakMap<Socket, (error: ServiceError) => void>();

/**
 * Waits for the body of a request. What is wrong with the rest of it (too slow, not HTTP) ends the waiting, so that the
 * request is answered, logged and counted as every other; the connection ends with the answer.
 * @throws ServiceError `requestTimeout` or `invalid`
 */
export const whileReading = async <T>(res: ServerResponse, read: Promise<T>): Promise<T> => {
  const { socket } = res;
  if (socket === null) return read;
  const broken = new Promise<never>((_resolve, reject) => {
    readers.set(socket, (error) => {
      res.setHeader('Connection', 'close');
      reject(error);
    });
  });
  try {
    return await Promise.race([read, broken]);
  } finally {
    readers.delete(socket);
    // The one that lost the race says nothing any more.
    read.catch(() => {});
  }
};

/** Why a connection is ended. */
type Reason = 'timeout' | 'headers_too_large' | 'malformed';

const refusal = (code: string | undefined): { readonly reason: Reason; readonly error: ServiceError } => {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return {
      reason: 'timeout',
      error: new ServiceError('requestTimeout', 'the request did not arrive in time'),
    };
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return {
      reason: 'headers_too_large',
      error: new ServiceError('headersTooLarge', 'the headers of the request are too large'),
    };
  }
  return { reason: 'malformed', error: invalid({ detail: 'the request is not HTTP', code: 'request.malformed' }) };
};

const REASON_PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** A whole answer as it goes over the wire, for a request that never became one. */
const rawAnswer = (error: ServiceError): string => {
  const { status, body } = toErrorResponse(error);
  const text = `${JSON.stringify(body)}\n`;
  return [
    `HTTP/1.1 ${status} ${REASON_PHRASES[status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
    '',
    text,
  ].join('\r\n');
};

/** Milliseconds for which what a refused client still sends is thrown away, so that it gets to read why. */
const LINGER = 2_000;

/** Whether a request came over the connection that is not answered to its end. */
const isAnswering = (socket: Socket): boolean => Boolean((socket as Socket & { _httpMessage?: unknown })._httpMessage);

/**
 * Ends connections over which comes what is no request, or no more of one: with an answer wherever one is possible.
 * @param linger milliseconds that a refused client gets to read the answer
 */
export const createClientErrorListener = (
  metrics: Pick<ProtectionMetrics, 'refusedConnections'>,
  linger = LINGER,
): ((error: NodeJS.ErrnoException, socket: Socket) => void) => {
  const refused = new WeakSet<Socket>();
  return (error, socket) => {
    // The parser complains again of everything that follows.
    if (refused.has(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    refused.add(socket);
    const { reason, error: answer } = refusal(error.code);
    metrics.refusedConnections.inc({ reason });
    const endReading = readers.get(socket);
    if (endReading) endReading(answer);
    // The client would read a response in the middle of another one as a part of that.
    else if (isAnswering(socket)) socket.destroy();
    else {
      socket.end(rawAnswer(answer));
      setTimeout(() => socket.destroy(), linger).unref();
    }
  };
};

/**
 * Ends connections over which nothing moves: idle ones, and those whose client does not read its response, which would
 * stay in memory. A connection whose request is still running stays open.
 * @param time milliseconds after which it is looked again
 */
export const createSilenceListener =
  (time: number) =>
  (socket: Socket): void => {
    if (isAnswering(socket) && socket.writableLength === 0) socket.setTimeout(time);
    else socket.destroy();
  };
