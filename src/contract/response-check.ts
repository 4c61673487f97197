import type { AppContext } from '../context.ts';
import { memoize } from '../lib/memoize.ts';
import type { ContractOperation, ContractResponse } from './schema.ts';
import { responseCompiler, describeError } from './validator.ts';

/** Returns how a response violates the contract; `null` if it matches, or if mismatches are only logged. */
export type ResponseCheck = (status: number, text: string) => string | null;

const JSON_TYPE = 'application/json';

const JSON_END = /[/+]json$/;

const jsonTypeOf = ({ content = {} }: ContractResponse): string | undefined =>
  Object.keys(content).find((type) => JSON_END.test(type));

export function responseTypeOf({ responses }: ContractOperation): string {
  const success = Object.keys(responses).find((status) => status.startsWith('2')) ?? '';
  return jsonTypeOf(responses[success] ?? {}) ?? JSON_TYPE;
}

const compilerOf = memoize(responseCompiler);

/** Compiles validation of an operation's responses; `null` if the configuration disables it. */
export function createResponseCheck(
  ctx: AppContext,
  id: string,
  { responses }: ContractOperation,
): ResponseCheck | null {
  const mode = ctx.config.http.responseValidation;
  if (mode === 'off') return null;
  const compiler = compilerOf(ctx.document);
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
}
