import type { ErrorObject } from 'ajv';
import { hasUserInfo, isSecretMember } from '../domain/redaction/secret-members.ts';
import { given } from '../lib/members.ts';
import { keysOf, pointerOf } from '../lib/pointer.ts';
import { quote } from '../lib/quote.ts';
import { adviceFor, suggestMember, suggestValue } from './suggestions.ts';
import type { UnknownMember } from './unknown-members.ts';
import { describeError, mostSpecificError, valueAt } from './validator.ts';

/** A place where a value does not match its schema. */
export interface Violation {
  /** JSON pointer to the place, of a missing member as well. */
  readonly pointer: string;
  /** The published text. */
  readonly reason: string;
  /** What follows the reason in a text: the value, empty where it is not shown. */
  readonly seen: string;
  /** What follows in a text: what was probably meant, or what there is. */
  readonly hint: string;
  /** The value, as text; left out where it may be a secret, and for objects and lists. */
  readonly value?: string;
  /** What the place takes. */
  readonly takes?: string;
  /** The name or value that was probably meant. */
  readonly suggestion?: string;
}

type Params = Readonly<Record<string, unknown>>;

/** Characters of a value in texts. */
const MAX_VALUE = 120;

const articleOf = (noun: string): string => (/^[aeio]/.test(noun) ? 'an' : 'a');

const counted = (limit: unknown, noun: string): string => `${String(limit)} ${noun}${limit === 1 ? '' : 's'}`;

const TAKES: Readonly<Record<string, (params: Params) => string>> = {
  enum: ({ allowedValues }) => (allowedValues as readonly unknown[]).join(', '),
  type: ({ type }) => `${articleOf(String(type))} ${String(type)}`,
  minItems: ({ limit }) => `at least ${counted(limit, 'item')}`,
  maxItems: ({ limit }) => `at most ${counted(limit, 'item')}`,
  minLength: ({ limit }) => `at least ${counted(limit, 'character')}`,
  maxLength: ({ limit }) => `at most ${counted(limit, 'character')}`,
  minimum: ({ limit }) => `numbers from ${String(limit)}`,
  maximum: ({ limit }) => `numbers up to ${String(limit)}`,
  uniqueItems: () => 'items that differ',
  pattern: ({ pattern }) => `texts that match ${String(pattern)}`,
  'x-go-type': () => `integers from 0 to ${Number.MAX_SAFE_INTEGER}`,
  format: ({ format }) =>
    format === 'int64'
      ? `integers from ${Number.MIN_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}`
      : `a valid ${String(format)}`,
};

/** The text of a value; `undefined` for a secret, an object or a list. */
const shownValue = (value: unknown, pointer: string): string | undefined => {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value);
  // An item of a secret list is secret as well.
  if (keysOf(pointer).some(isSecretMember) || hasUserInfo(text)) return undefined;
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE).toWellFormed()}…` : text.toWellFormed();
};

const parentOf = (path: readonly (string | number)[]): string => pointerOf(path.slice(0, -1));

/** What follows the reason in the published texts: they are as ever where nothing is suggested. */
export function publishedHint({ suggestion, seen, hint }: Violation): string {
  return suggestion === undefined ? '' : `${seen}${hint}`;
}

/** An object without a member often has it under another name. */
const explainMissing = (instancePath: string, missing: string, unknown: readonly UnknownMember[]) => {
  const meant = unknown.find(
    ({ path, known }) => parentOf(path) === instancePath && suggestMember(String(path.at(-1)), known) === missing,
  );
  return meant === undefined
    ? { hint: '' }
    : { hint: `; did you mean it with ${quote(String(meant.path.at(-1)))}?`, suggestion: missing };
};

const explainUnknown = (instancePath: string, name: string, unknown: readonly UnknownMember[]) => {
  const found = unknown.find(({ path }) => path.at(-1) === name && parentOf(path) === instancePath);
  if (found === undefined) return { hint: '' };
  const takes = found.known.join(', ');
  const suggestion = suggestMember(name, found.known);
  return suggestion === undefined
    ? { hint: `; ${adviceFor(name) ?? `the members are: ${takes}`}`, takes }
    : { hint: `; did you mean ${quote(suggestion)}?`, takes, suggestion };
};

const explainValue = ({ keyword, params, instancePath }: ErrorObject, value: unknown) => {
  const found = valueAt(value, instancePath);
  const shown = shownValue(found, instancePath);
  const suggestion =
    keyword === 'enum' && shown !== undefined
      ? suggestValue(found, (params as { allowedValues: readonly unknown[] }).allowedValues)
      : undefined;
  const takes = TAKES[keyword]?.(params as Params);
  return {
    seen: shown === undefined ? '' : `; it is ${typeof found === 'string' ? quote(shown) : shown}`,
    hint: suggestion === undefined ? '' : `; did you mean ${quote(suggestion)}?`,
    ...given({ value: shown, takes, suggestion }),
  };
};

/** What a caller needs to correct a violation. @param errors of one violation: of the branches of a union, or a single one */
export function explainViolation(
  errors: readonly ErrorObject[],
  value: unknown,
  unknown: readonly UnknownMember[],
): Violation {
  const described = describeError(errors, value);
  const error = mostSpecificError(errors);
  if (!error) return { ...described, seen: '', hint: '' };
  const params = error.params as Readonly<Record<string, string>>;
  switch (error.keyword) {
    case 'required':
      return {
        ...described,
        seen: '',
        ...explainMissing(error.instancePath, params['missingProperty'] ?? '', unknown),
      };
    case 'additionalProperties':
      return {
        ...described,
        seen: '',
        ...explainUnknown(error.instancePath, params['additionalProperty'] ?? '', unknown),
      };
    default:
      return { ...described, ...explainValue(error, value) };
  }
}
