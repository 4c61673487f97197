import { setImmediate } from 'node:timers/promises';

/** Milliseconds after which computing gives way to other requests. */
const LONG_MS = 5;

let lastPause: Promise<unknown> = Promise.resolve();

/** One caller after the other: callers that resume together would share a turn of the event loop. */
const nextTurn = (): Promise<unknown> => (lastPause = lastPause.then(() => setImmediate()));

/**
 * Lets a long computation be done in several turns of the event loop, so that other requests run in between:
 * `if (turn.isLong()) await turn.next()` between two steps. Costs nothing as long as the steps are short.
 */
export interface Turn {
  readonly isLong: () => boolean;
  readonly next: () => Promise<void>;
}

/** Starts measuring. */
export function startTurn(): Turn {
  let started = performance.now();
  return {
    isLong: () => performance.now() - started > LONG_MS,
    next: async () => {
      await nextTurn();
      started = performance.now();
    },
  };
}

/** Bytes of a body whose validation takes a turn of its own. */
const LARGE_BODY = 64 * 1024;

/** Runs the next step of a request in another turn where its body is large. */
export function afterBody<Result>(text: string, step: () => Promise<Result>): Promise<Result> {
  return text.length <= LARGE_BODY ? step() : nextTurn().then(step);
}
