import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Request, type Response } from 'express';
import { ServiceError, invalid } from '../errors.ts';
import { whileReading } from './client-errors.ts';
import { parseRequestJson, refuseUnstorableStrings } from './json.ts';
import { compileNormaliser } from '../contract/normalise.ts';
import { schemaName, type ContractDocument, type Schema } from '../contract/schema.ts';
import { describeError, type SchemaCompiler } from '../contract/validator.ts';

const JSON_MEDIA_TYPE = /^\s*application\/json\s*(?:;.*)?$/i;
const MISSING = 'request body has an error: value is required but missing';

/** The body of a request as text, empty when there is none. */
export type TextReader = (req: IncomingMessage, res: ServerResponse) => Promise<string>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Reads bodies of up to `limit` bytes (after inflating). */
export const createTextReader = (limit: number): TextReader => {
  const readRaw = express.raw({ type: () => true, limit });
  return async (req, res) => {
    if (req.headers['transfer-encoding'] === undefined && !Number(req.headers['content-length'])) return '';
    await whileReading(
      res,
      new Promise<void>((resolve, reject) => {
        // It reads the stream and the headers, and nothing that express makes of a request.
        readRaw(req as Request, res as Response, (error?: unknown) =>
          error ? reject(bodyError(error, limit)) : resolve(),
        );
      }),
    );
    const { body: bytes } = req as { body?: unknown };
    if (!Buffer.isBuffer(bytes)) return '';
    try {
      return utf8.decode(bytes);
    } catch {
      throw invalid('request body has an error: failed to decode request body: not UTF-8');
    }
  };
};

const bodyError = (error: unknown, limit: number): unknown => {
  const { status, message } = error as { status?: number; message?: string };
  if (status === 413) return new ServiceError('tooLarge', `the request body is larger than ${limit} bytes`);
  if (status === 415) return new ServiceError('unsupportedMediaType', `the request body cannot be read: ${message}`);
  if (status === 400) return invalid(`request body has an error: ${message}`);
  return error;
};

/** Judges the body of a request and gives the value that the handler gets. */
export type BodyReader = (text: string, contentType: string | undefined) => unknown;

/**
 * Compiles the request body of an operation: presence, media type, JSON, then the schema; the first failure is thrown.
 * @throws ServiceError `unsupportedMediaType` or `invalid`, naming the member by JSON pointer
 */
export const compileBody = (
  document: ContractDocument,
  compiler: SchemaCompiler,
  schema: Schema,
  required: boolean,
): BodyReader => {
  const validate = compiler.compile(schema);
  const normalise = compileNormaliser(document, schema);
  const name = schemaName(schema);
  const where = name === null ? "doesn't match schema" : `doesn't match schema #/components/schemas/${name}`;
  return (text, contentType) => {
    if (text === '') {
      if (required) throw invalid(MISSING);
      return undefined;
    }
    if (!JSON_MEDIA_TYPE.test(contentType ?? '')) {
      throw new ServiceError('unsupportedMediaType', 'request must be json-encoded');
    }
    const parsed = parseRequestJson(text);
    normalise(parsed.value);
    const value = parsed.settle();
    if (!validate(value)) {
      const { pointer, reason } = describeError(validate.errors ?? [], value);
      throw invalid(`request body has an error: ${where}: Error at "${pointer}": ${reason}`);
    }
    refuseUnstorableStrings(text, value);
    return value;
  };
};
