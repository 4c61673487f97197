import { ServiceError, type ErrorEntry } from '../lib/errors.ts';
import { isUuid } from '../lib/ids.ts';
import { given } from '../lib/members.ts';
import { explainViolation, publishedHint, type Violation } from './explain-violation.ts';
import { ignoredParameter, type IgnoredMember } from './ignored-members.ts';
import { resolveSchema, type ContractDocument, type Schema } from './schema.ts';
import type { SchemaCompiler } from './validator.ts';

export interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface ParameterValues {
  readonly params: Record<string, unknown>;
  readonly query: Record<string, unknown>;
  readonly headers: Record<string, string>;
}

/**
 * @param ignored receives the query parameters that the operation does not have
 * @throws ServiceError `invalid` for the first invalid parameter
 */
export type ParameterReader = (
  request: {
    readonly params: Readonly<Record<string, string>>;
    readonly query: string;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  },
  ignored: IgnoredMember[],
) => ParameterValues;

/** Characters of a malformed id in an error. */
const MAX_ID = 100;

const INTEGER = /^[+-]?\d{1,19}$/;
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

const parameterErrorWith = (parameter: ParameterObject, entry: ErrorEntry, published?: ErrorEntry): ServiceError =>
  new ServiceError(
    'invalid',
    { code: 'parameter.invalid', pointer: `${parameter.in}.${parameter.name}`, ...entry },
    published ? { published } : {},
  );

const describeParameter = (parameter: ParameterObject, reason: string): string =>
  `parameter "${parameter.name}" in ${parameter.in} has an error: ${reason}`;

const parameterError = (parameter: ParameterObject, reason: string): ServiceError =>
  parameterErrorWith(parameter, { detail: describeParameter(parameter, reason) });

const missingError = (parameter: ParameterObject, { type, enum: values, format }: Schema): ServiceError =>
  parameterErrorWith(parameter, {
    detail: describeParameter(parameter, 'value is required but missing'),
    takes: values?.join(', ') ?? format ?? type ?? 'any value',
  });

/** The error for a value that does not match its schema. */
const mismatch = (parameter: ParameterObject, violation: Violation): ServiceError => {
  const { pointer, reason, seen, hint, value, takes, suggestion } = violation;
  const published = describeParameter(parameter, pointer === '' ? reason : `Error at "${pointer}": ${reason}`);
  return parameterErrorWith(
    parameter,
    {
      detail: `${published}${seen}${hint}`,
      ...given({ value, takes, suggestion }),
    },
    { detail: `${published}${publishedHint(violation)}` },
  );
};

const decode = (text: string, parameter: ParameterObject): string => {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw parameterError(parameter, 'malformed percent-encoding');
  }
  if (decoded.includes('\0')) throw parameterError(parameter, 'U+0000 is not allowed');
  return decoded;
};

/** Unknown parameters of one request; others are too many to be reported. */
const MAX_IGNORED = 20;

/** Text that is no value of the type stays text, for the validator to reject. */
const convert = (text: string, schema: Schema): unknown => {
  if (schema.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (schema.type !== 'integer' || !INTEGER.test(text)) return text;
  const integer = BigInt(text.replace('+', ''));
  if (integer < INT64.min || integer > INT64.max) return text;
  // Clamping is harmless: no integer parameter can refer to anything that large.
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(integer)));
};

/**
 * Splits a query into raw values by name. Names and values with malformed encoding of unknown parameters are ignored.
 */
const splitSearch = (search: string): Map<string, string[]> => {
  const values = new Map<string, string[]>();
  if (search === '') return values;
  for (const pair of search.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const [rawName, rawValue] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    let name: string;
    try {
      name = decodeURIComponent(rawName.replaceAll('+', ' '));
    } catch {
      continue;
    }
    const list = values.get(name);
    const value = rawValue.replaceAll('+', ' ');
    if (list) list.push(value);
    else values.set(name, [value]);
  }
  return values;
};

/** Compiles validation of an operation's parameters, in their order. */
export function compileParameters(
  document: ContractDocument,
  compiler: SchemaCompiler,
  parameters: readonly ParameterObject[],
): ParameterReader {
  const steps = parameters.map((parameter) => {
    const schema = resolveSchema(document, parameter.schema);
    const validate = compiler.compile(parameter.schema);
    const check = (value: unknown): unknown => {
      if (!validate(value)) {
        throw mismatch(parameter, explainViolation(validate.errors ?? [], value, []));
      }
      if (schema.format === 'uuid' && !isUuid(value as string)) {
        throw parameterErrorWith(parameter, {
          detail: `Invalid format for parameter ${parameter.name}: must be a UUID of 36 characters`,
          ...{ value: String(value).slice(0, MAX_ID), takes: 'a UUID of 36 characters' },
        });
      }
      return value;
    };
    return { parameter, schema, check, key: parameter.name.toLowerCase() };
  });

  const queryNames = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const isKnown = new Set(queryNames);

  return ({ params: path, query: search, headers }, ignored) => {
    const result: ParameterValues = { params: {}, query: {}, headers: {} };
    const sent = splitSearch(search);
    for (const name of sent.keys())
      if (!isKnown.has(name) && ignored.length < MAX_IGNORED) ignored.push(ignoredParameter(name, queryNames));
    for (const { parameter, schema, check, key } of steps) {
      if (parameter.in === 'path') {
        result.params[parameter.name] = check(convert(decode(path[parameter.name] ?? '', parameter), schema));
      } else if (parameter.in === 'header') {
        const value = headers[key];
        if (typeof value === 'string') result.headers[key] = check(value) as string;
        else if (parameter.required) throw missingError(parameter, schema);
      } else if (parameter.in === 'query') {
        const values = sent.get(parameter.name)?.map((value) => decode(value, parameter));
        if (values === undefined) {
          if (parameter.required) throw missingError(parameter, schema);
          if (schema.default !== undefined) result.query[parameter.name] = schema.default;
        } else if (schema.type === 'array') {
          const items = schema.items ? resolveSchema(document, schema.items) : {};
          result.query[parameter.name] = check(values.map((value) => convert(value, items)));
        } else if (values.length > 1) {
          throw parameterErrorWith(parameter, {
            detail: `Invalid format for parameter ${parameter.name}: multiple values for single value parameter '${parameter.name}'`,
          });
        } else {
          result.query[parameter.name] = check(convert(values[0] ?? '', schema));
        }
      }
    }
    return result;
  };
}
