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

/** The fields of a request's line. The path is logged without the query, whose values may be personal. */
const lineOf = ({ exchange, method, headers, socket }: Request, res: Response, latency: number | undefined) => ({
  event: 'request.completed' satisfies LogEvent,
  request_id: exchange.traceId,
  latency_ms: latency,
  ...exchange.logFields(),
  request: {
    ...{ method, path: exchange.wholePath, 'user-agent': headers['user-agent'] },
    ip: `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`,
  },
  response: { status: res.statusCode },
  err: exchange.failure,
});

/** Logs one line for each request, at its end, and gives the request its logger `req.log`. */
export function logRequests(base: Logger): RequestHandler {
  const middleware = pinoHttp<Request, Response>({
    logger: base as PinoLogger,
    genReqId: ({ exchange }) => exchange.traceId,
    wrapSerializers: false,
    // The line has the fields above instead: request and response with all headers cost more than the rest of a short request.
    serializers: { req: () => undefined, res: () => undefined, err: (error: unknown) => describeError(error) },
    customAttributeKeys: { responseTime: 'latency_ms' },
    // A client that leaves early ends the connection, not the request: its line is written below.
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
    // Read while the connection is open: node caches the address, and does not know it afterwards.
    void req.socket.remoteAddress;
    const { exchange } = req;
    const started = Date.now();
    exchange.onAnswer.push((status) => {
      if (!res.closed) return;
      res.statusCode = status;
      req.log[levelOf(status)](lineOf(req, res, Date.now() - started), messageOf(res));
    });
    middleware(req, res, next);
  };
}
