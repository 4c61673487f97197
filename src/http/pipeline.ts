import type { Request, Response } from 'express';
import type { Handler } from 'openapi-backend';
import type { AppContext } from '../context.ts';
import { ServiceError, internal, notFound } from '../errors.ts';
import { methodLabel, statusClass } from '../metrics.ts';
import { fedoraIdentityReader, platformIdentityReader, type Identity, type IdentityRefusal } from '../identity.ts';
import { checkAnswer, type AnswerCheck } from './answer-check.ts';
import { createBackend, type Route } from './backend.ts';
import { toErrorResponse } from './error-response.ts';
import { JsonText } from './operation.ts';
import { compileParameters, type ParameterObject, type ParameterReader } from './parameters.ts';
import { compileBody, createTextReader, type BodyReader, type TextReader } from './request-body.ts';
import { createRequestLogger, type RequestLog } from './request-log.ts';
import type { Schema } from '../contract/schema.ts';
import { TRACE_HEADER, traceIdOf } from '../trace.ts';

/** One operation with everything about it that does not depend on the request worked out once, at start. */
interface CompiledOperation {
  readonly id: string;
  readonly readsIdentity: boolean;
  readonly readParameters: ParameterReader;
  readonly readBody: BodyReader | null;
  readonly isCompose: boolean;
  /** Path of the metrics labels, without the prefix: parameters as `-` in the counter, `:name` in the histogram. */
  readonly countedPath: string;
  readonly timedPath: string;
  readonly checkAnswer: AnswerCheck;
  readonly handle: Handler;
}

/** A path of the contract with the operations on it, by upper-case method. */
interface CompiledPath {
  readonly route: Route;
  readonly operations: Map<string, CompiledOperation>;
  readonly allow: string;
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

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
  validated: boolean;
}

/** Serves a request below an API prefix; answers `false` for other paths, which it leaves alone. */
export type ApiPipeline = (req: Request, res: Response) => boolean;

const JSON_TYPE = 'application/json';

const jsonAnswer = (status: number, body: unknown): Answer => {
  if (body === undefined) return { status, type: null, text: '' };
  const text = body instanceof JsonText ? body.text : JSON.stringify(body);
  return { status, type: JSON_TYPE, text: `${text}\n` };
};

const plainRefusal = (refusal: IdentityRefusal): Answer =>
  refusal.plain
    ? {
        status: refusal.status,
        type: 'text/plain; charset=utf-8',
        text: `${refusal.text}\n`,
        headers: { 'X-Content-Type-Options': 'nosniff' },
      }
    : jsonAnswer(refusal.status, toErrorResponse(new ServiceError('invalid', refusal.text)).body);

/** An identity that was refused; carried as an exception so that there is one way out of a request. */
class IdentityRefused extends Error {
  readonly refusal: IdentityRefusal;
  constructor(refusal: IdentityRefusal) {
    super(refusal.text);
    this.refusal = refusal;
  }
}

const compileOperation = (ctx: AppContext, route: Route, handle: Handler): CompiledOperation => {
  const { operation } = route;
  const { document } = ctx;
  const compiler = ctx.requestCompiler;
  // Those of the path are judged first, as the contract has them; openapi-backend puts them last.
  const parameters = ((operation.parameters ?? []) as unknown as ParameterObject[]).toSorted(
    (a, b) => Number(b.in === 'path') - Number(a.in === 'path'),
  );
  const requestBody = operation.requestBody as
    { required?: boolean; content: Record<string, { schema: Schema }> } | undefined;
  const source = (document.paths[operation.path] as Record<string, typeof operation>)[operation.method];
  const body = (source?.requestBody as typeof requestBody)?.content[JSON_TYPE];
  return {
    id: operation.operationId ?? '',
    readsIdentity: operation.operationId !== 'getOpenapiJson',
    readParameters: compileParameters(document, compiler, parameters),
    readBody: body ? compileBody(document, compiler, body.schema, requestBody?.required === true) : null,
    isCompose: operation.path.endsWith('/compose'),
    countedPath: operation.path.replaceAll(/\{[^}]+\}/g, '-'),
    timedPath: operation.path.replaceAll(/\{([^}]+)\}/g, ':$1'),
    checkAnswer: checkAnswer(ctx, operation),
    handle,
  };
};

const compilePaths = async (ctx: AppContext, handlers: Record<string, Handler>): Promise<CompiledPath[]> => {
  const backend = await createBackend(ctx.document, handlers);
  const byPath = new Map<string, CompiledPath & { allow: string }>();
  for (const route of backend.routes) {
    const { path, method, operationId } = route.operation;
    const entry = byPath.get(path) ?? { route, operations: new Map<string, CompiledOperation>(), allow: '' };
    entry.operations.set(method.toUpperCase(), compileOperation(ctx, route, backend.handlerOf(operationId ?? '')));
    entry.allow = [...entry.operations.keys()].join(', ');
    byPath.set(path, entry);
  }
  return [...byPath.values()];
};

/**
 * Composes the way of every request below the API prefixes:
 * identity → route → parameters → body → handler → answer. The first refusal ends it.
 */
export const createApiPipeline = async (
  ctx: AppContext,
  handlers: Record<string, Handler>,
  prefixes: ReadonlyMap<string, string>,
): Promise<ApiPipeline> => {
  const paths = await compilePaths(ctx, handlers);
  const literal = new Map(
    paths.filter((p) => p.route.parameterNames.length === 0).map((p) => [p.route.operation.path, p]),
  );
  const templates = paths.filter((p) => p.route.parameterNames.length > 0);
  const identityReader = ctx.config.auth === 'fedora' ? fedoraIdentityReader() : platformIdentityReader();
  const logRequest = createRequestLogger(ctx.log);
  const readText: TextReader = createTextReader(ctx.config.http.bodyLimit);

  const match = (path: string): { entry: CompiledPath; values: Record<string, string> } | null => {
    const exact = literal.get(path);
    if (exact) return { entry: exact, values: {} };
    for (const entry of templates) {
      const found = entry.route.pattern.exec(path);
      if (found) {
        return {
          entry,
          values: Object.fromEntries(entry.route.parameterNames.map((name, i) => [name, found[i + 1] ?? ''])),
        };
      }
    }
    return null;
  };

  const identityOf = (req: Request): Identity => {
    const result = identityReader.read(req.headersDistinct[identityReader.header] ?? ctx.developmentIdentity ?? []);
    if ('refusal' in result) throw new IdentityRefused(result.refusal);
    return result.identity;
  };

  const run = async (exchange: Exchange): Promise<Answer> => {
    const { req, res, path } = exchange;
    const { fields } = exchange.requestLog;
    const found = match(path);
    const operation = found?.entry.operations.get(req.method) ?? null;
    if (found) exchange.countedPath = exchange.prefix + ([...found.entry.operations.values()][0]?.countedPath ?? '');
    exchange.operation = operation;
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
    const { params, query, headers } = operation.readParameters(found.values, exchange.search, req.headers);
    const body = operation.readBody
      ? operation.readBody(await readText(req, res), req.headers['content-type'])
      : undefined;
    exchange.validated = true;
    if (operation.isCompose) ctx.metrics.composeRequests.inc();
    const result = (await operation.handle({} as never, {
      ...{ params, query, headers, body, identity, traceId: exchange.traceId },
      log: exchange.requestLog.child(),
    })) as { status: number; body: unknown; headers?: Readonly<Record<string, string>> };
    const answer = { ...jsonAnswer(result.status, result.body), headers: result.headers ?? {} };
    const mismatch = operation.checkAnswer(answer.status, answer.text);
    if (mismatch !== null) throw internal('the answer does not fit the contract', new Error(mismatch));
    return answer;
  };

  const finish = (exchange: Exchange, answer: Answer, error: unknown): void => {
    const { res, req, operation } = exchange;
    ctx.lifecycle.running -= 1;
    const { status } = answer;
    if (error !== null) exchange.requestLog.failed(error);
    ctx.metrics.requestCount.inc({ method: methodLabel(req.method), path: exchange.countedPath, code: String(status) });
    if (operation) {
      const seconds = (performance.now() - exchange.started) / 1000;
      ctx.metrics.operationDuration.observe({ operation: operation.id, status: statusClass(status) }, seconds);
      if (exchange.validated)
        ctx.metrics.requestDuration.observe({ path: exchange.prefix + operation.timedPath }, seconds);
    }
    if (operation?.isCompose && status >= 500 && status <= 511) ctx.metrics.composeErrors.inc();
    if (!res.headersSent) {
      const length = Buffer.byteLength(answer.text);
      res.writeHead(status, {
        ...(answer.type === null ? {} : { 'Content-Type': answer.type }),
        ...(status === 204 ? {} : { 'Content-Length': length }),
        [TRACE_HEADER]: exchange.traceId,
        // Clients that keep connections alive are asked to take their next request elsewhere.
        ...(ctx.lifecycle.stopping ? { Connection: 'close' } : {}),
        ...answer.headers,
      });
      res.end(answer.text);
    }
  };

  const failureAnswer = (error: unknown): Answer => {
    if (error instanceof IdentityRefused) return plainRefusal(error.refusal);
    const { status, headers, body } = toErrorResponse(error);
    return { ...jsonAnswer(status, body), headers };
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

const prefixOf = (path: string, prefixes: ReadonlyMap<string, string>): string | null => {
  for (const prefix of prefixes.keys()) {
    if (path.startsWith(prefix) && (path.length === prefix.length || path.charCodeAt(prefix.length) === 0x2f)) {
      return prefix;
    }
  }
  return null;
};
