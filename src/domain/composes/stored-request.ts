import type { ValidateFunction } from 'ajv';
import type { ComposeRequest } from '../compose-requests/types.ts';
import type { AppContext } from '../../context.ts';
import { compileNormaliser, type Normaliser } from '../../contract/normalise.ts';
import { describeError, type SchemaCompiler } from '../../contract/validator.ts';
import { unprocessable } from '../../lib/errors.ts';

const SCHEMA = { $ref: '#/components/schemas/ComposeRequest' };

interface StoredRequestParser {
  readonly normalise: Normaliser;
  readonly validate: ValidateFunction;
}

const parsers = new WeakMap<SchemaCompiler, StoredRequestParser>();

const parserOf = ({
  document,
  requestCompiler,
}: Pick<AppContext, 'document' | 'requestCompiler'>): StoredRequestParser => {
  let parser = parsers.get(requestCompiler);
  if (!parser) {
    parser = { normalise: compileNormaliser(document, SCHEMA), validate: requestCompiler.compile(SCHEMA) };
    parsers.set(requestCompiler, parser);
  }
  return parser;
};

/**
 * Converts a stored request to today's contract: other releases and implementations may have stored other members.
 * @param stored is changed
 * @throws ServiceError `unprocessable` naming the member that does not fit
 */
export function parseStoredRequest(
  ctx: Pick<AppContext, 'document' | 'requestCompiler'>,
  stored: Record<string, unknown>,
): ComposeRequest {
  const { normalise, validate } = parserOf(ctx);
  normalise(stored);
  if (validate(stored)) return stored as unknown as ComposeRequest;
  const { pointer, reason } = describeError(validate.errors ?? [], stored);
  const detail = `the request of the compose is not accepted any more: Error at "${pointer}": ${reason}`;
  throw unprocessable([{ title: 'Stored request not accepted', detail }]);
}
