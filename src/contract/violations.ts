import type { ErrorObject, ValidateFunction } from 'ajv';
import { compileNormaliser, type Normaliser } from './normalise.ts';
import type { ContractDocument } from './schema.ts';
import { describeError, requestCompiler } from './validator.ts';

/** Where a value does not fit its schema, and why. */
export interface Violation {
  /** JSON pointer. */
  readonly pointer: string;
  readonly reason: string;
}

/** A value as an operation would get it, with everything that is wrong with it. */
export interface SchemaValidation {
  /** The value with the schema's defaults, and without members that the schema does not know. */
  readonly value: unknown;
  readonly violations: readonly Violation[];
}

interface SchemaReaders {
  readonly normalise: Normaliser;
  readonly validate: ValidateFunction;
}

const readersByDocument = new WeakMap<ContractDocument, Map<string, SchemaReaders>>();

const readersOf = (document: ContractDocument, schemaName: string): SchemaReaders => {
  const known = readersByDocument.get(document) ?? new Map<string, SchemaReaders>();
  readersByDocument.set(document, known);
  let findViolations = known.get(schemaName);
  if (!findViolations) {
    const schema = { $ref: `#/components/schemas/${schemaName}` };
    findViolations = {
      normalise: compileNormaliser(document, schema),
      validate: requestCompiler(document, { allErrors: true }).compile(schema),
    };
    known.set(schemaName, findViolations);
  }
  return findViolations;
};

const UNIONS: ReadonlySet<string> = new Set(['oneOf', 'anyOf']);

/** Errors that say the same thing: what each branch of a union misses is one problem, and told as one. */
const grouped = (errors: readonly ErrorObject[]): readonly (readonly ErrorObject[])[] => {
  const unions = new Set(errors.filter(({ keyword }) => UNIONS.has(keyword)).map(({ instancePath }) => instancePath));
  /** The outermost union that a place is in, `null` for none. */
  const unionOf = (path: string): string | null => {
    for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
      const parent = end < 0 ? path : path.slice(0, end);
      if (unions.has(parent)) return parent;
      if (end < 0) return null;
    }
  };
  const groups = new Map<string, ErrorObject[]>();
  const ofWrongType = new Set(
    errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath),
  );
  for (const [index, error] of errors.entries()) {
    // That a number is none of the texts which are allowed is no news.
    if (error.keyword === 'enum' && ofWrongType.has(error.instancePath)) continue;
    const union = unionOf(error.instancePath);
    const key = union === null ? `error ${index}` : `union ${union}`;
    const group = groups.get(key);
    if (group) group.push(error);
    else groups.set(key, [error]);
  }
  return [...groups.values()];
};

/**
 * Judges a value by a schema of the contract as a request body is judged, and finds everything that is wrong instead of the first.
 * The value itself is left alone.
 * @param most violations that are told
 */
export function findViolations(
  document: ContractDocument,
  schemaName: string,
  given: unknown,
  most: number,
): SchemaValidation {
  const { normalise, validate } = readersOf(document, schemaName);
  const value = structuredClone(given);
  normalise(value);
  if (validate(value)) return { value, violations: [] };
  const violations = grouped(validate.errors ?? [])
    .slice(0, most)
    .map((errors) => describeError(errors, value));
  return { value, violations };
}
