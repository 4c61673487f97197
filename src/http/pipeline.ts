import type { IncomingMessage as Request, ServerResponse as Response } from 'node:http';
import type { Handler } from 'openapi-backend';
import type { AppContext } from '../context.ts';
import { ServiceError, notFound } from '../errors.ts';
import { fedoraIdentityReader, platformIdentityReader, type Identity } from '../identity.ts';
import { refusalOf } from '../overload.ts';
import { rateLimitExceeded } from '../rate-limits/limiter.ts';
import { traceIdOf } from '../trace.ts';
import { IdentityRefused, failureAnswer, type Answer } from './answer.ts';
import { carryOut, type HandlerRequest } from './carry-out.ts';
import { compilePaths, type CompiledOperation } from './compiled-operation.ts';
import { createFinisher, type Exchange } from './exchange.ts';
import { IDEMPOTENCY_KEY, runOnce } from './idempotency.ts';
import { prefixOf } from './prefix.ts';
import { createTextReader } from './request-body.ts';
import { createRequestLogger } from './request-log.ts';
import { createRouteTable } from './route-table.ts';

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
    const operation = found?.entry.operations.get(req.method ?? '') ?? null;
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

    const request: HandlerRequest = {
      ...{ params, query, headers, body, identity, idempotencyId: null, traceId: exchange.traceId },
      // Most requests have nothing to log before their end.
      get log() {
        return requestLog.child();
      },
    };
    const header = operation.takesKey ? req.headers[IDEMPOTENCY_KEY] : undefined;
    if (typeof header !== 'string' || !identity) return carryOut(operation, request, req.headers['if-none-match']);
    const keyed = { operation: operation.id, orgId: identity.orgId, header, subject: { params, body } };
    return runOnce(ctx, keyed, (idempotencyId) => carryOut(operation, { ...request, idempotencyId }, undefined));
  };

  const finish = createFinisher(ctx);

  return (req, res) => {
    const { url = '/' } = req;
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
