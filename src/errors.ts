/** What went wrong, in terms a caller can act on; `src/http/error-response.ts` maps each kind to a status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'notFound'
  | 'methodNotAllowed'
  | 'tooLarge'
  | 'unsupportedMediaType'
  | 'unprocessable'
  | 'internal'
  | 'unavailable';

/** One entry of the error list. Without a title the entry gets the status as text. */
export interface ErrorEntry {
  readonly title?: string;
  readonly detail: string;
}

/**
 * A failure with an answer: `detail` is for the caller, `cause` for the operator.
 * Anything else that is thrown is answered 500 with a fixed text.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly kind: ErrorKind;
  readonly entries: readonly ErrorEntry[];
  constructor(kind: ErrorKind, entries: string | readonly ErrorEntry[], options?: ErrorOptions) {
    const list = typeof entries === 'string' ? [{ detail: entries }] : entries;
    super(list.map((entry) => entry.detail).join('; '), options);
    this.kind = kind;
    this.entries = list;
  }
}

export const INTERNAL_ERROR = 'Internal Server Error';

export const invalid = (detail: string, cause?: unknown): ServiceError =>
  new ServiceError('invalid', detail, { cause });
export const forbidden = (detail: string, cause?: unknown): ServiceError =>
  new ServiceError('forbidden', detail, { cause });
export const notFound = (detail: string): ServiceError => new ServiceError('notFound', detail);
export const internal = (detail: string, cause?: unknown): ServiceError =>
  new ServiceError('internal', detail, { cause });
export const unavailable = (detail: string, cause?: unknown): ServiceError =>
  new ServiceError('unavailable', detail, { cause });
/** Several broken rules reported together; each entry brings its title. */
export const unprocessable = (entries: readonly ErrorEntry[]): ServiceError =>
  new ServiceError('unprocessable', entries);
