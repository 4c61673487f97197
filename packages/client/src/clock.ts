/** Time and chance, apart from everything that depends on them. Times are in milliseconds. */
export interface Clock {
  readonly now: () => number;
  /** Resolves after a time. @throws the signal's reason as soon as it is aborted */
  readonly wait: (time: number, signal: AbortSignal) => Promise<void>;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
}

/** What a timer can be set to. A longer time would be over at once. */
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
