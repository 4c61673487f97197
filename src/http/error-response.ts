import { INTERNAL_ERROR, ServiceError, type ErrorKind } from '../lib/errors.ts';

const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  methodNotAllowed: 405,
  requestTimeout: 408,
  conflict: 409,
  preconditionFailed: 412,
  tooLarge: 413,
  unsupportedMediaType: 415,
  unprocessable: 422,
  tooManyRequests: 429,
  headersTooLarge: 431,
  internal: 500,
  unavailable: 503,
};

export interface ErrorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly errors: readonly { readonly title: string; readonly detail: string }[] };
}

/** The error list. Details of unexpected errors are not disclosed. */
export function toErrorResponse(error: unknown): ErrorResponse {
  const known = error instanceof ServiceError ? error : new ServiceError('internal', INTERNAL_ERROR);
  const status = STATUS[known.kind];
  return {
    status,
    headers: known.retryAfter === null ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(known.retryAfter))) },
    body: { errors: known.entries.map(({ title, detail }) => ({ title: title ?? `${status}`, detail })) },
  };
}
