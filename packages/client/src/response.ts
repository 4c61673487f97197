import type { ERROR_CODES } from './facts.ts';
import { retryAfter } from './retry-after.ts';

/** The kind of mistake of an error. Codes stay the same between releases; a newer service may have more. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** An entry of the error list. `title` is the status, or the name of the violated rule. */
export interface ErrorEntry {
  readonly title: string;
  readonly detail: string;
  /** Absent where a response is repeated for an `Idempotency-Key`, and with older services. */
  readonly code?: ErrorCode;
  /** JSON pointer into the body, or `query.NAME`, `path.NAME`, `header.NAME`. */
  readonly pointer?: string;
  /** The value at that place, where it is no secret. */
  readonly value?: string;
  /** What the place takes. */
  readonly takes?: string;
  /** The name or value that was probably meant. */
  readonly suggestion?: string;
  /** Description of the code, relative to the address of the service. */
  readonly doc_url?: string;
}

/** A request that the service refused, or that failed there. The message joins the details of the response. */
export class ImageBuilderError extends Error {
  override readonly name = 'ImageBuilderError';
  readonly status: number;
  /** Entries of the response; empty where a gateway responded instead of the service. */
  readonly errors: readonly ErrorEntry[];
  /** Code of the first entry; `null` where the response has none. */
  readonly code: ErrorCode | null;
  /** Milliseconds after which the service accepts the request again; `null` where it does not say. */
  readonly retryAfter: number | null;
  /** Identifier of the request in the service's logs. Quote it when reporting a problem. */
  readonly traceId: string | null;
  constructor(response: Response, errors: readonly ErrorEntry[], text: string) {
    super(`${response.status}: ${errors.length > 0 ? errors.map(({ detail }) => detail).join('; ') : text}`);
    this.status = response.status;
    this.errors = errors;
    this.code = errors[0]?.code ?? null;
    const later = response.headers.get('retry-after');
    this.retryAfter = later === null ? null : retryAfter(later, Date.now());
    this.traceId = response.headers.get('x-strc-trace-id');
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isEntry = (value: unknown): value is ErrorEntry =>
  isObject(value) && typeof value['title'] === 'string' && typeof value['detail'] === 'string';

/** The entries of an error list; none for other bodies, such as those of gateways in front of the service. */
const entriesOf = (body: unknown): readonly ErrorEntry[] => {
  const errors = isObject(body) ? body['errors'] : null;
  return Array.isArray(errors) ? errors.filter(isEntry) : [];
};

/** Creates the error of an unsuccessful response. @param body the parsed body, `error` of openapi-fetch */
export function errorOf(response: Response, body: unknown): ImageBuilderError {
  const text = typeof body === 'string' && body.trim() !== '' ? body.trim() : response.statusText;
  return new ImageBuilderError(response, entriesOf(body), text);
}

/**
 * Whether an error is a refusal with one of these codes: `if (isRefusal(error, 'quota.exceeded')) …`. Without codes, whether it is a
 * refusal at all.
 */
export function isRefusal(error: unknown, ...codes: readonly ErrorCode[]): error is ImageBuilderError {
  return (
    error instanceof ImageBuilderError &&
    (codes.length === 0 || error.errors.some(({ code }) => code !== undefined && codes.includes(code)))
  );
}

/** The result of a call of openapi-fetch. */
export interface ApiResponse<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The body of a successful response: `dataOf(await api.GET('/distributions'))`.
 * @throws ImageBuilderError for any other response
 */
export function dataOf<T>({ data, error, response }: ApiResponse<T>): NonNullable<T> {
  if (!response.ok || data === undefined || data === null) throw errorOf(response, error);
  return data;
}
