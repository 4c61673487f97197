import type { RequestHandler } from 'express';
import { OpenAPIBackend, type Context, type Document, type Operation } from 'openapi-backend';
import type { AppContext } from '../context.ts';
import { ignoredWarning } from '../contract/ignored-members.ts';
import type { Finding } from '../domain/build-rules/rule.ts';
import { withWarnings } from '../domain/warnings.ts';
import { internal } from '../lib/errors.ts';
import { memoize } from '../lib/memoize.ts';
import { pauseAfter } from '../lib/turn.ts';
import { deprecationHeaders, withDeprecation } from './deprecation.ts';
import { prefersStrict } from './error-response.ts';
import { shortageError } from './shortage-error.ts';
import { NO_HEADERS, TOML_TYPE, jsonResponse, type PreparedResponse, type Sender } from './send-response.ts';
import { CompiledRouter, CompiledValidator, RejectedRequest } from './compiled-openapi.ts';
import type { ResponseConditions } from './conditional.ts';
import type { Exchange } from './exchange.ts';
import type {
  OperationHandler,
  OperationHandlers,
  OperationId,
  OperationRequest,
  OperationResponse,
} from './operation.ts';
import { OPERATION_TRAITS, refusesUnknown } from './operation-traits.ts';
import { runRecorded, NOT_RECORDED, type Recorded } from './run-recorded.ts';
import type { BodyTextReader } from './request-body.ts';
import { describeOperation, type ServedOperation } from './served-operation.ts';
import { methodNotAllowed, operationNotFound } from './unrouted.ts';

export interface Backend {
  readonly router: CompiledRouter;
  readonly served: (operation: Operation) => ServedOperation;
  readonly hasBody: (operation: ServedOperation) => boolean;
  /** Checks security, validates, calls the handler, and sends the response of a routed request. */
  readonly handle: (exchange: Exchange) => Promise<void>;
}

const IDENTITY_SCHEME = 'identity';

/**
 * The published contract has no `security`, because the platform's gateway checks identities; openapi-backend needs
 * it. openapi-backend resolves the references of a definition once.
 */
const definitionOf = memoize((document: AppContext['document']): Document => {
  const definition = structuredClone(document) as unknown as Document;
  definition.security = [{ [IDENTITY_SCHEME]: [] }];
  for (const item of Object.values(definition.paths ?? {})) {
    const operation = item?.get;
    if (operation && !OPERATION_TRAITS[operation.operationId as OperationId].readsIdentity) operation.security = [];
  }
  return definition;
});

class HandlerRequest<Id extends OperationId> implements OperationRequest<Id> {
  readonly params: OperationRequest<Id>['params'];
  readonly query: OperationRequest<Id>['query'];
  readonly headers: OperationRequest<Id>['headers'];
  readonly body: OperationRequest<Id>['body'];
  readonly idempotencyId: string | null;
  readonly audit: OperationRequest<Id>['audit'];
  readonly #exchange: Exchange;

  constructor({ request }: ValidatedContext<Id>, exchange: Exchange, { idempotencyId, audit }: Recorded) {
    this.params = request.params;
    this.query = request.query;
    this.headers = request.headers;
    this.body = request.requestBody;
    this.idempotencyId = idempotencyId;
    this.audit = audit;
    this.#exchange = exchange;
  }

  get accept(): string | undefined {
    return this.#exchange.req.headers.accept;
  }

  get ignored(): readonly Finding[] {
    return this.#exchange.request.ignored.map(ignoredWarning);
  }

  get isStrict(): boolean {
    return prefersStrict(this.#exchange.request.headers);
  }

  get bodyLength(): number {
    return this.#exchange.request.body.length;
  }

  get identity(): Exchange['identity'] {
    return this.#exchange.identity;
  }

  get traceId(): string {
    return this.#exchange.traceId;
  }

  get correlation(): Exchange['correlation'] {
    return this.#exchange.correlation;
  }

  get log(): Exchange['log'] {
    return this.#exchange.log;
  }
}

type ValidatedContext<Id extends OperationId> = Context<
  OperationRequest<Id>['body'],
  OperationRequest<Id>['params'],
  OperationRequest<Id>['query'],
  OperationRequest<Id>['headers']
>;

/** @throws ServiceError `internal` if the response does not match the contract */
const toPreparedResponse = <Id extends OperationId>(
  operation: ServedOperation,
  { status, body, headers = NO_HEADERS, revision }: OperationResponse<Id>,
  conditions: ResponseConditions,
): PreparedResponse => {
  const response = jsonResponse(status, body, headers, operation.responseType);
  if (response.stream || response.type === TOML_TYPE) return response;
  const mismatch = operation.checkResponse?.(response.status, response.text) ?? null;
  if (mismatch !== null) throw internal('the answer does not fit the contract', new Error(mismatch));
  return operation.tag ? operation.tag(response, revision, conditions) : response;
};

/** Binds a handler to its operation. openapi-backend calls the function with a validated request. */
function bind<Id extends OperationId>(
  ctx: AppContext,
  operation: ServedOperation,
  handler: OperationHandler<Id>,
): (context: ValidatedContext<Id>, exchange: Exchange) => Promise<PreparedResponse> {
  const run = async (
    context: ValidatedContext<Id>,
    exchange: Exchange,
    recorded: Recorded,
    conditions: ResponseConditions,
  ): Promise<PreparedResponse> => {
    const request = new HandlerRequest(context, exchange, recorded);
    const response = toPreparedResponse(operation, await handler(ctx, request), conditions);
    if (exchange.request.ignored.length === 0) return response;
    return { ...response, headers: withWarnings(response.headers, request.ignored) };
  };

  const { isCompose, usesDatabase, audited, idempotency } = operation;
  const start = (context: ValidatedContext<Id>, exchange: Exchange): Promise<PreparedResponse> => {
    exchange.validated = true;
    if (isCompose) ctx.metrics.composeRequests.inc();
    // Must be the last check: the request counts as a database caller only when the handler starts.
    if (usesDatabase && ctx.overload.database(exchange.identity.orgId))
      throw shortageError(ctx.metrics.protection, 'database');
    const conditions = exchange.req.headers;
    if (!audited && idempotency === null) return run(context, exchange, NOT_RECORDED, conditions);
    const { params, requestBody } = context.request;
    return runRecorded(ctx, operation, { exchange, params, body: requestBody }, (recorded, isKeyed) =>
      // The stored response serves every repetition, so the conditions of one request must not change it.
      run(context, exchange, recorded, isKeyed ? {} : conditions),
    );
  };
  const respond = (context: ValidatedContext<Id>, exchange: Exchange): Promise<PreparedResponse> => {
    const { body } = exchange.request;
    return body === '' ? start(context, exchange) : pauseAfter(body).then(() => start(context, exchange));
  };
  if (operation.deprecation === null) return respond;
  const notice = deprecationHeaders(operation.deprecation);
  return async (context, exchange) => {
    const response = await respond(context, exchange);
    return { ...response, headers: withDeprecation(response.headers, notice) };
  };
}

const registerBuiltIns = (backend: OpenAPIBackend, router: CompiledRouter, send: Sender): void => {
  backend.register({
    notFound: (_context, { request }: Exchange) => {
      throw operationNotFound(request, router);
    },
    methodNotAllowed: (_context, { request, res }: Exchange): PreparedResponse => {
      res.setHeader('Allow', request.compiledPath?.allow ?? '');
      if (request.method !== 'OPTIONS') throw methodNotAllowed(request);
      return jsonResponse(204, undefined);
    },
    // Unreachable: the middleware has rejected requests without an identity.
    unauthorizedHandler: () => {
      throw internal('Identity Header missing in request handler');
    },
    validationFail: ({ validation }) => {
      throw validation instanceof RejectedRequest ? validation.error : internal('the request was not validated');
    },
    postResponseHandler: ({ response }: { response: PreparedResponse }, exchange: Exchange) => send(exchange, response),
  });
  backend.registerSecurityHandler(IDENTITY_SCHEME, (_context, { caller }: Exchange) => caller !== null);
};

/** Builds openapi-backend. @throws Error for an operation without a handler, or a handler without an operation */
export async function createBackend(ctx: AppContext, handlers: OperationHandlers, send: Sender): Promise<Backend> {
  const backend = new OpenAPIBackend({
    // `npm run generate` has validated the document; doing so again would take half of the start-up time.
    quick: true,
    definition: definitionOf(ctx.document),
    strict: true,
    ignoreTrailingSlashes: false,
    // The validator of the library compiles every schema at start; `CompiledValidator` replaces it.
    validate: false,
  });
  await backend.init();
  const router = new CompiledRouter(backend.definition);
  const validator = new CompiledValidator(router, ctx.document, ctx.requestCompiler, refusesUnknown);
  Object.assign(backend, { router, validator, validate: true });
  registerBuiltIns(backend, router, send);

  const served = new Map<string, ServedOperation>();
  const register = <Id extends OperationId>(id: Id, table: Pick<OperationHandlers, Id>): void => {
    const operation = router.getOperation(id);
    if (!operation) throw new Error(`the contract has no operation ${id}`);
    const described = describeOperation(ctx, id, operation);
    served.set(id, described);
    backend.register(id, bind(ctx, described, table[id]));
  };
  for (const id of Object.keys(handlers) as OperationId[]) register(id, handlers);
  const unserved = router.getOperations().find(({ operationId = '' }) => !served.has(operationId));
  if (unserved) throw new Error(`no handler for operation ${unserved.operationId}`);
  return {
    router,
    served: ({ operationId = '' }) => {
      const operation = served.get(operationId);
      if (!operation) throw new Error(`no handler for operation ${operationId}`);
      return operation;
    },
    hasBody: ({ id }) => validator.hasBody(id),
    handle: (exchange) => backend.handleRequest(exchange.request, exchange),
  };
}

export function handleOperation(backend: Backend, readBody: BodyTextReader): RequestHandler {
  return async ({ exchange }) => {
    const { headers } = exchange.req;
    if (headers['prefer'] !== undefined && prefersStrict(headers))
      exchange.res.setHeader('Preference-Applied', 'handling=strict');
    if (exchange.operation && backend.hasBody(exchange.operation)) await readBody(exchange);
    await backend.handle(exchange);
  };
}
