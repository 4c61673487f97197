import { serviceCall, type CallContext } from '../../upstream/call-context.ts';
import { UpstreamError, UpstreamUnavailableError } from '../../upstream/errors.ts';
import { resolvedPackages, type DepsolveRequest, type ResolvedPackages } from '../compose-requests/depsolve-request.ts';
import type { AppContext } from '../../context.ts';
import { redactUpstreamText } from '../redaction/upstream-text.ts';

export type DepsolveResult =
  | ({ readonly outcome: 'resolved' } & ResolvedPackages)
  | { readonly outcome: 'unresolvable'; readonly reason: string }
  | { readonly outcome: 'unknown'; readonly reason: string };

const MAX_REASON_LENGTH = 4_000;

/** Statuses caused by the caller or the load, not by the packages. */
const NOT_ABOUT_PACKAGES: ReadonlySet<number> = new Set([401, 403, 404, 429, 502, 503, 504]);

const unknownOutcome = (reason: string): DepsolveResult => ({ outcome: 'unknown', reason });

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Composer's reason, redacted; `null` when the response has none. */
const reasonOf = (text: string, request: DepsolveRequest): string | null => {
  const body = parse(text) as { id?: unknown; reason?: unknown; details?: unknown } | null | undefined;
  if (typeof body !== 'object' || body === null || typeof body.reason !== 'string') return null;
  const { reason, details } = body;
  const detailText =
    details === undefined || details === null ? '' : typeof details === 'string' ? details : JSON.stringify(details);
  const fullReason = detailText === '' ? reason : `${reason}: ${detailText}`;
  return redactUpstreamText(fullReason, request).slice(0, MAX_REASON_LENGTH).toWellFormed();
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
  const reason = NOT_ABOUT_PACKAGES.has(status) ? null : reasonOf(text, request);
  return reason === null ? unknownOutcome(`composer answered ${status}`) : { outcome: 'unresolvable', reason };
}
