import { OpenAPIBackend, OpenAPIRouter, type Document, type Handler, type Operation } from 'openapi-backend';
import type { ContractDocument } from '../contract/schema.ts';

/** A route: an operation of the contract with its path as a regular expression. */
export interface Route {
  readonly operation: Operation;
  readonly parameterNames: readonly string[];
  readonly pattern: RegExp;
}

const PARAMETER = /\{([^{}]+)\}/g;

const compileRoute = (operation: Operation): Route => ({
  operation,
  parameterNames: [...operation.path.matchAll(PARAMETER)].map((match) => match[1] ?? ''),
  pattern: new RegExp(`^${operation.path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(PARAMETER, '([^/]+)')}$`),
});

/** The router of openapi-backend, which builds its table anew for every request, with the table built once. */
class CompiledRouter extends OpenAPIRouter {
  #operations: Operation[] | undefined;
  override getOperations(): Operation[] {
    return (this.#operations ??= super.getOperations());
  }
}

export interface Backend {
  readonly routes: readonly Route[];
  readonly handlerOf: (operationId: string) => Handler;
}

/**
 * openapi-backend with the contract and its handlers. Fails closed: an operation without a handler, or a handler without an
 * operation, stops the start. Validation is compiled beside it (`pipeline.ts`), since the order of refusals is specified.
 */
export const createBackend = async (
  document: ContractDocument,
  handlers: Record<string, Handler>,
): Promise<Backend> => {
  const backend = new OpenAPIBackend({
    // The document is linted where it is made; validating it again would cost half of the start-up time.
    quick: true,
    definition: structuredClone(document) as unknown as Document,
    strict: true,
    ignoreTrailingSlashes: false,
    validate: false,
  });
  await backend.init();
  backend.router = new CompiledRouter({
    definition: backend.definition,
    apiRoot: '/',
    ignoreTrailingSlashes: false,
  });
  // For every one of them the library looks through all operations, so not before these are known.
  backend.register(handlers);
  const operations = backend.router.getOperations();
  for (const { operationId } of operations) {
    if (!operationId || !backend.handlers[operationId]) throw new Error(`no handler for operation ${operationId}`);
  }
  return {
    // Literal paths come before templates: /blueprints/validate is no blueprint id.
    routes: operations.map(compileRoute).sort((a, b) => a.parameterNames.length - b.parameterNames.length),
    handlerOf: (operationId) => backend.handlers[operationId] as Handler,
  };
};
