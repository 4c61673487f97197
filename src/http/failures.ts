import type { ErrorRequestHandler } from 'express';
import { ServiceError } from '../lib/errors.ts';
import { failureAnswer, type Sender } from './answer.ts';
import { prefersDetails } from './error-response.ts';

/** Whether an error says more than the response to it, which the operator then finds in the log. */
const saysMore = (error: unknown): boolean =>
  !(error instanceof ServiceError) || error.cause !== undefined || error.kind === 'internal';

/** Ends the exchange of a request that failed, wherever it failed. */
export function sendFailure(send: Sender): ErrorRequestHandler {
  return (error: unknown, { exchange }, _res, _next) => {
    if (saysMore(error)) exchange.failure = error;
    send(exchange, failureAnswer(error, prefersDetails(exchange.req.headers)));
  };
}
