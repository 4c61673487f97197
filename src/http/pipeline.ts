import type { IncomingMessage as Request, ServerResponse as Response } from 'node:http';
import type { Handler } from 'openapi-backend';
import type { AppContext } from '../context.ts';
import { ServiceError, notFound } from '../errors.ts';
import { fedoraIdentityReader, platformIdentityReader, type Identity } from '../identity.ts';
import { refusalOf } from '../overload.ts';
import { rateLimitExceeded, type RateLimiter } from '../rate-limits/limiter.ts';
import type { RouteClass } from '../rate-limits/policy.ts';
import { traceIdOf } from '../trace.ts';
import { auditEntryOf, auditFailure } from './audit.ts';
import { IdentityRefused, failureAnswer, type Answer } from './answer.ts';
import { carryOut, HandlerRequest } from './carry-out.ts';
import { compilePaths, type CompiledOperation } from './compiled-operation.ts';
import type { AnswerConditions } from './conditional.ts';
import { createFinisher, type Exchange } from './exchange.ts';
import { IDEMPOTENCY_KEY, runOnce } from './idempotency.ts';
import type { ParameterValues } from './parameters.ts';
import { prefixOf } from './prefix.ts';
import { createTextReader } from './request-body.ts';
import { createRequestLogger } from './request-log.ts';
import { createRouteTable, type RouteMatch } from './route-table.ts';

/** Serves a request below an API prefix; answers `false` for other paths, which it leaves alone. */
export type ApiPipeline = (req: Request, res: Response) => boolean;

/** Of a request with an idempotency key: its answer is for whoever repeats it. */
const NO_CONDITIONS = {};

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

  const allValues = (req: Request): readonly string[] =>
    req.headersDistinct[identityReader.header] ?? ctx.developmentIdentity ?? [];

  const identityOf = (req: Request): Identity => {
    const value = req.headers[identityReader.header];
    // Node joins the values of a header that comes twice, and no identity has a comma in it.
    const values = typeof value === 'string' && !value.includes(',') ? [value] : allValues(req);
    const result = identityReader.read(values);
    if ('refusal' in result) throw new IdentityRefused(result.refusal);
    return result.identity;
  };

  const countAgainstLimit = async (
    exchange: Exchange,
    limiter: RateLimiter,
    limitedAs: RouteClass,
    orgId: string,
  ): Promise<void> => {
    const taken = await limiter.take(orgId, limitedAs);
    if (!taken) return;
    exchange.limitFields = taken.fields;
    if (!taken.allowed) throw rateLimitExceeded(taken);
  };

  /** From the handler on. */
  const call = (
    exchange: Exchange,
    operation: CompiledOperation,
    identity: Identity | null,
    parameters: ParameterValues,
    body: unknown,
  ): Answer | Promise<Answer> => {
    const { req, requestLog, traceId } = exchange;
    exchange.validated = true;
    if (operation.isCompose) ctx.metrics.composeRequests.inc();
    // Asked last: nothing comes between this and the request's place among the callers.
    if (operation.usesDatabase && ctx.overload.database()) throw refusalOf('database', ctx.metrics.protection);

    const audit = operation.audited && identity ? auditEntryOf(operation, identity, parameters.params, traceId) : null;
    const requestFor = (idempotencyId: string | null): HandlerRequest =>
      new HandlerRequest({ ...parameters, body, identity, idempotencyId, audit, traceId }, requestLog);
    /** Executes the request; what is repeated under an idempotency key was executed, and recorded, before. */
    const execute = (idempotencyId: string | null, conditions: AnswerConditions): Answer | Promise<Answer> => {
      const run = () => carryOut(operation, requestFor(idempotencyId), conditions);
      return audit ? auditFailure(ctx.audit, audit, run) : run();
    };
    const header = operation.takesKey ? req.headers[IDEMPOTENCY_KEY] : undefined;
    if (typeof header !== 'string' || !identity) return execute(null, req.headers);
    const keyed = {
      header,
      orgId: identity.orgId,
      operation: operation.id,
      subject: { params: parameters.params, body },
    };
    return runOnce(ctx, keyed, (id) => execute(id, NO_CONDITIONS));
  };

  /** From the parameters on. */
  const read = (
    exchange: Exchange,
    operation: CompiledOperation,
    identity: Identity | null,
    values: RouteMatch['values'],
  ): Answer | Promise<Answer> => {
    const { req, res } = exchange;
    const parameters = operation.readParameters(values, exchange.search, req.headers);
    const { readBody } = operation;
    if (readBody === null) return call(exchange, operation, identity, parameters, undefined);
    return readText(req, res).then((text) =>
      call(exchange, operation, identity, parameters, readBody(text, req.headers['content-type'])),
    );
  };

  /** The whole way. What waits for nothing is answered at once: promises would cost a short request a tenth. */
  const run = (exchange: Exchange): Answer | Promise<Answer> => {
    const { fields } = exchange.requestLog;
    const found = findRoute(exchange.path);
    const operation = found?.entry.operations.get(exchange.method ?? '') ?? null;
    exchange.operation = operation;
    if (found && !operation) exchange.countedPath = exchange.prefix + found.entry.countedPath;
    if (ctx.overload.eventLoop() && operation?.alwaysAnswered !== true)
      throw refusalOf('event_loop', ctx.metrics.protection);

    const identity = operation?.readsIdentity === false ? null : identityOf(exchange.req);
    if (identity) {
      fields.org_id = identity.orgId;
      fields.user = identity.username;
    }
    if (!found) throw notFound('no matching operation was found');
    if (!operation) {
      exchange.res.setHeader('Allow', found.entry.allow);
      throw new ServiceError('methodNotAllowed', 'method not allowed');
    }
    fields.operation_id = operation.id;
    const { limitedAs } = operation;
    if (ctx.rateLimiter === null || limitedAs === null || !identity)
      return read(exchange, operation, identity, found.values);
    return countAgainstLimit(exchange, ctx.rateLimiter, limitedAs, identity.orgId).then(() =>
      read(exchange, operation, identity, found.values),
    );
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
      ...{ req, res, path, traceId, method: req.method, prefix: label },
      search: queryAt < 0 ? '' : url.slice(queryAt + 1),
      started: performance.now(),
      requestLog: logRequest(req, res, whole, traceId),
      countedPath: path === '' ? label : `${label}/*`,
      operation: null,
      limitFields: null,
      validated: false,
    };
    ctx.lifecycle.running += 1;
    const failed = (error: unknown): void => finish(exchange, failureAnswer(error), error);
    let answer: Answer | Promise<Answer>;
    try {
      answer = run(exchange);
    } catch (error) {
      failed(error);
      return true;
    }
    if (answer instanceof Promise) answer.then((settled) => finish(exchange, settled, null), failed);
    else finish(exchange, answer, null);
    return true;
  };
};
