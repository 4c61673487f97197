const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** Letters, marks, numbers, punctuation, symbols and the space U+0020. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const escape = (character: string): string => {
  const named = NAMED_ESCAPES[character];
  if (named !== undefined) return named;
  if (PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const hex = (digits: number): string => code.toString(16).padStart(digits, '0');
  if (code < 0x80) return `\\x${hex(2)}`;
  return code < 0x1_0000 ? `\\u${hex(4)}` : `\\U${hex(8)}`;
};

/** Most texts need no escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Quotes a text like Go's `%q`, with escapes for unprintable characters. */
export function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return `"${Array.from(text.toWellFormed(), escape).join('')}"`;
}
