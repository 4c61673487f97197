import { INTERNAL_ERROR, ServiceError, type ErrorKind } from '../errors.ts';

const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  methodNotAllowed: 405,
  tooLarge: 413,
  unsupportedMediaType: 415,
  unprocessable: 422,
  internal: 500,
  unavailable: 503,
};

export interface ErrorResponse {
  readonly status: number;
  readonly body: { readonly errors: readonly { readonly title: string; readonly detail: string }[] };
}

/** The error list, the only form in which a failure leaves the service. Unexpected errors show nothing of themselves. */
export const toErrorResponse = (error: unknown): ErrorResponse => {
  const known = error instanceof ServiceError ? error : new ServiceError('internal', INTERNAL_ERROR);
  const status = STATUS[known.kind];
  return {
    status,
    body: { errors: known.entries.map(({ title, detail }) => ({ title: title ?? `${status}`, detail })) },
  };
};
