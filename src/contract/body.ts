import { ServiceError, invalid } from '../lib/errors.ts';
import { parseRequestJson, rejectUnstorableStrings } from './json.ts';
import { compileNormaliser } from './normalise.ts';
import { schemaName, type ContractDocument, type Schema } from './schema.ts';
import { describeError, type SchemaCompiler } from './validator.ts';

const JSON_MEDIA_TYPE = /^\s*application\/json\s*(?:;.*)?$/i;
const MISSING = 'request body has an error: value is required but missing';

/** Returns the validated value, `undefined` without a body. */
export type BodyReader = (text: string, contentType: string | undefined) => unknown;

/**
 * Compiles validation of a request body: presence, media type, JSON, then the schema.
 * @throws (the returned function) ServiceError `unsupportedMediaType` or `invalid`, with the JSON pointer
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
  return (text, contentType) => {
    if (text === '') {
      if (required) throw invalid({ detail: MISSING, code: 'body.invalid', pointer: '' });
      return undefined;
    }
    if (!JSON_MEDIA_TYPE.test(contentType ?? '')) {
      throw new ServiceError('unsupportedMediaType', {
        detail: 'request must be json-encoded',
        pointer: 'header.Content-Type',
      });
    }
    const parsed = parseRequestJson(text);
    normalise(parsed.value);
    const value = parsed.resolveNumbers();
    if (!validate(value)) {
      const { pointer, reason } = describeError(validate.errors ?? [], value);
      const detail = `request body has an error: ${where}: Error at "${pointer}": ${reason}`;
      throw invalid({ detail, code: 'body.invalid', pointer });
    }
    rejectUnstorableStrings(text, value);
    return value;
  };
}
