import { errorOf } from './answer.ts';
import type { ImageBuilder } from './client.ts';
import { systemClock, type Clock } from './clock.ts';
import type { components } from './contract.ts';
import { retryAfter } from './retry-after.ts';
import { isTemporary } from './temporary.ts';
import { ComposeFailed, ComposeTimeout } from './wait-errors.ts';

export type ComposeStatus = components['schemas']['ComposeStatus'];

/** How to wait. Times are in milliseconds. */
export interface WaitOptions {
  /** Ends the waiting, and the request that is under way. The build goes on. */
  readonly signal?: AbortSignal;
  /** Longest time to wait; 2 hours unless given. */
  readonly timeLimit?: number;
  /** About the first pause between two questions; 2 seconds unless given. Every pause is half as long again as the one before. */
  readonly firstPause?: number;
  /** About the longest pause; 30 seconds unless given. */
  readonly longestPause?: number;
  /** Questions in a row that may get no answer, or 408, 429 or 5xx, before that is the result; 8 unless given. */
  readonly failures?: number;
  /** Is told the status whenever it has been asked for. */
  readonly onStatus?: (status: ComposeStatus) => void;
}

const TWO_HOURS = 2 * 60 * 60 * 1000;

const GROWTH = 1.5;

/** The part of a pause that is left to chance, so that many who began together do not ask together for ever. */
const CHANCE = 0.5;

/** What a question brought, and the least time until the next one. */
type Reply = { readonly wait: number } & ({ readonly status: ComposeStatus } | { readonly error: unknown });

/** Asks once. @throws ImageBuilderError for a refusal that repeating does not change; the signal's reason once it is aborted */
const ask = async (api: ImageBuilder, composeId: string, signal: AbortSignal, now: () => number): Promise<Reply> => {
  const params = { path: { composeId } };
  // Connections that break and bodies that are no JSON end here as well.
  const answer = await api.GET('/composes/{composeId}', { params, signal }).catch((failure: unknown) => {
    signal.throwIfAborted();
    return { failure };
  });
  if ('failure' in answer) return { error: answer.failure, wait: 0 };
  const { data, error, response } = answer;
  const wait = retryAfter(response.headers.get('retry-after'), now());
  if (data !== undefined) return { status: data, wait };
  const refusal = errorOf(response, error);
  if (!isTemporary(response.status)) throw refusal;
  return { error: refusal, wait };
};

/** A `waitForCompose` that lives by a clock. */
export const composeWaiter =
  ({ now, wait, random }: Clock) =>
  async (api: ImageBuilder, composeId: string, options: WaitOptions = {}): Promise<ComposeStatus> => {
    const { signal, onStatus, timeLimit = TWO_HOURS, failures = 8 } = options;
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

    let known: ComposeStatus | null = null;
    let failed = 0;
    try {
      for (let pause = firstPause; ; pause = Math.min(pause * GROWTH, longestPause)) {
        const reply = await ask(api, composeId, stop.signal, now);
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
        }
        const usual = pause * (1 - CHANCE * random());
        // What the service asks for is the least. It asks many for the same, so the excess is left to chance, too.
        const asked = reply.wait === 0 ? 0 : reply.wait + firstPause * random();
        await wait(Math.max(usual, asked), stop.signal);
      }
    } catch (error) {
      throw error === timeIsOver ? new ComposeTimeout(composeId, known) : error;
    } finally {
      timer.abort();
      signal?.removeEventListener('abort', stopForCaller);
    }
  };

/**
 * Follows a build to its end: asks for its status at once, then with pauses that grow and are partly left to chance. Waits as
 * long as `Retry-After` says, and goes on after failures that pass.
 * @returns the status of a build that has succeeded; `image_status.upload_status` says where the image is
 * @throws ComposeFailed when the build has failed
 * @throws ComposeTimeout when it has not ended within the time limit
 * @throws ImageBuilderError for a refusal that repeating does not change, an unknown build say
 * @throws the signal's reason once it is aborted
 */
export const waitForCompose: (api: ImageBuilder, composeId: string, options?: WaitOptions) => Promise<ComposeStatus> =
  composeWaiter(systemClock);
