import { STATUS_CODES } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger as PinoLogger } from 'pino';
import { pinoHttp } from 'pino-http';
import { describeError, type Logger } from '../observability/logger.ts';
import type { LogEvent } from '../observability/log-events.ts';
import type { LogFields } from './exchange.ts';

const levelOf = (status: number): 'info' | 'warn' | 'error' => {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
};

const messageOf = ({ statusCode }: Response): string => `${statusCode}: ${STATUS_CODES[statusCode] ?? ''}`;

/** The path is logged without the query, whose values may be personal. */
const lineOf = ({ exchange, method, headers, socket }: Request, res: Response, latency: number | undefined) => ({
  event: 'request.completed' satisfies LogEvent,
  request_id: exchange.traceId,
  latency_ms: latency,
  ...exchange.logFields(),
  request: {
    ...{ method, path: exchange.fullPath, 'user-agent': headers['user-agent'] },
    ip: `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`,
  },
  response: { status: res.statusCode },
  shortage: exchange.shortage,
  err: exchange.failure,
});

/** Logs one line per request, when it ends, and sets `req.log`. */
export function logRequests(base: Logger): RequestHandler {
  const middleware = pinoHttp<Request, Response>({
    // Our type of loggers is pino's with stricter methods.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    logger: base as PinoLogger,
    genReqId: ({ exchange }) => exchange.traceId,
    wrapSerializers: false,
    // pino-http would serialize all headers, which takes longer than the rest of a short request.
    serializers: { req: () => undefined, res: () => undefined, err: (error: unknown) => describeError(error) },
    customAttributeKeys: { responseTime: 'latency_ms' },
    // If the client disconnects, the request continues; `onResponse` logs its line.
    customLogLevel: ({ exchange }, res) => {
      const level = levelOf(res.statusCode);
      return exchange.ended && base.isLevelEnabled(level) ? level : 'silent';
    },
    customSuccessMessage: (_req, res) => messageOf(res),
    customErrorMessage: (_req, res) => messageOf(res),
    customSuccessObject: (req, res, { latency_ms }: LogFields) => lineOf(req, res, latency_ms),
    customErrorObject: (req, res, _error, { latency_ms }: LogFields) => lineOf(req, res, latency_ms),
  });
  return (req, res, next) => {
    // Node caches the address only while the connection is open.
    const { remoteAddress: _cached } = req.socket;
    const { exchange } = req;
    const started = Date.now();
    exchange.onResponse.push((status) => {
      if (!res.closed) return;
      res.statusCode = status;
      req.log[levelOf(status)](lineOf(req, res, Date.now() - started), messageOf(res));
    });
    middleware(req, res, next);
  };
}
