import type { RequestHandler } from 'express';
import { OpenAPIBackend, type Context, type Document, type Operation } from 'openapi-backend';
import type { AppContext } from '../context.ts';
import { internal, notFound, ServiceError } from '../lib/errors.ts';
import { refusalOf } from './overload.ts';
import { NO_HEADERS, jsonAnswer, type Answer, type Sender } from './answer.ts';
import { CompiledRouter, CompiledValidator, RefusedRequest } from './compiled-openapi.ts';
import type { AnswerConditions } from './conditional.ts';
import type { Exchange } from './exchange.ts';
import type {
  OperationHandler,
  OperationHandlers,
  OperationId,
  OperationRequest,
  OperationResponse,
} from './operation.ts';
import { OPERATION_TRAITS } from './operation-traits.ts';
import { record, NOT_RECORDED, type Recorded } from './record.ts';
import type { BodyTextReader } from './request-body.ts';
import { describeOperation, type ServedOperation } from './served-operation.ts';

/** openapi-backend with the contract and its handlers. */
export interface Backend {
  readonly router: CompiledRouter;
  /** What is known of an operation of the router. */
  readonly served: (operation: Operation) => ServedOperation;
  /** Whether requests of an operation have a body. */
  readonly hasBody: (operation: ServedOperation) => boolean;
  /** Security, validation, handler and response of a routed request. */
  readonly handle: (exchange: Exchange) => Promise<void>;
}

/** The name of the security scheme in the contract. */
const IDENTITY_SCHEME = 'identity';

/** The contract as openapi-backend enforces it: the published one leaves identities to the gateway and has no `security`. */
const definitionOf = (ctx: AppContext): Document => {
  const definition = JSON.parse(ctx.documentText) as Document;
  definition.security = [{ [IDENTITY_SCHEME]: [] }];
  for (const item of Object.values(definition.paths ?? {})) {
    const operation = item?.get;
    if (operation && !OPERATION_TRAITS[operation.operationId as OperationId].readsIdentity) operation.security = [];
  }
  return definition;
};

/** The request of an operation, as its handler receives it: the values are those of the validated request. */
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

  get identity(): Exchange['identity'] {
    return this.#exchange.identity;
  }

  get traceId(): string {
    return this.#exchange.traceId;
  }

  get log(): Exchange['log'] {
    return this.#exchange.log;
  }
}

/** openapi-backend's context of an operation once its request is validated, with the types that the contract declares. */
type ValidatedContext<Id extends OperationId> = Context<
  OperationRequest<Id>['body'],
  OperationRequest<Id>['params'],
  OperationRequest<Id>['query'],
  OperationRequest<Id>['headers']
>;

/** The answer that a handler's response is. @throws ServiceError `internal` where it does not fit the contract */
const answerTo = <Id extends OperationId>(
  operation: ServedOperation,
  { status, body, headers = NO_HEADERS, revision }: OperationResponse<Id>,
  conditions: AnswerConditions,
): Answer => {
  const answer = jsonAnswer(status, body, headers, operation.answerType);
  const mismatch = operation.checkAnswer?.(answer.status, answer.text) ?? null;
  if (mismatch !== null) throw internal('the answer does not fit the contract', new Error(mismatch));
  return operation.tag ? operation.tag(answer, revision, conditions) : answer;
};

/** Binds the handler of an operation: what openapi-backend calls with a validated request, and what makes the answer. */
export function bind<Id extends OperationId>(
  ctx: AppContext,
  operation: ServedOperation,
  handler: OperationHandler<Id>,
): (context: ValidatedContext<Id>, exchange: Exchange) => Promise<Answer> {
  const run = async (
    context: ValidatedContext<Id>,
    exchange: Exchange,
    recorded: Recorded,
    conditions: AnswerConditions,
  ): Promise<Answer> =>
    answerTo(operation, await handler(ctx, new HandlerRequest(context, exchange, recorded)), conditions);

  const { isCompose, usesDatabase, audited, idempotency } = operation;
  return (context, exchange) => {
    exchange.validated = true;
    if (isCompose) ctx.metrics.composeRequests.inc();
    // The last check: nothing comes between it and the request's place among the callers.
    if (usesDatabase && ctx.overload.database()) throw refusalOf('database', ctx.metrics.protection);
    const conditions = exchange.req.headers;
    if (!audited && idempotency === null) return run(context, exchange, NOT_RECORDED, conditions);
    const { params, requestBody } = context.request;
    return record(ctx, operation, { exchange, params, body: requestBody }, (recorded, isKeyed) =>
      // The response to a request with a key is for every repetition of it.
      run(context, exchange, recorded, isKeyed ? {} : conditions),
    );
  };
}

/** The behaviour of openapi-backend around the handlers. */
const registerBehaviour = (backend: OpenAPIBackend, send: Sender): void => {
  backend.register({
    notFound: () => {
      throw notFound({ detail: 'no matching operation was found', code: 'operation.not_found' });
    },
    methodNotAllowed: (_context, { request, res }: Exchange): Answer => {
      res.setHeader('Allow', request.compiledPath?.allow ?? '');
      if (request.method !== 'OPTIONS') throw new ServiceError('methodNotAllowed', 'method not allowed');
      return jsonAnswer(204, undefined);
    },
    // No operation runs without a caller by mistake: the middleware before has refused requests without one.
    unauthorizedHandler: () => {
      throw internal('Identity Header missing in request handler');
    },
    validationFail: ({ validation }) => {
      throw validation instanceof RefusedRequest ? validation.refusal : internal('the request was not validated');
    },
    postResponseHandler: ({ response }: { response: Answer }, exchange: Exchange) => send(exchange, response),
  });
  backend.registerSecurityHandler(IDENTITY_SCHEME, (_context, { caller }: Exchange) => caller !== null);
};

/**
 * openapi-backend with the contract and its handlers: it routes, checks security, validates and calls the handlers. An operation
 * without a handler, or a handler without an operation, stops the start.
 */
export async function createBackend(ctx: AppContext, handlers: OperationHandlers, send: Sender): Promise<Backend> {
  const backend = new OpenAPIBackend({
    // The document is linted where it is made; validating it again would cost half of the start-up time.
    quick: true,
    definition: definitionOf(ctx),
    strict: true,
    ignoreTrailingSlashes: false,
    // The one of the library compiles every schema; ours takes its place.
    validate: false,
  });
  await backend.init();
  const router = new CompiledRouter(backend.definition);
  const validator = new CompiledValidator(router, ctx.document, ctx.requestCompiler);
  Object.assign(backend, { router, validator, validate: true });
  registerBehaviour(backend, send);

  const served = new Map<string, ServedOperation>();
  const register = <Id extends OperationId>(id: Id): void => {
    const operation = router.getOperation(id);
    if (!operation) throw new Error(`the contract has no operation ${id}`);
    const described = describeOperation(ctx, id, operation);
    served.set(id, described);
    backend.register(id, bind(ctx, described, handlers[id]));
  };
  for (const id of Object.keys(handlers) as OperationId[]) register(id);
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

/** Hands every request to openapi-backend, with its body where the operation has one. */
export function handleOperation(backend: Backend, readBody: BodyTextReader): RequestHandler {
  return async ({ exchange }) => {
    if (exchange.operation && backend.hasBody(exchange.operation)) await readBody(exchange);
    await backend.handle(exchange);
  };
}
