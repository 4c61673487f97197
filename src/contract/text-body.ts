import { ServiceError, invalid } from '../lib/errors.ts';
import type { BodyReader } from './body.ts';

/**
 * Validation of a body that is text for its handler: presence and media type.
 * @param type media type, in lower case
 * @throws (the returned function) ServiceError `unsupportedMediaType` or `invalid`
 */
export function compileTextBody(type: string, required: boolean): BodyReader {
  return (text, contentType = '') => {
    if (text === '') {
      if (!required) return undefined;
      const detail = 'request body has an error: value is required but missing';
      throw invalid({ detail, code: 'body.invalid', pointer: '', takes: `a text of the type ${type}` });
    }
    const [given = ''] = contentType.split(';');
    if (given.trim().toLowerCase() !== type) {
      const detail = `the body must be sent with the header Content-Type: ${type}`;
      throw new ServiceError('unsupportedMediaType', { detail, pointer: 'header.Content-Type', takes: type });
    }
    return text;
  };
}
