import express, { type RequestHandler } from 'express';
import { awaitBody } from './client-errors.ts';
import { ServiceError, invalid } from '../lib/errors.ts';
import type { Exchange } from './exchange.ts';

/** Reads the body into `exchange.request.body`; it stays empty without one. */
export type BodyTextReader = (exchange: Exchange) => Promise<void>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

const bodyErrorOf = (error: unknown, limit: number): unknown => {
  const { status, message } = error as { status?: number; message?: string };
  if (status === 413) return new ServiceError('tooLarge', `the request body is larger than ${limit} bytes`);
  if (status === 415) return new ServiceError('unsupportedMediaType', `the request body cannot be read: ${message}`);
  if (status === 400) return invalid({ detail: `request body has an error: ${message}`, code: 'request.malformed' });
  return error;
};

const decode = (bytes: unknown): string => {
  if (!Buffer.isBuffer(bytes)) return '';
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalid({
      detail: 'request body has an error: failed to decode request body: not UTF-8',
      code: 'request.malformed',
    });
  }
};

/**
 * The text is parsed when the request is validated, so that parameters are rejected first.
 * @param limit bytes after decompression
 */
export function createBodyTextReader(limit: number): BodyTextReader {
  const readRaw: RequestHandler = express.raw({ type: () => true, limit });
  return async ({ req, res, request }) => {
    if (req.headers['transfer-encoding'] === undefined && !Number(req.headers['content-length'])) return;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    readRaw(req, res, (error?: unknown) => (error ? reject(bodyErrorOf(error, limit)) : resolve(undefined)));
    await awaitBody(res, promise);
    request.body = decode(req.body);
  };
}
