import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { pinoHttp, startTime } from 'pino-http';
import { ServiceError } from '../errors.ts';
import { describeError, type Logger } from '../logger.ts';
import { spanIdOf } from '../trace.ts';

/** Fields of a request's log lines, filled in as they become known. */
export interface RequestFields {
  trace_id: string;
  /** Of the caller, if it sent one. */
  span_id?: string;
  org_id?: string;
  user?: string;
  operation_id?: string;
}

export interface RequestLog {
  readonly fields: RequestFields;
  /** Logger for what happens during the request; carries the fields known by then. */
  child(): Logger;
  /** What ended the request, for the request's line. */
  failed(error: unknown): void;
  /** The answer is about to be sent: the request's line is written when that is done. */
  answered(status: number): void;
}

/** Begins the log of a request. */
export type RequestLogger = (req: IncomingMessage, res: ServerResponse, path: string, traceId: string) => RequestLog;

const levelOf = (status: number): 'info' | 'warn' | 'error' => {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
};

/** One line per request by pino-http. The path is logged without the query, whose values may be personal. */
export const createRequestLogger = (base: Logger): RequestLogger => {
  const known = new WeakMap<IncomingMessage, { fields: RequestFields; path: string; failure?: unknown }>();
  const middleware = pinoHttp<IncomingMessage, ServerResponse>({
    logger: base,
    genReqId: (req) => known.get(req)?.fields.trace_id ?? '',
    quietReqLogger: true,
    quietResLogger: true,
    // Its own would put everything into the line that the class of an error carries.
    wrapSerializers: false,
    // The line has the fields below instead of the whole request and response, which cost more than the rest of a short request.
    serializers: { req: () => undefined, res: () => undefined, err: (error: unknown) => describeError(error) },
    customAttributeKeys: { reqId: 'request_id', responseTime: 'latency_ms' },
    customLogLevel: (_req, res) => levelOf(res.statusCode),
    customSuccessMessage: (_req, res) => `${res.statusCode}: ${STATUS_CODES[res.statusCode] ?? ''}`,
    customErrorMessage: (_req, res) => `${res.statusCode}: ${STATUS_CODES[res.statusCode] ?? ''}`,
    customErrorObject: (req, res, _error, value: Record<string, unknown>) => ({ ...value, ...line(req, res) }),
    customSuccessObject: (req, res, value: Record<string, unknown>) => ({ ...value, ...line(req, res) }),
  });

  const line = (req: IncomingMessage, res: ServerResponse): Record<string, unknown> => {
    const { fields, path, failure } = known.get(req) ?? {};
    return {
      ...fields,
      request: {
        method: req.method,
        path,
        'user-agent': req.headers['user-agent'],
        ip: `${req.socket.remoteAddress ?? ''}:${req.socket.remotePort ?? ''}`,
      },
      response: { status: res.statusCode },
      ...(failure === undefined ? { err: undefined } : { err: failure }),
    };
  };

  class OneRequestLog implements RequestLog {
    readonly fields: RequestFields;
    readonly #req: IncomingMessage;
    readonly #res: ServerResponse;
    readonly #path: string;
    readonly #begun = Date.now();
    #failure: unknown;
    #child: Logger | undefined;

    constructor(req: IncomingMessage, res: ServerResponse, path: string, traceId: string) {
      const spanId = spanIdOf(req);
      this.fields = spanId === null ? { trace_id: traceId } : { trace_id: traceId, span_id: spanId };
      this.#req = req;
      this.#res = res;
      this.#path = path;
    }

    child(): Logger {
      return (this.#child ??= base.child({ ...this.fields }));
    }

    failed(error: unknown): void {
      // The whole error is for the operator, where the answer did not already say it all.
      if (!(error instanceof ServiceError) || error.cause !== undefined || error.kind === 'internal') {
        this.#failure = error;
      }
    }

    answered(status: number): void {
      // Only where there is going to be a line: what pino-http does for it costs as much as the rest of a short request.
      if (!base.isLevelEnabled(levelOf(status))) return;
      const res = this.#res;
      const failure = this.#failure;
      known.set(this.#req, { fields: this.fields, path: this.#path, ...(failure === undefined ? {} : { failure }) });
      res[startTime] = this.#begun;
      middleware(this.#req, res);
      // Nobody is there to be answered any more, and nothing will be finished.
      if (res.closed) res.emit('close');
    }
  }

  return (req, res, path, traceId) => new OneRequestLog(req, res, path, traceId);
};
