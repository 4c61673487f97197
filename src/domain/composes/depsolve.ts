import { serviceCall, type CallContext } from '../../upstream/call-context.ts';
import { UpstreamFailure } from '../../upstream/upstream.ts';
import { UpstreamUnavailable } from '../../upstream/upstream-unavailable.ts';
import { resolvedPackages, type DepsolveRequest, type ResolvedPackages } from '../compose-requests/depsolve-request.ts';
import type { AppContext } from '../../context.ts';
import { redactForeignText } from '../redaction/foreign-text.ts';

/** The outcome of resolving packages. */
export type Depsolved =
  | ({ readonly outcome: 'resolved' } & ResolvedPackages)
  /** The packages cannot be resolved, with composer's reason. */
  | { readonly outcome: 'unresolvable'; readonly reason: string }
  /** Composer did not respond, or its response is about something else. */
  | { readonly outcome: 'unknown'; readonly reason: string };

/** Longest reason that is passed on, in characters. */
const LONGEST_REASON = 4_000;

/** Statuses that are about the caller or the load, and not about the packages. */
const NOT_ABOUT_PACKAGES: ReadonlySet<number> = new Set([401, 403, 404, 429, 502, 503, 504]);

const unknown = (reason: string): Depsolved => ({ outcome: 'unknown', reason });

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Composer's reason why the packages cannot be resolved, without secrets of the request; `null` without a reason. */
const reasonOf = (text: string, request: DepsolveRequest): string | null => {
  const body = parse(text) as { id?: unknown; reason?: unknown; details?: unknown } | null | undefined;
  if (typeof body !== 'object' || body === null || typeof body.reason !== 'string') return null;
  const { reason, details } = body;
  const more =
    details === undefined || details === null ? '' : typeof details === 'string' ? details : JSON.stringify(details);
  const whole = more === '' ? reason : `${reason}: ${more}`;
  return redactForeignText(whole, request).slice(0, LONGEST_REASON).toWellFormed();
};

/** Has composer resolve the packages that an image would contain. */
export const depsolve = async (
  { composer }: Pick<AppContext, 'composer'>,
  call: CallContext,
  request: DepsolveRequest,
): Promise<Depsolved> => {
  let answer;
  try {
    answer = await composer.postDepsolveBlueprint({ body: request }, serviceCall(call));
  } catch (error) {
    if (error instanceof UpstreamUnavailable) return unknown(error.message);
    if (!(error instanceof UpstreamFailure)) throw error;
    call.log.warn({ event: 'depsolve.failed', err: error }, 'packages cannot be resolved: composer did not answer');
    return unknown('composer did not answer');
  }
  const { status, text } = answer;
  if (status === 200) {
    const resolved = resolvedPackages(parse(text));
    return resolved
      ? { outcome: 'resolved', ...resolved }
      : unknown('composer answered with what is no list of packages');
  }
  const reason = NOT_ABOUT_PACKAGES.has(status) ? null : reasonOf(text, request);
  return reason === null ? unknown(`composer answered ${status}`) : { outcome: 'unresolvable', reason };
};
