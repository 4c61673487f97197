import type { Request, RequestHandler, Response } from 'express';
import { internal } from '../lib/errors.ts';
import type { Identity } from '../domain/identity.ts';
import type { Logger } from '../observability/logger.ts';
import type { Headers } from '../lib/response/bodies.ts';
import { correlationOf, spanIdOf, traceIdOf, type Correlation } from '../lib/ids.ts';
import type { Backend } from './backend.ts';
import type { RoutedRequest } from './compiled-openapi.ts';
import type { ServedOperation } from './served-operation.ts';
import type { ShortageKind } from './shortage-error.ts';

declare module 'express-serve-static-core' {
  interface Request {
    exchange: Exchange;
  }
}

export interface LogFields {
  trace_id: string;
  span_id?: string;
  insights_request_id?: string;
  w3c_trace_id?: string;
  org_id?: string;
  user?: string;
  operation_id?: string;
  latency_ms?: number;
}

/** A request below an API prefix, with what the middleware adds to it. */
export class Exchange {
  readonly req: Request;
  readonly res: Response;
  /** The prefix that labels the request in metrics; `fullPath` has no query. */
  readonly prefix: string;
  readonly fullPath: string;
  readonly request: RoutedRequest;
  /** `null` for a path or method that is not in the contract. */
  readonly operation: ServedOperation | null;
  readonly traceId: string;
  readonly spanId: string | null;
  caller: Identity | null = null;
  /** Rate-limit headers of the response. */
  limitFields: Headers | null = null;
  validated = false;
  /** The error for the log, if the response does not contain all of it. */
  failure: unknown;
  /** Why the request was not started, for the log. */
  shortage: ShortageKind | undefined;
  /** Called with the status when the response is ready, even if the client has disconnected. */
  readonly onResponse: ((status: number) => void)[] = [];
  ended = false;
  #log: Logger | undefined;
  #correlation: Correlation | null | undefined;

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

  /** @throws ServiceError `internal` if no caller was identified */
  get identity(): Identity {
    if (this.caller === null) throw internal('Identity Header missing in request handler');
    return this.caller;
  }

  /** Read on first use: few requests need more of it than their log line does. */
  get correlation(): Correlation | null {
    if (this.#correlation === undefined) this.#correlation = correlationOf(this.req.headers);
    return this.#correlation;
  }

  end(status: number): void {
    this.ended = true;
    for (const listener of this.onResponse) listener(status);
  }

  logFields(): LogFields {
    const { caller, operation, traceId, spanId, correlation } = this;
    const fields: LogFields = { trace_id: traceId, ...correlation?.fields };
    if (spanId !== null) fields.span_id = spanId;
    if (caller !== null) {
      fields.org_id = caller.orgId;
      fields.user = caller.username;
    }
    if (operation !== null) fields.operation_id = operation.id;
    return fields;
  }

  /** Created on first use: most requests log nothing before their end. */
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
 * Creates the exchange of a request.
 * @param prefixes prefixes of the API, each with the prefix that labels its requests in metrics
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
