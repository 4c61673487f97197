import type { Clock } from './clock.ts';
import { retryAfter } from './retry-after.ts';

export type Fetch = (request: Request) => Promise<Response>;

/** Pauses between attempts, in milliseconds: the first, and the longest that a caller has to wait for. */
const PAUSE = { first: 500, longest: 60_000 };

/** Random share of a pause, so that clients that failed together do not return together. */
const CHANCE = 0.5;

/** Statuses with which the service has done nothing. */
const NOTHING_DONE: ReadonlySet<number> = new Set([408, 429, 503]);

/** Statuses after which a read may succeed, and of gateways that do not know the outcome. */
const OUTCOME_UNKNOWN: ReadonlySet<number> = new Set([502, 504]);

const isRead = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD';

/** Whether a second execution has no further effect. */
const isRepeatable = (request: Request): boolean => isRead(request) || request.headers.has('idempotency-key');

const isRetried = (request: Request, { status, headers }: Response): boolean => {
  // The stored response of an earlier attempt: it stays the same.
  if (headers.has('idempotency-replayed')) return false;
  if (NOTHING_DONE.has(status)) return true;
  if (OUTCOME_UNKNOWN.has(status)) return isRepeatable(request);
  if (status === 500) return isRead(request);
  // The first attempt is still running.
  return status === 409 && headers.has('retry-after') && request.headers.has('idempotency-key');
};

const isStream = ({ headers }: Request): boolean => headers.get('accept') === 'text/event-stream';

/** Limits the time of a request, its response included. @param timeout in milliseconds */
export function withTimeout(send: Fetch, timeout: number): Fetch {
  if (!Number.isFinite(timeout)) return send;
  return (request) => {
    if (isStream(request)) return send(request);
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeout)]);
    return send(new Request(request, { signal }));
  };
}

/**
 * Repeats requests that may succeed later, where that is safe, with growing pauses and jitter, at least as long as `Retry-After`.
 * @param send sends a request once
 * @param retries attempts after the first one
 */
export function resilientFetch(send: Fetch, retries: number, { now, wait, random }: Clock): Fetch {
  return async (request) => {
    for (let attempt = 0; ; attempt += 1) {
      const isLast = attempt >= retries;
      let pause = PAUSE.first * 2 ** attempt * (1 - CHANCE * random());
      try {
        const response = await send(isLast ? request : request.clone());
        if (isLast || !isRetried(request, response)) return response;
        const requested = retryAfter(response.headers.get('retry-after'), now());
        if (requested > PAUSE.longest) return response;
        pause = Math.max(pause, requested === 0 ? 0 : requested + PAUSE.first * random());
        await response.body?.cancel();
      } catch (error) {
        request.signal.throwIfAborted();
        if (isLast || !isRepeatable(request)) throw error;
      }
      await wait(pause, request.signal);
    }
  };
}
