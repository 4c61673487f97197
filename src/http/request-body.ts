import express from 'express';
import { whileReading } from './client-errors.ts';
import { ServiceError, invalid } from '../lib/errors.ts';
import type { Exchange } from './exchange.ts';

/** Reads the body of a request into `exchange.request.body`, as text; it stays empty where there is none. */
export type BodyTextReader = (exchange: Exchange) => Promise<void>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

const refusalOf = (error: unknown, limit: number): unknown => {
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
 * Reads bodies with `express.raw`. The text becomes JSON only when the request is validated, so that a body is refused after the
 * parameters.
 * @param limit bytes of a body after inflating
 */
export function createBodyTextReader(limit: number): BodyTextReader {
  const readRaw = express.raw({ type: () => true, limit });
  return async ({ req, res, request }) => {
    if (req.headers['transfer-encoding'] === undefined && !Number(req.headers['content-length'])) return;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    readRaw(req, res, (error?: unknown) => (error ? reject(refusalOf(error, limit)) : resolve(undefined)));
    await whileReading(res, promise);
    request.body = decode(req.body);
  };
}
