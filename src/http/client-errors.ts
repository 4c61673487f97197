import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { invalid, ServiceError } from '../lib/errors.ts';
import type { ProtectionMetrics } from '../observability/protection-metrics.ts';
import { toErrorResponse } from './error-response.ts';

const pendingBodies = new WeakMap<Socket, (error: ServiceError) => void>();

/**
 * Waits for a request body. A timeout or malformed data rejects with an error, so that the request gets a response, a
 * log line and metrics.
 * @throws ServiceError `requestTimeout` or `invalid`
 */
export async function awaitBody<T>(res: ServerResponse, read: Promise<T>): Promise<T> {
  const { socket } = res;
  if (socket === null) return read;
  const broken = new Promise<never>((_resolve, reject) => {
    pendingBodies.set(socket, (error) => {
      res.setHeader('Connection', 'close');
      reject(error);
    });
  });
  try {
    return await Promise.race([read, broken]);
  } finally {
    pendingBodies.delete(socket);
    read.catch(() => {});
  }
}

type Reason = 'timeout' | 'headers_too_large' | 'malformed';

const rejectionOf = (code: string | undefined): { readonly reason: Reason; readonly error: ServiceError } => {
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

const rawResponse = (error: ServiceError): string => {
  const { status, body } = toErrorResponse(error);
  const text = `${JSON.stringify(body)}\n`;
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
    '',
    text,
  ].join('\r\n');
};

/** Milliseconds during which input of a rejected client is discarded, so that the client can read the response. */
const LINGER = 2_000;

const hasPendingResponse = (socket: Socket): boolean =>
  Boolean((socket as Socket & { _httpMessage?: unknown })._httpMessage);

/**
 * Ends connections with malformed or late requests, after an error response where one is possible.
 * @param linger milliseconds that a rejected client gets to read the response
 */
export function createClientErrorListener(
  metrics: Pick<ProtectionMetrics, 'refusedConnections'>,
  linger = LINGER,
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  const rejected = new WeakSet<Socket>();
  return (error, socket) => {
    // The parser reports an error for everything that follows.
    if (rejected.has(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    rejected.add(socket);
    const { reason, error: rejection } = rejectionOf(error.code);
    metrics.refusedConnections.inc({ reason });
    const rejectBody = pendingBodies.get(socket);
    if (rejectBody) rejectBody(rejection);
    // The client would read a second response as part of the first one.
    else if (hasPendingResponse(socket)) socket.destroy();
    else {
      socket.end(rawResponse(rejection));
      setTimeout(() => socket.destroy(), linger).unref();
    }
  };
}

/**
 * Closes connections that are idle or whose client does not read its response. A connection with a running request
 * stays open.
 * @param time milliseconds until the next check
 */
export function createIdleListener(time: number) {
  return (socket: Socket): void => {
    if (hasPendingResponse(socket) && socket.writableLength === 0) socket.setTimeout(time);
    else socket.destroy();
  };
}
