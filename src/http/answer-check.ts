import type { Operation } from 'openapi-backend';
import type { AppContext } from '../context.ts';
import type { Schema } from '../contract/schema.ts';
import { answerCompiler, describeError, type SchemaCompiler } from '../contract/validator.ts';
import { JSON_TYPE } from './answer.ts';

/** Gives what is wrong with an answer, or `null` where it fits (or mismatches are only logged). */
export type AnswerCheck = (status: number, text: string) => string | null;

interface ResponseObject {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

/** How media types end whose documents are JSON. */
const JSON_END = /[/+]json$/;

const jsonTypeOf = ({ content = {} }: ResponseObject): string | undefined =>
  Object.keys(content).find((type) => JSON_END.test(type));

/** The media type that the contract has for the success of an operation. */
export const answerTypeOf = (responses: Readonly<Record<string, unknown>> = {}): string => {
  const success = Object.keys(responses).find((status) => status.startsWith('2')) ?? '';
  return jsonTypeOf((responses[success] ?? {}) as ResponseObject) ?? JSON_TYPE;
};

const compilers = new WeakMap<object, SchemaCompiler>();

/** Compiles the check of an operation's answers against the contract, as far as the configuration asks for it. */
export const checkAnswer = (ctx: AppContext, operation: Operation): AnswerCheck => {
  const mode = ctx.config.http.responseValidation;
  if (mode === 'off') return () => null;
  const compiler = compilers.get(ctx.document) ?? answerCompiler(ctx.document);
  compilers.set(ctx.document, compiler);
  const source = (ctx.document.paths[operation.path] as Record<string, Operation>)[operation.method];
  const responses = (source?.responses ?? {}) as Record<string, ResponseObject>;
  const validators = new Map(
    Object.entries(responses).map(([status, response]) => {
      const schema = response.content?.[jsonTypeOf(response) ?? '']?.schema;
      return [status, schema ? compiler.compile(schema) : null];
    }),
  );

  const mismatch = (status: number, text: string): string | null => {
    const validate = validators.get(String(status));
    if (validate === undefined) return `${operation.operationId}: status ${status} is not declared`;
    if (validate === null) return text === '' ? null : `${operation.operationId}: status ${status} has no body`;
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    if (validate(body)) return null;
    const { pointer, reason } = describeError(validate.errors ?? [], body);
    return `${operation.operationId}: ${status}: Error at "${pointer}": ${reason}`;
  };

  return (status, text) => {
    const found = mismatch(status, text);
    if (found === null) return null;
    ctx.log.error({ operation_id: operation.operationId, mismatch: found }, 'the answer does not fit the contract');
    return mode === 'fail' ? found : null;
  };
};
