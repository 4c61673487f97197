import { errorOf } from './response.ts';
import { onlyOnce, type ImageBuilder } from './client.ts';
import { systemClock, type Clock } from './clock.ts';
import type { components } from './contract.ts';
import { followEvents } from './follow-events.ts';
import { retryAfter } from './retry-after.ts';
import { isTemporary } from './temporary.ts';
import { ComposeFailed, ComposeTimeout } from './wait-errors.ts';
import { Wake } from './wake.ts';

export type ComposeStatus = components['schemas']['ComposeStatus'];

/** Pauses and limits of the polling. Times are in milliseconds. */
export interface WaitOptions {
  /** Stops the polling and aborts the current request. The compose continues. */
  readonly signal?: AbortSignal;
  /** Longest time to wait; 2 hours by default. */
  readonly timeLimit?: number;
  /** Whether to receive events of the compose, which leave out most polls; true by default. Without a stream, polls go on. */
  readonly events?: boolean;
  /** First pause between two polls, before jitter; 2 seconds by default. Every pause is 1.5 times the previous one. */
  readonly firstPause?: number;
  /** Longest pause, before jitter; 30 seconds by default. */
  readonly longestPause?: number;
  /** Consecutive polls without response, or with 408, 429 or 5xx, after which the last failure is thrown; 8 by default. */
  readonly failures?: number;
  /** Called with the status after every successful poll. */
  readonly onStatus?: (status: ComposeStatus) => void;
  /** Called with the reason of every failed poll after which another one follows. */
  readonly onFailure?: (reason: unknown) => void;
}

const TWO_HOURS = 2 * 60 * 60 * 1000;

const GROWTH = 1.5;

/** Random share of a pause, so that clients that started together do not poll together. */
const CHANCE = 0.5;

/** The result of a poll, and the least time until the next one. */
type Reply = { readonly wait: number } & ({ readonly status: ComposeStatus } | { readonly error: unknown });

/** Polls once. @throws ImageBuilderError for a refusal that a retry does not change; the signal's reason once it is aborted */
const poll = async (api: ImageBuilder, composeId: string, signal: AbortSignal, now: () => number): Promise<Reply> => {
  const params = { path: { composeId } };
  // Broken connections and bodies that are no JSON count as failures as well.
  const result = await api
    .GET('/composes/{composeId}', { ...onlyOnce(api), params, signal })
    .catch((failure: unknown) => {
      signal.throwIfAborted();
      return { failure };
    });
  if ('failure' in result) return { error: result.failure, wait: 0 };
  const { data, error, response } = result;
  const wait = retryAfter(response.headers.get('retry-after'), now());
  if (data !== undefined) return { status: data, wait };
  const refusal = errorOf(response, error);
  if (!isTemporary(response.status)) throw refusal;
  return { error: refusal, wait };
};

/** Attempts to open the stream of events: polls go on anyway. */
const STREAM_FAILURES = 3;

/** Rings at every event of a compose, until the signal is aborted or the stream cannot be opened. */
const listen = async (
  wake: Wake,
  follow: typeof followEvents,
  api: ImageBuilder,
  composeId: string,
  signal: AbortSignal,
): Promise<void> => {
  // An event before the stream was open is missed: the first poll after that finds its effect.
  const onOpen = (): void => {
    wake.listening = true;
    wake.ring();
  };
  try {
    for await (const _event of follow(api, { composeId, signal, onOpen, failures: STREAM_FAILURES })) wake.ring();
  } catch {
    // A stream is a convenience: the service may have too many, or none.
  } finally {
    wake.listening = false;
  }
};

/** Creates a `waitForCompose` that uses the given clock. @param follow without it, it only polls */
export const composeWaiter =
  ({ now, wait, random }: Clock, follow: typeof followEvents | null = null) =>
  async (api: ImageBuilder, composeId: string, options: WaitOptions = {}): Promise<ComposeStatus> => {
    const { signal, onStatus, onFailure, timeLimit = TWO_HOURS, failures = 8, events = true } = options;
    const { firstPause = 2_000, longestPause = 30_000 } = options;
    signal?.throwIfAborted();
    const timer = new AbortController();
    const stop = new AbortController();
    const timeIsOver = new Error('the time is over');
    const stopForCaller = (): void => stop.abort(signal?.reason);
    signal?.addEventListener('abort', stopForCaller, { once: true });
    wait(timeLimit, timer.signal).then(
      () => stop.abort(timeIsOver),
      () => {},
    );

    const wake = new Wake();
    let known: ComposeStatus | null = null;
    let failed = 0;
    let stream: Promise<void> | null = null;
    try {
      for (let pause = firstPause; ; pause = Math.min(pause * GROWTH, longestPause)) {
        const reply = await poll(api, composeId, stop.signal, now);
        if ('status' in reply) {
          failed = 0;
          known = reply.status;
          onStatus?.(known);
          const { status } = known.image_status;
          if (status === 'success') return known;
          if (status === 'failure') throw new ComposeFailed(composeId, known);
        } else {
          failed += 1;
          if (failed >= failures) throw reply.error;
          onFailure?.(reply.error);
        }
        if (follow !== null && events) stream ??= listen(wake, follow, api, composeId, stop.signal);
        const usual = (wake.listening ? longestPause : pause) * (1 - CHANCE * random());
        // Retry-After is the minimum. Many clients receive the same value, so the excess is random as well.
        const requested = reply.wait === 0 ? 0 : reply.wait + firstPause * random();
        if (requested > usual) await wait(requested, stop.signal);
        else await wake.pause(wait, usual, stop.signal);
      }
    } catch (error) {
      throw error === timeIsOver ? new ComposeTimeout(composeId, known) : error;
    } finally {
      stop.abort();
      timer.abort();
      signal?.removeEventListener('abort', stopForCaller);
    }
  };

/**
 * Waits until a compose completes. It polls at once, then when an event of the compose arrives; where there is no stream of events,
 * with growing pauses and jitter. It waits at least as long as `Retry-After` requires, and retries after temporary failures.
 * @returns the status of the successful compose; `image_status.upload_status` has the location of the image
 * @throws ComposeFailed when the compose failed
 * @throws ComposeTimeout when the compose has not completed within the time limit
 * @throws ImageBuilderError for a refusal that a retry does not change, such as an unknown compose
 * @throws the signal's reason once it is aborted
 */
export const waitForCompose: (api: ImageBuilder, composeId: string, options?: WaitOptions) => Promise<ComposeStatus> =
  composeWaiter(systemClock, followEvents);
