import { ServiceError, invalid, type ErrorEntry } from '../lib/errors.ts';
import { given } from '../lib/members.ts';
import { publishedHint, type Violation } from './explain-violation.ts';
import { ignoredMember, type IgnoredMember } from './ignored-members.ts';
import { parseRequestJson, rejectUnstorableStrings } from './json.ts';
import { compileNormaliser } from './normalise.ts';
import { schemaName, type ContractDocument, type Schema } from './schema.ts';
import type { UnknownMember } from './unknown-members.ts';
import type { SchemaCompiler } from './validator.ts';
import { listViolations } from './violations.ts';

const JSON_MEDIA_TYPE = /^\s*application\/json\s*(?:;.*)?$/i;
const MISSING = 'request body has an error: value is required but missing';

const JSON_BODY = 'a JSON document, with the header Content-Type: application/json';

/** Violations that a response names, and those that its published entry names beside the first. */
const MAX_VIOLATIONS = 100;
const MAX_OTHERS = 5;

/**
 * Returns the validated value, `undefined` without a body.
 * @param ignored receives the unknown members, which the value is without
 */
export type BodyReader = (text: string, contentType: string | undefined, ignored: IgnoredMember[]) => unknown;

const placeAndReason = (violation: Violation): string =>
  `Error at "${violation.pointer}": ${violation.reason}${publishedHint(violation)}`;

const toEntry = (violation: Violation, where: string): ErrorEntry => {
  const { pointer, reason, seen, hint, value, takes, suggestion } = violation;
  return {
    detail: `request body has an error: ${where}: Error at "${pointer}": ${reason}${seen}${hint}`,
    code: 'body.invalid',
    pointer,
    ...given({ value, takes, suggestion }),
  };
};

const sentences = (texts: readonly string[]): string =>
  texts.map((text, index) => (index === texts.length - 1 || text.endsWith('?') ? text : `${text}.`)).join(' ');

/** Compatibility: a body with several violations always had one entry, about the first. The others follow in its text. */
const violationsError = (violations: readonly Violation[], where: string): ServiceError => {
  const [first = '', ...others] = violations.slice(0, 1 + MAX_OTHERS).map(placeAndReason);
  const unnamed = violations.length - 1 - others.length;
  const more = [...others, ...(unnamed > 0 ? [`And ${unnamed} more`] : [])];
  const all = more.length === 0 ? first : sentences([first, `Also: ${sentences(more)}`]);
  const detail = `request body has an error: ${where}: ${all}`;
  return new ServiceError(
    'invalid',
    violations.map((violation) => toEntry(violation, where)),
    { published: { detail } },
  );
};

/**
 * Compiles validation of a request body: presence, media type, JSON, then the schema.
 * @throws (the returned function) ServiceError `unsupportedMediaType` or `invalid`, with an entry per violation
 */
export function compileBody(
  document: ContractDocument,
  compiler: SchemaCompiler,
  schema: Schema,
  required: boolean,
): BodyReader {
  const validate = compiler.compile(schema);
  const normalise = compileNormaliser(document, schema);
  const name = schemaName(schema);
  const where = name === null ? "doesn't match schema" : `doesn't match schema #/components/schemas/${name}`;
  return (text, contentType, ignored) => {
    if (text === '') {
      if (required) throw invalid({ detail: MISSING, code: 'body.invalid', pointer: '', takes: JSON_BODY });
      return undefined;
    }
    if (!JSON_MEDIA_TYPE.test(contentType ?? '')) {
      throw new ServiceError('unsupportedMediaType', {
        detail: 'request must be json-encoded',
        ...{ pointer: 'header.Content-Type', takes: 'application/json' },
        ...given({ value: contentType }),
      });
    }
    const parsed = parseRequestJson(text);
    const unknown: UnknownMember[] = [];
    normalise(parsed.value, unknown);
    const value = parsed.resolveNumbers();
    if (!validate(value))
      throw violationsError(listViolations(validate.errors ?? [], value, unknown, MAX_VIOLATIONS), where);
    rejectUnstorableStrings(text, value);
    for (const member of unknown) ignored.push(ignoredMember(member));
    return value;
  };
}
