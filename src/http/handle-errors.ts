import type { ErrorRequestHandler } from 'express';
import { ServiceError } from '../lib/errors.ts';
import { withPlaceOfId } from './absent-object.ts';
import { prefersDetails } from './error-response.ts';
import { failureResponse, type Sender } from './send-response.ts';
import { ShortageError } from './shortage-error.ts';

const hasDetails = (error: unknown): boolean =>
  !(error instanceof ServiceError) || error.cause !== undefined || error.kind === 'internal';

/** Responds to a request that failed, wherever it failed. */
export function handleErrors(send: Sender): ErrorRequestHandler {
  return (error: unknown, { exchange }, _res, _next) => {
    if (hasDetails(error)) exchange.failure = error;
    if (error instanceof ShortageError) exchange.shortage = error.shortage;
    const detailed = prefersDetails(exchange.req.headers);
    const shown = detailed ? withPlaceOfId(error, exchange.request) : error;
    send(exchange, failureResponse(shown, detailed, exchange.traceId));
  };
}
