import { parse, TomlError } from 'smol-toml';
import { invalid } from '../../../lib/errors.ts';

/** No blueprint nests deeper. */
const MAX_DEPTH = 32;

/**
 * Parses TOML.
 * @throws ServiceError `invalid` with line and column. The text of the line is left out: it may be a password.
 */
export function parseToml(text: string): object {
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
