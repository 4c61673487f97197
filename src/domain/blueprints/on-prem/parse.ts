import { parse, TomlError } from 'smol-toml';
import { invalid, ServiceError } from '../../../lib/errors.ts';

/** No blueprint nests deeper. */
const MAX_DEPTH = 32;

/** As many as a body in JSON may have. */
const MAX_VALUES = 15_000;

/** Index after a string. @param start index after its first quote or quotes */
const endOfString = (text: string, start: number, quote: string): number => {
  for (let from = start; ;) {
    const at = text.indexOf(quote, from);
    if (at < 0) return text.length;
    let slashes = 0;
    if (quote.startsWith('"')) while (at - slashes > start && text[at - slashes - 1] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + quote.length;
    from = at + 1;
  }
};

/** Before parsing: a short text with many small values takes long to parse. @throws ServiceError `tooLarge` */
const refuseCostlyToml = (text: string): void => {
  let separators = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (c === '#') {
      const end = text.indexOf('\n', i);
      i = end < 0 ? text.length : end;
    } else if (c === '"' || c === "'") {
      const long = c.repeat(3);
      const quote = text.startsWith(long, i) ? long : c;
      i = endOfString(text, i + quote.length, quote) - 1;
    } else if (c === '=' || c === ',' || c === '.' || c === '[' || c === '{') {
      separators += 1;
      if (separators > MAX_VALUES)
        throw new ServiceError('tooLarge', `the request body has more than ${MAX_VALUES} values`);
    }
  }
};

/**
 * Parses TOML.
 * @throws ServiceError `tooLarge`; `invalid` with line and column, without the text of the line: it may be a password
 */
export function parseToml(text: string): object {
  refuseCostlyToml(text);
  try {
    return parse(text, { maxDepth: MAX_DEPTH, unsafeKeyBehaviour: 'throw' });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.split('\n');
    const place = `line ${error.line}, column ${error.column}`;
    const cause = reason.replace(/^Invalid TOML document: /, '');
    throw invalid(
      { detail: `the body is not TOML: ${place}: ${cause}`, code: 'request.malformed', pointer: '' },
      error,
    );
  }
}
