import type { Ajv, ErrorObject, Options, ValidateFunction } from 'ajv';
import { createAjv } from '../lib/ajv.ts';
import { keysOf } from '../lib/pointer.ts';
import type { ContractDocument, Schema } from './schema.ts';
import { UNIQUE_ITEMS } from './unique-items.ts';

const DOCUMENT = 'contract';

const int32 = (value: number): boolean => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;

/** Formats are annotations, except where they bound a number. */
const FORMATS = {
  int32: { type: 'number', validate: int32 },
  int64: { type: 'number', validate: Number.isSafeInteger },
  uint64: { type: 'number', validate: (value: number) => Number.isSafeInteger(value) && value >= 0 },
  uuid: true,
  uri: true,
  password: true,
  binary: true,
  byte: true,
  float: true,
  double: true,
  'date-time': true,
  date: true,
  email: true,
  hostname: true,
} as const satisfies NonNullable<Options['formats']>;

const uint64 = (hint: unknown, value: unknown): boolean =>
  hint !== 'uint64' || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);

const ajvFor = (document: object, options: Options = {}): Ajv => {
  const ajv = createAjv({ formats: FORMATS, ...options });
  // A uint64 of the contract has no `type`; this hint for code generators bounds the value.
  ajv.addKeyword({ keyword: 'x-go-type', schemaType: 'string', validate: uint64, errors: false });
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword(UNIQUE_ITEMS);
  ajv.addSchema(document, DOCUMENT);
  return ajv;
};

export interface SchemaCompiler {
  /** Compiles on the first validation, and equal schemas once. */
  readonly compile: (schema: Schema) => ValidateFunction;
}

const compiler = (ajv: () => Ajv): SchemaCompiler => {
  // Most operations respond with the same errors.
  const validators = new Map<string, ValidateFunction>();
  const validatorOf = (schema: Schema): ValidateFunction => {
    const text = JSON.stringify(schema).replaceAll('"#/components/', `"${DOCUMENT}#/components/`);
    const known = validators.get(text) ?? ajv().compile(JSON.parse(text) as object);
    validators.set(text, known);
    return known;
  };
  return {
    compile: (schema) => {
      let compiled: ValidateFunction | undefined;
      const validate = ((value: unknown) => {
        compiled ??= validatorOf(schema);
        const ok = compiled(value);
        validate.errors = compiled.errors ?? null;
        return ok;
      }) as ValidateFunction;
      return validate;
    },
  };
};

const withBoundedIntegers = <T>(document: T): T =>
  JSON.parse(JSON.stringify(document), (_key, value: { type?: unknown; format?: unknown } | null) =>
    value?.type === 'integer' && value.format === undefined ? { ...value, format: 'int64' } : value,
  ) as T;

/** Validators for requests, which report all errors. Integers beyond a double's precision are rejected. */
export function requestCompiler(document: ContractDocument): SchemaCompiler {
  let ajv: Ajv | undefined;
  const inner = compiler(() => (ajv ??= ajvFor(withBoundedIntegers(document), { allErrors: true, verbose: true })));
  return { compile: (schema) => inner.compile(withBoundedIntegers(schema)) };
}

const withoutOneOf = <T>(document: T): T =>
  JSON.parse(JSON.stringify(document).replaceAll('"oneOf":', '"anyOf":')) as T;

/**
 * Validators for responses. Upload options overlap (S3 and OCI uploads both have a `url`), so one matching branch of
 * a `oneOf` is enough.
 */
export function responseCompiler(document: ContractDocument): SchemaCompiler {
  let ajv: Ajv | undefined;
  const inner = compiler(() => (ajv ??= ajvFor(withoutOneOf(document))));
  return { compile: (schema) => inner.compile(withoutOneOf(schema)) };
}

/** The deepest error: branches of a union report at their top. */
export function mostSpecificError(errors: readonly ErrorObject[]): ErrorObject | undefined {
  return errors.reduce<ErrorObject | undefined>((best, error) => {
    if (!best) return error;
    const depth = (e: ErrorObject): number => e.instancePath.split('/').length;
    return depth(error) > depth(best) ? error : best;
  }, undefined);
}

const REASONS: Readonly<Record<string, (params: Readonly<Record<string, string>>) => string>> = {
  minItems: (p) => `minimum number of items is ${p['limit']}`,
  maxItems: (p) => `maximum number of items is ${p['limit']}`,
  minLength: (p) => `minimum string length is ${p['limit']}`,
  maxLength: (p) => `maximum string length is ${p['limit']}`,
  minimum: (p) => `number must be at least ${p['limit']}`,
  maximum: (p) => `number must be at most ${p['limit']}`,
  uniqueItems: (p) => `items must differ, items ${p['j']} and ${p['i']} are equal`,
  required: (p) => `property "${p['missingProperty']}" is missing`,
  additionalProperties: (p) => `property "${p['additionalProperty']}" is unsupported`,
  enum: (p) => `value is not one of the allowed values ${JSON.stringify(p['allowedValues'])}`,
  type: (p) => `value must be ${/^[aeio]/.test(p['type'] ?? '') ? 'an' : 'a'} ${p['type']}`,
  pattern: (p) => `string doesn't match the regular expression "${p['pattern']}"`,
  oneOf: () => "value doesn't match exactly one of the allowed schemas",
  anyOf: () => "value doesn't match any of the allowed schemas",
  'x-go-type': () => `value must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}`,
  format: (p) =>
    p['format'] === 'int64'
      ? `value must be an integer from ${Number.MIN_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}`
      : `value is not a valid ${p['format']}`,
};

/** JSON pointer and reason of an error, in texts that clients parse. */
export function describeError(errors: readonly ErrorObject[], value: unknown): { pointer: string; reason: string } {
  const error = mostSpecificError(errors);
  if (!error) return { pointer: '', reason: 'value does not match' };
  const params = error.params as Readonly<Record<string, string>>;
  const missing = error.keyword === 'required' ? `/${params['missingProperty']}` : '';
  const isNull =
    (error.keyword === 'type' || error.keyword === 'x-go-type') && valueAt(value, error.instancePath) === null;
  const reason = isNull ? 'Value is not nullable' : (REASONS[error.keyword]?.(params) ?? error.message ?? '');
  return { pointer: `${error.instancePath}${missing}`, reason };
}

/** The part of a value at a JSON pointer. */
export function valueAt(value: unknown, pointer: string): unknown {
  return keysOf(pointer).reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], value);
}
