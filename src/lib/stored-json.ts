/** Integers of more digits than a double holds. */
const UNSAFE_DIGITS = /\d{16}/;

/** Member names with an escaped quote or backslash, which V8 14 confuses unless `JSON.parse` has a reviver. */
const ESCAPED_QUOTE = /\\["\\]/;

/** Parses JSON of the database. An integer that JavaScript would round becomes raw JSON, which `JSON.stringify` writes unchanged. */
export function parseStoredJson(text: string): unknown {
  if (!UNSAFE_DIGITS.test(text) && !ESCAPED_QUOTE.test(text)) return JSON.parse(text);
  return JSON.parse(text, ((_key: string, value: unknown, context: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source ?? '')
      ? JSON.rawJSON(context.source ?? '')
      : value) as (key: string, value: unknown) => unknown);
}
