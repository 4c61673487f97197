import { CODE_OF_KIND, type ErrorCode } from './error-codes.ts';

/** What went wrong, in terms a caller can act on; `src/http/error-response.ts` maps each kind to a status. */
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

/** One entry of the error list. Without a title the entry gets the status as text. */
export interface ErrorEntry {
  readonly title?: string;
  readonly detail: string;
  /** Without a code the entry has that of the error's kind. */
  readonly code?: ErrorCode;
  /** JSON pointer into the body, or `query.NAME`, `path.NAME` or `header.NAME`. */
  readonly pointer?: string;
}

export interface ServiceErrorOptions extends ErrorOptions {
  /** Seconds after which the caller should try again. */
  readonly retryAfter?: number;
  /** The request may have had an effect all the same: repeating it is not safe. */
  readonly effectUnknown?: boolean;
}

/**
 * A failure with an answer: `detail` is for the caller, `cause` for the operator.
 * Anything else that is thrown is answered 500 with a fixed text.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly kind: ErrorKind;
  readonly entries: readonly ErrorEntry[];
  readonly retryAfter: number | null;
  readonly effectUnknown: boolean;
  constructor(kind: ErrorKind, entries: string | ErrorEntry | readonly ErrorEntry[], options?: ServiceErrorOptions) {
    const list = typeof entries === 'string' ? [{ detail: entries }] : [entries].flat();
    super(list.map((entry) => entry.detail).join('; '), options);
    this.kind = kind;
    this.entries = list;
    this.retryAfter = options?.retryAfter ?? null;
    this.effectUnknown = options?.effectUnknown ?? false;
  }

  /** The code of an entry of this error. */
  codeOf({ code }: ErrorEntry): ErrorCode {
    if (code !== undefined) return code;
    return this.kind === 'internal' && this.effectUnknown ? 'outcome.unknown' : CODE_OF_KIND[this.kind];
  }
}

export const INTERNAL_ERROR = 'Internal Server Error';

export const invalid = (detail: string | ErrorEntry, cause?: unknown): ServiceError =>
  new ServiceError('invalid', detail, { cause });
export const forbidden = (detail: string, cause?: unknown): ServiceError =>
  new ServiceError('forbidden', detail, { cause });
export const notFound = (detail: string | ErrorEntry): ServiceError => new ServiceError('notFound', detail);
export const internal = (detail: string, cause?: unknown): ServiceError =>
  new ServiceError('internal', detail, { cause });
/** Seconds that callers are asked to wait where nothing better is known. */
const RETRY_AFTER = 5;

/** Something that works again by itself. */
export const unavailable = (detail: string, cause?: unknown, retryAfter: number = RETRY_AFTER): ServiceError =>
  new ServiceError('unavailable', detail, { cause, retryAfter });
export const conflict = (detail: string | ErrorEntry, retryAfter?: number): ServiceError =>
  new ServiceError('conflict', detail, retryAfter === undefined ? {} : { retryAfter });
export const preconditionFailed = (detail: string): ServiceError => new ServiceError('preconditionFailed', detail);
export const tooManyRequests = (detail: string, retryAfter: number): ServiceError =>
  new ServiceError('tooManyRequests', detail, { retryAfter });
/** Several broken rules reported together; each entry brings its title. */
export const unprocessable = (entries: readonly ErrorEntry[]): ServiceError =>
  new ServiceError('unprocessable', entries);
