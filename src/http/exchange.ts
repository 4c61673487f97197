import type { Request, RequestHandler, Response } from 'express';
import { internal } from '../lib/errors.ts';
import type { Identity } from '../domain/identity.ts';
import type { Logger } from '../observability/logger.ts';
import type { Headers } from '../lib/response/bodies.ts';
import { spanIdOf, traceIdOf } from '../lib/trace.ts';
import type { Backend } from './backend.ts';
import type { RoutedRequest } from './compiled-openapi.ts';
import type { ServedOperation } from './served-operation.ts';

declare module 'express-serve-static-core' {
  interface Request {
    /** Of a request below an API prefix. */
    exchange: Exchange;
  }
}

/** Fields of a request's log lines. */
export interface LogFields {
  trace_id: string;
  /** Of the caller, if it sent one. */
  span_id?: string;
  org_id?: string;
  user?: string;
  operation_id?: string;
  latency_ms?: number;
}

/** A request below an API prefix, with what the middleware learns of it on its way. */
export class Exchange {
  readonly req: Request;
  readonly res: Response;
  /** The prefix that the request is counted under, and its path without the query. */
  readonly prefix: string;
  readonly fullPath: string;
  /** With its route, which is matched once. */
  readonly request: RoutedRequest;
  /** `null` for a path or a method that the contract does not have. */
  readonly operation: ServedOperation | null;
  readonly traceId: string;
  readonly spanId: string | null;
  caller: Identity | null = null;
  /** What every response reports of the limit that the request counted against. */
  limitFields: Headers | null = null;
  /** Whether the request fits the contract. */
  validated = false;
  /** What ended the request, where the response does not say it all. */
  failure: unknown;
  /** Called with the status when the response is made, which may be long after the client has left. */
  readonly onResponse: ((status: number) => void)[] = [];
  /** Whether the response is made. */
  ended = false;
  #log: Logger | undefined;

  constructor(req: Request, res: Response, found: Pick<Exchange, 'prefix' | 'fullPath' | 'request' | 'operation'>) {
    this.req = req;
    this.res = res;
    this.prefix = found.prefix;
    this.fullPath = found.fullPath;
    this.request = found.request;
    this.operation = found.operation;
    this.traceId = traceIdOf(req);
    this.spanId = spanIdOf(req);
  }

  /** The caller. @throws ServiceError `internal` where none was identified: no operation runs without one by mistake */
  get identity(): Identity {
    if (this.caller === null) throw internal('Identity Header missing in request handler');
    return this.caller;
  }

  /** The response is made, and is about to be sent. */
  end(status: number): void {
    this.ended = true;
    for (const listener of this.onResponse) listener(status);
  }

  /** The fields of every log line of the request, by the time of the call. */
  logFields(): LogFields {
    const { caller, operation, traceId, spanId } = this;
    const fields: LogFields = { trace_id: traceId };
    if (spanId !== null) fields.span_id = spanId;
    if (caller !== null) {
      fields.org_id = caller.orgId;
      fields.user = caller.username;
    }
    if (operation !== null) fields.operation_id = operation.id;
    return fields;
  }

  /** The logger of the request. Made when it is needed: most requests log nothing before their end. */
  get log(): Logger {
    return (this.#log ??= this.req.log.child(this.logFields()));
  }
}

/** Path and query of a request target, which may be absolute: `http://host/path?query`. */
const targetOf = (url: string): { readonly path: string; readonly query: string } => {
  const start = url.startsWith('/') ? 0 : Math.max(0, url.indexOf('/', url.indexOf('://') + 3));
  const queryAt = url.indexOf('?', start);
  return queryAt < 0
    ? { path: url.slice(start), query: '' }
    : { path: url.slice(start, queryAt), query: url.slice(queryAt + 1) };
};

/**
 * Starts the exchange of a request below an API prefix: trace identifier and route.
 * @param prefixes those that the API is served under, each with the one that its requests are counted as
 */
export function startExchange(backend: Backend, prefixes: ReadonlyMap<string, string>): RequestHandler {
  return (req, res, next) => {
    const { path: fullPath, query } = targetOf(req.originalUrl);
    const request = backend.router.route(req, { path: fullPath.slice(req.baseUrl.length), query });
    const { compiledPath, operation } = request;
    if (compiledPath !== null) req.route = compiledPath.route;
    req.exchange = new Exchange(req, res, {
      prefix: prefixes.get(req.baseUrl) ?? req.baseUrl,
      ...{ fullPath, request },
      operation: operation ? backend.served(operation) : null,
    });
    next();
  };
}
