import type { AppContext } from '../context.ts';
import type { ContractOperation, ContractResponse } from './schema.ts';
import { answerCompiler, describeError, type SchemaCompiler } from './validator.ts';

/** Returns what is wrong with a response, or `null` where it fits (or mismatches are only logged). */
export type AnswerCheck = (status: number, text: string) => string | null;

const JSON_TYPE = 'application/json';

/** How media types end whose documents are JSON. */
const JSON_END = /[/+]json$/;

const jsonTypeOf = ({ content = {} }: ContractResponse): string | undefined =>
  Object.keys(content).find((type) => JSON_END.test(type));

/** The media type that the contract has for the success of an operation. */
export const answerTypeOf = ({ responses }: ContractOperation): string => {
  const success = Object.keys(responses).find((status) => status.startsWith('2')) ?? '';
  return jsonTypeOf(responses[success] ?? {}) ?? JSON_TYPE;
};

const compilers = new WeakMap<object, SchemaCompiler>();

/** Compiles the check of an operation's answers against the contract; `null` where the configuration turns it off. */
export const checkAnswer = (ctx: AppContext, id: string, { responses }: ContractOperation): AnswerCheck | null => {
  const mode = ctx.config.http.responseValidation;
  if (mode === 'off') return null;
  const compiler = compilers.get(ctx.document) ?? answerCompiler(ctx.document);
  compilers.set(ctx.document, compiler);
  const validators = new Map(
    Object.entries(responses).map(([status, response]) => {
      const schema = response.content?.[jsonTypeOf(response) ?? '']?.schema;
      return [status, schema ? compiler.compile(schema) : null];
    }),
  );

  const mismatch = (status: number, text: string): string | null => {
    const validate = validators.get(String(status));
    if (validate === undefined) return `${id}: status ${status} is not declared`;
    if (validate === null) return text === '' ? null : `${id}: status ${status} has no body`;
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    if (validate(body)) return null;
    const { pointer, reason } = describeError(validate.errors ?? [], body);
    return `${id}: ${status}: Error at "${pointer}": ${reason}`;
  };

  return (status, text) => {
    const found = mismatch(status, text);
    if (found === null) return null;
    ctx.log.error(
      { event: 'response.contract_mismatch', operation_id: id, mismatch: found },
      'the answer does not fit the contract',
    );
    return mode === 'fail' ? found : null;
  };
};
