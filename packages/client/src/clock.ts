/** Source of time and random numbers; tests replace it. Times are in milliseconds. */
export interface Clock {
  readonly now: () => number;
  /** Resolves after a time. @throws the signal's reason as soon as it is aborted */
  readonly wait: (time: number, signal: AbortSignal) => Promise<void>;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
}

/** Longest delay of a timer. A longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  wait: (time, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const abort = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
        Math.min(time, LONGEST),
      );
      signal.addEventListener('abort', abort, { once: true });
    }),
};
