import { invalid, ServiceError } from '../lib/errors.ts';
import { redactText } from '../domain/redaction/log-lines.ts';
import { pointerOf } from '../lib/pointer.ts';
import { trimEnd } from '../lib/trim-end.ts';

/** No request of the contract nests deeper, and recursion needs a limit. */
const MAX_DEPTH = 64;

/** Half more than the longest lists of packages have. The time of validation, comparison and redaction grows with it. */
const MAX_VALUES = 15_000;

/** A number that a double may not represent exactly. */
class NumberLiteral {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

const UNUSUAL_NUMBER = /\d[.eE]|\d{16}/;

/** V8 14 confuses such member names at the same place of different documents, unless a reviver receives the source. */
const ESCAPED_QUOTE = /\\["\\]/;

const malformed = (reason: string) =>
  invalid({
    detail: `request body has an error: failed to decode request body: ${reason}`,
    code: 'request.malformed',
    ...{ pointer: '', takes: 'one JSON document in UTF-8' },
  });

const invalidAt = (pointer: string, reason: string, takes: string) =>
  invalid({
    detail: `request body has an error: Error at "${pointer}": ${reason}`,
    code: 'body.invalid',
    pointer,
    takes,
  });

const INTEGERS = `integers from -${Number.MAX_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}`;

/** Index of the quote that ends a string. @param start index of its first character */
const endOfString = (text: string, start: number): number => {
  const quote = text.indexOf('"', start);
  if (quote < 0) return text.length;
  if (text.charCodeAt(quote - 1) !== 0x5c) return quote;
  for (let i = start; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x5c) i += 1;
    else if (c === 0x22) return i;
  }
  return text.length;
};

/** Before parsing: a short text with many small values takes long to parse. @throws ServiceError `invalid` or `tooLarge` */
const refuseCostlyJson = (text: string): void => {
  let depth = 0;
  let separators = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x22) i = endOfString(text, i + 1);
    else if (c === 0x5b || c === 0x7b) {
      depth += 1;
      if (depth > MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH} levels`);
      separators += 1;
    } else if (c === 0x5d || c === 0x7d) depth -= 1;
    else if (c === 0x2c) separators += 1;
    if (separators >= MAX_VALUES)
      throw new ServiceError('tooLarge', `the request body has more than ${MAX_VALUES} values`);
  }
};

/** Normalized digits and exponent, so that equal numbers become equal texts. */
const canonical = (literal: string): string => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = trimEnd(digits, '0');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
};

/** @param path of the value; changed, and restored at the end */
const toExactNumbers = (value: unknown, path: (string | number)[]): unknown => {
  if (value instanceof NumberLiteral) {
    const number = Number(value.source);
    if (Number.isFinite(number) && canonical(value.source) === canonical(String(number))) return number;
    throw invalidAt(pointerOf(path), `the number cannot be kept exactly; ${INTEGERS} can`, INTEGERS);
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      path.push(i);
      value[i] = toExactNumbers(value[i], path);
      path.pop();
    }
  } else if (typeof value === 'object' && value !== null) {
    const object = value as Record<string, unknown>;
    for (const key of Object.keys(object)) {
      path.push(key);
      const exact = toExactNumbers(object[key], path);
      path.pop();
      if (exact === object[key]) continue;
      Object.defineProperty(object, key, { value: exact, enumerable: true, writable: true, configurable: true });
    }
  }
  return value;
};

export interface ParsedJson {
  readonly value: unknown;
  /**
   * Replaces literals with exact numbers; rounding would change the image. Called after unknown members are dropped.
   * @throws ServiceError `invalid` with the pointer of an inexact number
   */
  readonly resolveNumbers: () => unknown;
}

/** @throws ServiceError `invalid` for text that is not one JSON document or nests too deeply, `tooLarge` for too many values */
export function parseRequestJson(text: string): ParsedJson {
  refuseCostlyJson(text);
  try {
    if (!UNUSUAL_NUMBER.test(text) && !ESCAPED_QUOTE.test(text)) {
      const value: unknown = JSON.parse(text);
      return { value, resolveNumbers: () => value };
    }
    let hasLiterals = false;
    const value: unknown = JSON.parse(text, ((_key: string, item: unknown, context: { source?: string }) => {
      if (typeof item !== 'number' || context.source === undefined || !UNUSUAL_NUMBER.test(context.source)) return item;
      hasLiterals = true;
      return new NumberLiteral(context.source);
    }) as (key: string, item: unknown) => unknown);
    return { value, resolveNumbers: () => (hasLiterals ? toExactNumbers(value, []) : value) };
  } catch (error) {
    // The message of the parser quotes the text, which may contain a password.
    throw malformed(redactText((error as Error).message));
  }
}

const SUSPICIOUS_ESCAPE = /\\u(?:0000|[dD][89a-fA-F])/;

/**
 * Rejects strings that PostgreSQL cannot store: U+0000 and unpaired surrogates.
 * @param text the body; only escapes can produce such strings, so it is searched first
 * @throws ServiceError `invalid`
 */
export function rejectUnstorableStrings(text: string, value: unknown): void {
  if (!SUSPICIOUS_ESCAPE.test(text)) return;
  const path: (string | number)[] = [];
  const walkAt = (key: string | number, node: unknown): void => {
    path.push(key);
    walk(node);
    path.pop();
  };
  const walk = (node: unknown): void => {
    if (typeof node === 'string') {
      if (node.includes('\0') || !node.isWellFormed()) {
        throw invalidAt(
          pointerOf(path).toWellFormed().replaceAll('\0', '\\u0000'),
          'strings must not contain U+0000 or unpaired surrogates',
          'Unicode text without U+0000',
        );
      }
    } else if (Array.isArray(node)) node.forEach((item, i) => walkAt(i, item));
    else if (typeof node === 'object' && node !== null) {
      for (const [key, item] of Object.entries(node)) {
        walkAt(key, key);
        walkAt(key, item);
      }
    }
  };
  walk(value);
}
