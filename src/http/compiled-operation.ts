import type { Handler } from 'openapi-backend';
import type { AppContext } from '../context.ts';
import type { Schema } from '../contract/schema.ts';
import { JSON_TYPE } from './answer.ts';
import { answerTypeOf, checkAnswer, type AnswerCheck } from './answer-check.ts';
import { createBackend, type Route } from './backend.ts';
import { compileTagger, type Tagger } from './conditional.ts';
import { IDEMPOTENCY_KEY } from './idempotency.ts';
import { objectTypeOf } from './audit.ts';
import type { OperationId } from './operation.ts';
import { OPERATION_TRAITS, type OperationTraits } from './operation-traits.ts';
import { compileParameters, type ParameterObject, type ParameterReader } from './parameters.ts';
import { compileBody, type BodyReader } from './request-body.ts';

/** One operation with everything about it that does not depend on the request worked out once, at start. */
export interface CompiledOperation extends OperationTraits {
  readonly id: OperationId;
  /** In upper case. */
  readonly method: string;
  readonly readsIdentity: boolean;
  readonly readParameters: ParameterReader;
  readonly readBody: BodyReader | null;
  readonly isCompose: boolean;
  /** Path of the counter's label, without the prefix: parameters as `-`. */
  readonly countedPath: string;
  /** Path of the histogram's label, without the prefix: parameters as `:name`. */
  readonly timedPath: string;
  readonly checkAnswer: AnswerCheck;
  /** Media type of its successful answers: JSON, or something that is written as JSON. */
  readonly answerType: string;
  readonly tag: Tagger | null;
  /** Whether clients may mark its requests with an idempotency key. */
  readonly takesKey: boolean;
  /** Whether the audit log records its requests: those that are to change something. */
  readonly audited: boolean;
  /** Its first declared status of success. */
  readonly successStatus: number;
  /** The type of the object that its requests are about. */
  readonly objectType: string;
  readonly handle: Handler;
}

/** A path of the contract with the operations on it, by upper-case method. */
export interface CompiledPath {
  readonly route: Route;
  readonly operations: Map<string, CompiledOperation>;
  /** The methods, as the header names them. */
  readonly allow: string;
  /** Path of the counter's label, without the prefix: parameters as `-`. */
  readonly countedPath: string;
}

const countedPathOf = (path: string): string => path.replaceAll(/\{[^{}]+\}/g, '-');

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
  const id = operation.operationId as OperationId;
  const readsIdentity = id !== 'getOpenapiJson';
  return {
    ...OPERATION_TRAITS[id],
    id,
    method: operation.method.toUpperCase(),
    readsIdentity,
    readParameters: compileParameters(document, compiler, parameters),
    readBody: body ? compileBody(document, compiler, body.schema, requestBody?.required === true) : null,
    isCompose: operation.path.endsWith('/compose'),
    countedPath: countedPathOf(operation.path),
    timedPath: operation.path.replaceAll(/\{([^{}]+)\}/g, ':$1'),
    checkAnswer: checkAnswer(ctx, operation),
    answerType: answerTypeOf(source?.responses),
    takesKey: parameters.some(({ name }) => name.toLowerCase() === IDEMPOTENCY_KEY),
    // What is limited as a read changes nothing, whatever its method.
    audited: operation.method !== 'get' && OPERATION_TRAITS[id].limitedAs !== 'reads',
    successStatus: Math.min(
      ...Object.keys(source?.responses ?? {})
        .map(Number)
        .filter((status) => status >= 200 && status < 300),
    ),
    objectType: objectTypeOf(operation.path),
    tag: compileTagger(source?.responses, !readsIdentity),
    handle,
  };
};

/** Compiles every path of the contract. @throws Error for an operation without a handler, or the reverse */
export const compilePaths = async (ctx: AppContext, handlers: Record<string, Handler>): Promise<CompiledPath[]> => {
  const backend = await createBackend(ctx.document, handlers);
  const byPath = new Map<string, CompiledPath & { allow: string }>();
  for (const route of backend.routes) {
    const { path, method, operationId } = route.operation;
    const entry = byPath.get(path) ?? {
      ...{ route, operations: new Map<string, CompiledOperation>(), allow: '' },
      countedPath: countedPathOf(path),
    };
    entry.operations.set(method.toUpperCase(), compileOperation(ctx, route, backend.handlerOf(operationId ?? '')));
    entry.allow = [...entry.operations.keys()].join(', ');
    byPath.set(path, entry);
  }
  return [...byPath.values()];
};
