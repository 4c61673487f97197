import { setTimeout } from 'node:timers/promises';

/** Milliseconds after which computing gives way to other requests. */
const LONG_MS = 5;

/** Milliseconds for other requests between two long steps: the database responds to a short statement within that time. */
const PAUSE_MS = 5;

let lastPause: Promise<void> = Promise.resolve();

/** One caller after the other: callers that resume together would share a turn of the event loop. */
const nextTurn = (): Promise<void> => (lastPause = lastPause.then(() => setTimeout(PAUSE_MS)));

/**
 * Lets a long computation be done in several turns of the event loop, so that other requests run in between:
 * `if (turn.isLong()) await turn.next()` between two steps. Costs nothing as long as the steps are short.
 */
export interface Turn {
  readonly isLong: () => boolean;
  readonly next: () => Promise<void>;
  /** Waits for something else, which does not count as computing. */
  readonly outside: <T>(work: Promise<T>) => Promise<T>;
}

/** Starts measuring. */
export function startTurn(): Turn {
  let started = performance.now();
  const outside = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    started = performance.now();
    return result;
  };
  return {
    isLong: () => performance.now() - started > LONG_MS,
    next: () => outside(nextTurn()),
    outside,
  };
}

/** Characters of a text after which the next step takes a turn of its own. */
const LARGE_TEXT = 64 * 1024;

/** Lets other requests run after a step on a text, such as parsing it, if the text is large. */
export async function pauseAfter(text: string): Promise<void> {
  if (text.length > LARGE_TEXT) await nextTurn();
}
