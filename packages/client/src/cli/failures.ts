import { ComposeFailed, ComposeTimeout } from '../wait-errors.ts';
import { ImageBuilderError, type ErrorEntry } from '../response.ts';

/** Exit codes, documented in the help and in the how-to. */
export const EXIT = {
  success: 0,
  unexpected: 1,
  usage: 2,
  refused: 3,
  notFound: 4,
  denied: 5,
  buildFailed: 6,
  timeout: 7,
  unavailable: 8,
  interrupted: 130,
} as const;

export const EXIT_HELP = `
Exit codes:
  0  success                     5  identity or permission refused (401, 403)
  1  unexpected failure          6  the build failed or was cancelled
  2  wrong usage                 7  the time limit is over
  3  the service refused (4xx)   8  the service failed or cannot be reached
  4  not found (404)             130  interrupted`;

/** The command cannot do what it was called for. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;
  constructor(message: string, exitCode: number = EXIT.usage, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

const exitCodeOfStatus = (status: number): number => {
  if (status >= 500 || status === 408 || status === 429) return EXIT.unavailable;
  if (status === 404) return EXIT.notFound;
  return status === 401 || status === 403 ? EXIT.denied : EXIT.refused;
};

/** `fetch` throws a TypeError when there is no connection; a timeout is a DOMException. */
const isConnectionFailure = (error: unknown): boolean =>
  (error instanceof TypeError && error.message === 'fetch failed') ||
  (error instanceof Error && error.name === 'TimeoutError');

export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode;
  if (error instanceof ComposeFailed) return EXIT.buildFailed;
  if (error instanceof ComposeTimeout) return EXIT.timeout;
  if (error instanceof ImageBuilderError) return exitCodeOfStatus(error.status);
  return isConnectionFailure(error) ? EXIT.unavailable : EXIT.unexpected;
}

/** Why there is no connection. */
export function connectionReason(error: unknown): string {
  const { cause, message } = error as Error;
  const reasons: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  return reasons.map((reason) => (reason instanceof Error ? reason.message : '')).join('; ') || message;
}

const SCHEMA_VIOLATION = /^request body has an error: doesn't match schema \S+: Error at "[^"]*": /;
const ALLOWED_VALUES = /^value is not one of the allowed values \[[^\]]*\]; it is (.*?);/;

/** A failure in a few words. */
export function reasonOf(error: unknown): string {
  if (isConnectionFailure(error)) return connectionReason(error);
  return error instanceof Error ? error.message : String(error);
}

/** An entry of an error response as a line: the place, what is wrong, and the list of allowed values unless one is suggested. */
const describeEntry = ({ detail, code, pointer, suggestion }: ErrorEntry): string => {
  const kind = code === undefined ? '' : ` [${code}]`;
  if (!pointer) return `error: ${detail}${kind}`;
  const violation = detail.replace(SCHEMA_VIOLATION, '');
  if (violation === detail) return `error: ${detail}${detail.includes(pointer) ? '' : ` (${pointer})`}${kind}`;
  const problem = suggestion === undefined ? violation : violation.replace(ALLOWED_VALUES, '$1 is not known;');
  return `error: ${pointer}: ${problem}${kind}`;
};

const DENIED_HINT = 'hint: --token or --identity says who you are, or IMAGE_BUILDER_TOKEN or IMAGE_BUILDER_IDENTITY';
const UNREACHABLE_HINT = 'hint: start the service, or name another address with --url or IMAGE_BUILDER_URL';

/** A failure as lines for people. */
export function describeFailure(error: unknown, url: string): string {
  if (error instanceof ImageBuilderError) {
    const lines = error.errors.map(describeEntry);
    const trace = error.traceId === null ? [] : [`trace id: ${error.traceId}`];
    const hint = error.status === 401 ? [DENIED_HINT] : [];
    return [...(lines.length === 0 ? [`error: ${error.message}`] : lines), ...hint, ...trace].join('\n');
  }
  if (error instanceof ComposeFailed) {
    const details = error.status.image_status.error?.details;
    const more = details === undefined || details === null ? [] : [JSON.stringify(details, null, 2)];
    return [`error: the build failed: ${error.message}`, ...more].join('\n');
  }
  if (isConnectionFailure(error))
    return `error: ${url} cannot be reached: ${connectionReason(error)}\n${UNREACHABLE_HINT}`;
  return `error: ${reasonOf(error)}`;
}

/** A failure as JSON. */
export function failureJson(error: unknown): object {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ImageBuilderError)
    return { error: message, status: error.status, code: error.code, errors: error.errors, trace_id: error.traceId };
  if (error instanceof ComposeFailed) return { error: message, id: error.composeId, ...error.status };
  return { error: message };
}
