import { CODE_OF_KIND, type ErrorCode } from './error-codes.ts';

/** Kinds of errors that a caller can act on; `src/http/error-response.ts` maps each to a status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'notFound'
  | 'methodNotAllowed'
  | 'requestTimeout'
  | 'conflict'
  | 'preconditionFailed'
  | 'tooLarge'
  | 'unsupportedMediaType'
  | 'unprocessable'
  | 'tooManyRequests'
  | 'headersTooLarge'
  | 'internal'
  | 'unavailable';

/** An entry of the error list. Its default title is the text of the status. */
export interface ErrorEntry {
  readonly title?: string;
  readonly detail: string;
  /** Without a code the entry has that of the error's kind. */
  readonly code?: ErrorCode;
  /** JSON pointer into the body, or `query.NAME`, `path.NAME` or `header.NAME`. */
  readonly pointer?: string;
  /** The value at that place, for texts; left out where it may be a secret. */
  readonly value?: string;
  /** What the place takes instead. */
  readonly takes?: string;
  /** The name or value that was probably meant. */
  readonly suggestion?: string;
}

/** The detail of an entry, with what was probably meant, unless the detail names it already. */
export function entryText({ detail, suggestion }: ErrorEntry): string {
  const isNamed = suggestion === undefined || detail.includes('did you mean');
  return isNamed ? detail : `${detail}; did you mean "${suggestion}"?`;
}

export interface ServiceErrorOptions extends ErrorOptions {
  /** Seconds after which the caller should try again. */
  readonly retryAfter?: number;
  /** The request may have had an effect: repeating it is not safe. */
  readonly effectUnknown?: boolean;
  /** The only entry for clients of the published API, which expect one; the list is for those that prefer details. */
  readonly published?: ErrorEntry;
}

/** An error with a response of its own: `detail` is for the caller, `cause` for the operator. Any other error results in a 500. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly kind: ErrorKind;
  readonly entries: readonly ErrorEntry[];
  readonly retryAfter: number | null;
  readonly effectUnknown: boolean;
  readonly published: ErrorEntry | null;
  constructor(kind: ErrorKind, entries: string | ErrorEntry | readonly ErrorEntry[], options?: ServiceErrorOptions) {
    const list = typeof entries === 'string' ? [{ detail: entries }] : [entries].flat();
    super(list.map((entry) => entry.detail).join('; '), options);
    this.kind = kind;
    this.entries = list;
    this.retryAfter = options?.retryAfter ?? null;
    this.effectUnknown = options?.effectUnknown ?? false;
    this.published = options?.published ?? null;
  }

  /** The code of an entry of this error. */
  codeOf({ code }: ErrorEntry): ErrorCode {
    if (code !== undefined) return code;
    return this.kind === 'internal' && this.effectUnknown ? 'outcome.unknown' : CODE_OF_KIND[this.kind];
  }
}

export const INTERNAL_ERROR = 'Internal Server Error';

export function invalid(detail: string | ErrorEntry, cause?: unknown): ServiceError {
  return new ServiceError('invalid', detail, { cause });
}
export function forbidden(detail: string, cause?: unknown): ServiceError {
  return new ServiceError('forbidden', detail, { cause });
}
export function notFound(detail: string | ErrorEntry): ServiceError {
  return new ServiceError('notFound', detail);
}
export function internal(detail: string, cause?: unknown): ServiceError {
  return new ServiceError('internal', detail, { cause });
}
/** Default of `Retry-After`, in seconds. */
const RETRY_AFTER = 5;

/** A failure that is temporary. */
export function unavailable(detail: string, cause?: unknown, retryAfter: number = RETRY_AFTER): ServiceError {
  return new ServiceError('unavailable', detail, { cause, retryAfter });
}
export function conflict(detail: string | ErrorEntry, retryAfter?: number): ServiceError {
  return new ServiceError('conflict', detail, retryAfter === undefined ? {} : { retryAfter });
}
export function preconditionFailed(detail: string): ServiceError {
  return new ServiceError('preconditionFailed', detail);
}
export function tooManyRequests(detail: string, retryAfter: number): ServiceError {
  return new ServiceError('tooManyRequests', detail, { retryAfter });
}
/** Reports several broken rules together. */
export function unprocessable(entries: readonly ErrorEntry[]): ServiceError {
  return new ServiceError('unprocessable', entries);
}
