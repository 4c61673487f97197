/** One thing that is wrong. `title` is the status, or the name of the rule that was broken. */
export interface ErrorEntry {
  readonly title: string;
  readonly detail: string;
}

/** A call that was refused, or failed in the service. The message is what the service says to people. */
export class ImageBuilderError extends Error {
  override readonly name = 'ImageBuilderError';
  readonly status: number;
  /** What the service says, entry by entry; empty where the answer was not the service's own. */
  readonly errors: readonly ErrorEntry[];
  /** Identifier of the request in the service's logs. Quote it when reporting a problem. */
  readonly traceId: string | null;
  constructor(response: Response, errors: readonly ErrorEntry[], text: string) {
    super(`${response.status}: ${errors.length > 0 ? errors.map(({ detail }) => detail).join('; ') : text}`);
    this.status = response.status;
    this.errors = errors;
    this.traceId = response.headers.get('x-strc-trace-id');
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isEntry = (value: unknown): value is ErrorEntry =>
  isObject(value) && typeof value['title'] === 'string' && typeof value['detail'] === 'string';

/** The entries of an error list; none where a body is something else, as gateways in front of the service send it. */
const entriesOf = (body: unknown): readonly ErrorEntry[] => {
  const errors = isObject(body) ? body['errors'] : null;
  return Array.isArray(errors) ? errors.filter(isEntry) : [];
};

/** The error of an answer that is none of success. @param body what came with it, as openapi-fetch gives it in `error` */
export function errorOf(response: Response, body: unknown): ImageBuilderError {
  const text = typeof body === 'string' && body.trim() !== '' ? body.trim() : response.statusText;
  return new ImageBuilderError(response, entriesOf(body), text);
}

/** What a call gives. */
export interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The body of a successful answer: `dataOf(await api.GET('/distributions'))`.
 * @throws ImageBuilderError for any other answer
 */
export function dataOf<T>({ data, error, response }: Answer<T>): NonNullable<T> {
  if (!response.ok || data === undefined || data === null) throw errorOf(response, error);
  return data;
}
