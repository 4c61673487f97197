import type { IncomingHttpHeaders } from 'node:http';
import type { components } from '../../generated/image-builder.ts';
import { DatabaseUnavailableError } from '../lib/database-unavailable-error.ts';
import { ERRORS_PATH } from '../lib/error-codes.ts';
import {
  entryText,
  INTERNAL_ERROR,
  ServiceError,
  unavailable,
  type ErrorEntry,
  type ErrorKind,
} from '../lib/errors.ts';
import { given } from '../lib/members.ts';

/** The status of each kind of error. */
export const STATUS: Readonly<Record<ErrorKind, number>> = {
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
  readonly body: components['schemas']['HTTPErrorList'];
}

const DETAILED = /(?:^|,)\s*errors\s*=\s*"?detailed"?\s*(?:$|[,;])/i;
const STRICT = /(?:^|,)\s*handling\s*=\s*"?strict"?\s*(?:$|[,;])/i;

/** Whether a request prefers errors with code, pointer and link (RFC 7240): `Prefer: errors=detailed`. */
export function prefersDetails({ prefer }: IncomingHttpHeaders): boolean {
  return DETAILED.test(String(prefer ?? ''));
}

/** Whether a request prefers to be refused for what the service would ignore (RFC 7240): `Prefer: handling=strict`. */
export function prefersStrict({ prefer }: Readonly<Record<string, string | string[] | undefined>>): boolean {
  return prefer !== undefined && STRICT.test(String(prefer));
}

const detailsOf = (error: ServiceError, entry: ErrorEntry) => {
  const code = error.codeOf(entry);
  const { pointer, value, takes, suggestion } = entry;
  return {
    code,
    ...given({ pointer, value, takes, suggestion }),
    doc_url: `${ERRORS_PATH}#${code}`,
  };
};

function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof DatabaseUnavailableError) return unavailable(error.message, error, error.retryAfter);
  return new ServiceError('internal', INTERNAL_ERROR);
}

/**
 * The error list. Details of unexpected errors are not disclosed.
 * Compatibility: clients of the published API compare entries as a whole, so an entry has more members only where they are preferred.
 * @param requestId the id by which the request is logged, for requests that prefer details
 */
export function toErrorResponse(error: unknown, detailed = false, requestId: string | null = null): ErrorResponse {
  const known = toServiceError(error);
  const status = STATUS[known.kind];
  const entries = detailed || known.published === null ? known.entries : [known.published];
  return {
    status,
    headers: known.retryAfter === null ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(known.retryAfter))) },
    body: {
      errors: entries.map((entry) => ({
        title: entry.title ?? `${status}`,
        detail: entryText(entry),
        ...(detailed ? detailsOf(known, entry) : {}),
      })),
      ...(detailed && requestId !== null ? { request_id: requestId } : {}),
    },
  };
}
