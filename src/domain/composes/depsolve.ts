import { serviceCall, type CallContext } from '../../upstream/call-context.ts';
import { UpstreamError, UpstreamUnavailableError } from '../../upstream/errors.ts';
import {
  requestedNames,
  resolvedPackages,
  type DepsolveRequest,
  type ResolvedPackages,
} from '../compose-requests/depsolve-request.ts';
import type { AppContext } from '../../context.ts';
import { redactUpstreamText } from '../redaction/upstream-text.ts';

export type DepsolveResult =
  | ({ readonly outcome: 'resolved' } & ResolvedPackages)
  /** Building would fail as well. */
  | { readonly outcome: 'unresolvable'; readonly reason: string }
  /** Nothing is known about the packages; a later call may succeed. */
  | { readonly outcome: 'unknown'; readonly reason: string };

const MAX_REASON_LENGTH = 4_000;
const MAX_NAMES = 20;

const unknownOutcome = (reason: string): DepsolveResult => ({ outcome: 'unknown', reason });

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const FAILED_TO_DEPSOLVE = '1002';

/** Errors of composer for which it would refuse the compose as well: distribution, architecture, repositories. */
const REFUSED_LIKEWISE: ReadonlySet<string> = new Set(['4', '5', '6', '7', '24', '29']);

const isEmpty = (details: unknown): boolean => details === undefined || details === null || details === '';

const cut = (reason: string): string => reason.slice(0, MAX_REASON_LENGTH).toWellFormed();

/** Composer does not report what DNF says about the packages. */
const unresolvableNames = (request: DepsolveRequest): string => {
  const names = requestedNames(request);
  const listed = names.length > MAX_NAMES ? `${names.slice(0, MAX_NAMES).join(', ')}, …` : names.join(', ');
  const what = names.length === 0 ? 'the repositories' : `that the repositories have, for this architecture: ${listed}`;
  return `the build service does not name the cause. Check ${what}`;
};

/**
 * What a failure says about the packages. Composer reports packages that cannot be resolved as an internal error without
 * details; with details the same error is a fault of its own, such as a timeout.
 */
const failedResult = (status: number, text: string, request: DepsolveRequest): DepsolveResult => {
  const body = parse(text) as { id?: unknown; reason?: unknown; details?: unknown } | null | undefined;
  const answered = unknownOutcome(`composer answered ${status}`);
  if (typeof body !== 'object' || body === null || typeof body.id !== 'string') return answered;
  const { id, reason, details } = body;
  if (status === 500 && id === FAILED_TO_DEPSOLVE && isEmpty(details))
    return { outcome: 'unresolvable', reason: cut(unresolvableNames(request)) };
  if (status === 400 && REFUSED_LIKEWISE.has(id) && typeof reason === 'string')
    return { outcome: 'unresolvable', reason: cut(redactUpstreamText(reason, request)) };
  return answered;
};

/** Calls composer to resolve the packages of an image. */
export async function depsolve(
  { composer }: Pick<AppContext, 'composer'>,
  call: CallContext,
  request: DepsolveRequest,
): Promise<DepsolveResult> {
  let response;
  try {
    response = await composer.postDepsolveBlueprint({ body: request }, serviceCall(call));
  } catch (error) {
    if (error instanceof UpstreamUnavailableError) return unknownOutcome(error.message);
    if (!(error instanceof UpstreamError)) throw error;
    call.log.warn({ event: 'depsolve.failed', err: error }, 'packages cannot be resolved: composer did not answer');
    return unknownOutcome('composer did not answer');
  }
  const { status, text } = response;
  if (status === 200) {
    const resolved = resolvedPackages(parse(text));
    return resolved
      ? { outcome: 'resolved', ...resolved }
      : unknownOutcome('composer answered with what is no list of packages');
  }
  const result = failedResult(status, text, request);
  if (result.outcome === 'unknown')
    call.log.warn(
      { event: 'depsolve.failed', err: new Error(redactUpstreamText(text, request)) },
      'packages cannot be resolved: composer failed',
    );
  return result;
}
