import type { Request, Response } from 'express';
import type { Handler } from 'openapi-backend';
import type { AppContext } from '../context.ts';
import { ServiceError, internal, notFound } from '../errors.ts';
import { fedoraIdentityReader, platformIdentityReader, type Identity } from '../identity.ts';
import { methodLabel, statusClass } from '../metrics.ts';
import { refusalOf } from '../overload.ts';
import { rateLimitExceeded } from '../rate-limits/limiter.ts';
import { traceIdOf } from '../trace.ts';
import {
  IdentityRefused,
  NO_HEADERS,
  failureAnswer,
  jsonAnswer,
  sendAnswer,
  type Answer,
  type Headers,
} from './answer.ts';
import { compilePaths, type CompiledOperation } from './compiled-operation.ts';
import { IDEMPOTENCY_KEY, runOnce } from './idempotency.ts';
import { withLimitFields } from './limit-fields.ts';
import { prefixOf } from './prefix.ts';
import { createTextReader } from './request-body.ts';
import { createRequestLogger, type RequestLog } from './request-log.ts';
import { createRouteTable } from './route-table.ts';

/** What is known of a request while it runs; the log line and the metrics are made of it. */
interface Exchange {
  readonly req: Request;
  readonly res: Response;
  /** The versioned prefix the request used, and the rest of its path. */
  readonly prefix: string;
  readonly path: string;
  readonly search: string;
  readonly traceId: string;
  readonly started: number;
  readonly requestLog: RequestLog;
  countedPath: string;
  operation: CompiledOperation | null;
  /** What the answer, whatever it is, tells of the limit that the request counted against. */
  limitFields: Headers | null;
  validated: boolean;
}

/** What a handler returns. */
interface Result {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Headers;
  readonly revision?: string | null | undefined;
}

/** Serves a request below an API prefix; answers `false` for other paths, which it leaves alone. */
export type ApiPipeline = (req: Request, res: Response) => boolean;

/**
 * Composes the way of every request below the API prefixes:
 * route → overload → identity → rate limit → parameters → body → handler → answer. The first refusal ends it.
 */
export const createApiPipeline = async (
  ctx: AppContext,
  handlers: Record<string, Handler>,
  prefixes: ReadonlyMap<string, string>,
): Promise<ApiPipeline> => {
  const findRoute = createRouteTable(await compilePaths(ctx, handlers));
  const identityReader = ctx.config.auth === 'fedora' ? fedoraIdentityReader() : platformIdentityReader();
  const logRequest = createRequestLogger(ctx.log);
  const readText = createTextReader(ctx.config.http.bodyLimit);

  const identityOf = (req: Request): Identity => {
    const result = identityReader.read(req.headersDistinct[identityReader.header] ?? ctx.developmentIdentity ?? []);
    if ('refusal' in result) throw new IdentityRefused(result.refusal);
    return result.identity;
  };

  const countAgainstLimit = async (exchange: Exchange, operation: CompiledOperation, orgId: string): Promise<void> => {
    const taken = operation.limitedAs && (await ctx.rateLimiter?.take(orgId, operation.limitedAs));
    if (!taken) return;
    exchange.limitFields = taken.fields;
    if (!taken.allowed) throw rateLimitExceeded(taken);
  };

  const run = async (exchange: Exchange): Promise<Answer> => {
    const { req, res, requestLog } = exchange;
    const { fields } = requestLog;
    const found = findRoute(exchange.path);
    const operation = found?.entry.operations.get(req.method) ?? null;
    if (found) exchange.countedPath = exchange.prefix + found.entry.countedPath;
    exchange.operation = operation;
    if (ctx.overload.eventLoop() && operation?.alwaysAnswered !== true)
      throw refusalOf('event_loop', ctx.metrics.protection);

    const identity = operation?.readsIdentity === false ? null : identityOf(req);
    if (identity) {
      fields.org_id = identity.orgId;
      fields.user = identity.username;
    }
    if (!found) throw notFound('no matching operation was found');
    if (!operation) {
      res.setHeader('Allow', found.entry.allow);
      throw new ServiceError('methodNotAllowed', 'method not allowed');
    }
    fields.operation_id = operation.id;
    if (ctx.rateLimiter && identity) await countAgainstLimit(exchange, operation, identity.orgId);

    const { params, query, headers } = operation.readParameters(found.values, exchange.search, req.headers);
    const body = operation.readBody
      ? operation.readBody(await readText(req, res), req.headers['content-type'])
      : undefined;
    exchange.validated = true;
    if (operation.isCompose) ctx.metrics.composeRequests.inc();
    // Asked last: nothing comes between this and the request's place among the callers.
    if (operation.usesDatabase && ctx.overload.database()) throw refusalOf('database', ctx.metrics.protection);

    const carryOut = async (idempotencyId: string | null): Promise<Answer> => {
      const result = (await operation.handle({} as never, {
        ...{ params, query, headers, body, identity, idempotencyId, traceId: exchange.traceId },
        log: requestLog.child(),
      })) as Result;
      const answer = jsonAnswer(result.status, result.body, result.headers ?? NO_HEADERS);
      const mismatch = operation.checkAnswer(answer.status, answer.text);
      if (mismatch !== null) throw internal('the answer does not fit the contract', new Error(mismatch));
      return operation.tag ? operation.tag(answer, result.revision, req.headers['if-none-match']) : answer;
    };
    const header = operation.takesKey ? req.headers[IDEMPOTENCY_KEY] : undefined;
    if (typeof header !== 'string' || !identity) return carryOut(null);
    const { orgId } = identity;
    return runOnce(ctx, { operation: operation.id, orgId, header, subject: { params, body } }, carryOut);
  };

  const finish = (exchange: Exchange, given: Answer, error: unknown): void => {
    const { res, req, operation } = exchange;
    ctx.lifecycle.running -= 1;
    const { status } = given;
    if (error !== null) exchange.requestLog.failed(error);
    ctx.metrics.requestCount.inc({ method: methodLabel(req.method), path: exchange.countedPath, code: String(status) });
    if (operation) {
      const seconds = (performance.now() - exchange.started) / 1000;
      ctx.metrics.operationDuration.observe({ operation: operation.id, status: statusClass(status) }, seconds);
      if (exchange.validated)
        ctx.metrics.requestDuration.observe({ path: exchange.prefix + operation.timedPath }, seconds);
    }
    if (operation?.isCompose && status >= 500 && status <= 511) ctx.metrics.composeErrors.inc();
    const answer = exchange.limitFields ? withLimitFields(given, exchange.limitFields) : given;
    // Clients that keep connections alive are asked to take their next request elsewhere when the process is about to end.
    if (!res.headersSent) sendAnswer(res, answer, exchange.traceId, ctx.lifecycle.stopping);
  };

  return (req, res) => {
    const { url } = req;
    const queryAt = url.indexOf('?');
    const whole = queryAt < 0 ? url : url.slice(0, queryAt);
    const prefix = prefixOf(whole, prefixes);
    if (prefix === null) return false;
    const label = prefixes.get(prefix) ?? prefix;
    const path = whole.slice(prefix.length);
    const traceId = traceIdOf(req);
    const exchange: Exchange = {
      ...{ req, res, prefix: label, path, traceId },
      search: queryAt < 0 ? '' : url.slice(queryAt + 1),
      started: performance.now(),
      requestLog: logRequest(req, res, whole, traceId),
      countedPath: path === '' ? label : `${label}/*`,
      operation: null,
      limitFields: null,
      validated: false,
    };
    ctx.lifecycle.running += 1;
    run(exchange).then(
      (answer) => finish(exchange, answer, null),
      (error: unknown) => finish(exchange, failureAnswer(error), error),
    );
    return true;
  };
};
