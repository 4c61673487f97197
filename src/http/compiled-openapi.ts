// Router and validator of openapi-backend, compiled once at start: as shipped they rebuild regular expressions and parse query
// and cookies several times for each request, about 80 µs against 9 µs of a bare server. A literal path wins over a template
// for every method: `GET /blueprints/validate` is 405, not a blueprint.
import express from 'express';
import type { IncomingHttpHeaders } from 'node:http';
import { OpenAPIRouter, OpenAPIValidator, type Document, type Operation } from 'openapi-backend';
import type { ParsedRequest, Request, ValidationResult } from 'openapi-backend';
import { compileBody, type BodyReader } from '../contract/body.ts';
import { compileTextBody } from '../contract/text-body.ts';
import { ignoredError, type IgnoredMember } from '../contract/ignored-members.ts';
import { compileParameters, type ParameterObject, type ParameterReader } from '../contract/parameters.ts';
import type { ContractDocument } from '../contract/schema.ts';
import type { SchemaCompiler } from '../contract/validator.ts';
import { ServiceError } from '../lib/errors.ts';
import { prefersStrict } from './error-response.ts';

export interface CompiledPath {
  readonly template: string;
  /** By lower-case method; `head` is `get`. */
  readonly operations: ReadonlyMap<string, Operation>;
  readonly allow: string;
  /** For instrumentation of express; `route.path` has parameters as `:name`. */
  readonly route: express.IRoute;
  readonly parameterNames: readonly string[];
  readonly pattern: RegExp;
}

/** A request with its route, parsed as far as the next step needs. */
export class RoutedRequest implements Request, ParsedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Request['headers'];
  readonly params: Readonly<Record<string, string>>;
  readonly cookies = {};
  readonly compiledPath: CompiledPath | null;
  readonly operation: Operation | undefined;
  body = '';
  /** Members and query parameters that the service does not know. */
  readonly ignored: IgnoredMember[] = [];

  constructor(
    { method = '', headers }: { readonly method?: string | undefined; readonly headers: IncomingHttpHeaders },
    target: Pick<RoutedRequest, 'path' | 'query'>,
    found: { readonly compiledPath: CompiledPath; readonly params: RoutedRequest['params'] } | null,
  ) {
    this.method = method;
    this.path = target.path;
    this.query = target.query;
    this.headers = headers as Request['headers'];
    this.params = found?.params ?? {};
    this.compiledPath = found?.compiledPath ?? null;
    this.operation = found?.compiledPath.operations.get(method.toLowerCase());
  }

  get requestBody(): string {
    return this.body;
  }
}

const PARAMETER = /\{([^{}]+)\}/g;

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(PARAMETER, '([^/]+)')}$`);

const compilePath = (path: string, operations: readonly Operation[]): CompiledPath => {
  const byMethod = new Map(operations.map((operation) => [operation.method, operation]));
  const get = byMethod.get('get');
  if (get) byMethod.set('head', get);
  const methods = [...byMethod.keys(), 'options'].map((method) => method.toUpperCase());
  return {
    template: path,
    operations: byMethod,
    allow: methods.join(', '),
    route: express.Router().route(path.replaceAll(PARAMETER, ':$1')),
    parameterNames: [...path.matchAll(PARAMETER)].map(([, name = '']) => name),
    pattern: patternOf(path),
  };
};

export class CompiledRouter extends OpenAPIRouter {
  readonly #operations: Operation[];
  readonly #literal: ReadonlyMap<string, CompiledPath>;
  readonly #templates: readonly CompiledPath[];

  constructor(definition: Document) {
    super({ definition, ignoreTrailingSlashes: false });
    this.#operations = super.getOperations();
    const byPath = Map.groupBy(this.#operations, ({ path }) => path);
    const paths = [...byPath].map(([path, operations]) => [path, compilePath(path, operations)] as const);
    const isLiteral = ([, { parameterNames }]: (typeof paths)[number]): boolean => parameterNames.length === 0;
    this.#literal = new Map(paths.filter(isLiteral));
    this.#templates = paths
      .filter((entry) => !isLiteral(entry))
      .map(([, compiled]) => compiled)
      .sort((a, b) => a.parameterNames.length - b.parameterNames.length);
  }

  /** @param target path below the prefix, and query */
  route(
    req: { readonly method?: string | undefined; readonly headers: IncomingHttpHeaders },
    target: Pick<RoutedRequest, 'path' | 'query'>,
  ): RoutedRequest {
    return new RoutedRequest(req, target, this.#find(target.path));
  }

  #find(path: string): { compiledPath: CompiledPath; params: Record<string, string> } | null {
    const literal = this.#literal.get(path);
    if (literal) return { compiledPath: literal, params: {} };
    for (const compiledPath of this.#templates) {
      const values = compiledPath.pattern.exec(path);
      if (values === null) continue;
      const params: Record<string, string> = {};
      for (const [index, name] of compiledPath.parameterNames.entries()) params[name] = values[index + 1] ?? '';
      return { compiledPath, params };
    }
    return null;
  }

  override getOperations(): Operation[] {
    return this.#operations;
  }

  override matchOperation(req: Request): Operation | undefined;
  override matchOperation(req: Request, strict: boolean): Operation;
  override matchOperation(req: Request, strict = false): Operation | undefined {
    const routed = req instanceof RoutedRequest ? req : this.route(req, { path: req.path, query: '' });
    if (routed.operation || !strict) return routed.operation;
    // openapi-backend selects its handler by these messages.
    throw new Error(routed.compiledPath === null ? '404-notFound' : '405-methodNotAllowed');
  }

  override parseRequest(req: Request): ParsedRequest {
    return isParsed(req) ? req : super.parseRequest(req);
  }
}

const isParsed = (req: Request): req is ParsedRequest => 'requestBody' in req;

export class RejectedRequest implements ValidationResult<Request> {
  readonly valid = false;
  readonly errors: NonNullable<ValidationResult['errors']>;
  readonly error: ServiceError;
  constructor(error: ServiceError) {
    this.error = error;
    const { message } = error;
    this.errors = [{ keyword: error.kind, instancePath: '', schemaPath: '', params: {}, message }];
  }
}

interface RequestReaders {
  /** Whether a request without a query has no parameters to be read. */
  readonly hasParameters: boolean;
  readonly readParameters: ParameterReader;
  readonly readBody: BodyReader | null;
  /** Whether requests with unknown members or query parameters are refused. */
  readonly refusesUnknown: boolean;
}

const NO_PARAMETERS = { params: {}, query: {}, headers: {} };

const JSON_TYPE = 'application/json';

const compileBodyOf = (
  document: ContractDocument,
  compiler: SchemaCompiler,
  operation: Operation,
): BodyReader | null => {
  // `operation` has its references resolved; messages need the name of the referenced schema.
  const body = document.paths[operation.path]?.[operation.method]?.requestBody;
  if (body === undefined) return null;
  const required = body.required === true;
  const schema = body.content?.[JSON_TYPE]?.schema;
  if (schema) return compileBody(document, compiler, schema, required);
  const [type] = Object.keys(body.content ?? {});
  return type === undefined ? null : compileTextBody(type, required);
};

const compileReaders = (
  document: ContractDocument,
  compiler: SchemaCompiler,
  operation: Operation,
): Omit<RequestReaders, 'refusesUnknown'> => {
  // Path parameters are validated first, as in the contract; openapi-backend puts them last.
  const parameters = ((operation.parameters ?? []) as ParameterObject[]).toSorted(
    (a, b) => Number(b.in === 'path') - Number(a.in === 'path'),
  );
  return {
    hasParameters: parameters.length > 0,
    readParameters: compileParameters(document, compiler, parameters),
    readBody: compileBodyOf(document, compiler, operation),
  };
};

export class CompiledValidator extends OpenAPIValidator {
  readonly #readers: ReadonlyMap<string | undefined, RequestReaders>;

  /** @param refusesUnknown whether an operation refuses requests with unknown members or query parameters */
  constructor(
    router: CompiledRouter,
    document: ContractDocument,
    compiler: SchemaCompiler,
    refusesUnknown: (operationId: string) => boolean,
  ) {
    super({ definition: router.definition, router, lazyCompileValidators: true, coerceTypes: true });
    this.#readers = new Map(
      router.getOperations().map((operation) => {
        const { operationId: id = '' } = operation;
        return [id, { ...compileReaders(document, compiler, operation), refusesUnknown: refusesUnknown(id) }];
      }),
    );
  }

  hasBody(operationId: string): boolean {
    return (this.#readers.get(operationId)?.readBody ?? null) !== null;
  }

  override validateRequest(req: Request, operation?: Operation | string): ValidationResult<Request> {
    const readers = this.#readers.get(typeof operation === 'object' ? operation.operationId : operation);
    if (!readers || !(req instanceof RoutedRequest))
      throw new Error('only routed requests of the contract are validated');
    const { method, path, cookies } = req;
    try {
      const { params, query, headers } =
        readers.hasParameters || req.query !== '' ? readers.readParameters(req, req.ignored) : NO_PARAMETERS;
      const requestBody = readers.readBody?.(req.body, req.headers['content-type'] as string | undefined, req.ignored);
      if (req.ignored.length > 0 && (readers.refusesUnknown || prefersStrict(req.headers)))
        return new RejectedRequest(ignoredError(req.ignored));
      const coerced: ParsedRequest = { method, path, params, query, headers, cookies, requestBody };
      return { valid: true, errors: null, coerced };
    } catch (error) {
      if (error instanceof ServiceError) return new RejectedRequest(error);
      throw error;
    }
  }
}
