import type { Clock } from '../../packages/client/src/clock.ts';

interface Timer {
  readonly due: number;
  readonly fire: () => void;
}

/**
 * A clock that advances by pauses only: a pause is over as soon as it is requested, and every earlier timer has fired.
 * The first wait of all is the time limit, which is not a pause.
 */
export interface FakeClock extends Clock {
  /** Lengths of the pauses, in the order of their requests. */
  readonly pauses: readonly number[];
  /** Timers that have neither ended nor been aborted. */
  readonly pending: () => number;
  /** Lets time pass. */
  readonly advance: (time: number) => void;
}

/** @param chance what is drawn, again and again */
export const createFakeClock = (chance = 0): FakeClock => {
  const timers = new Set<Timer>();
  const pauses: number[] = [];
  let now = Date.UTC(2026, 0, 1);
  let limited = false;
  const advance = (time: number): void => {
    now += time;
    for (const timer of [...timers].sort((a, b) => a.due - b.due)) if (timer.due <= now) timer.fire();
  };
  return {
    now: () => now,
    random: () => chance,
    wait: (time, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const timer = {
          due: now + time,
          fire: () => {
            timers.delete(timer);
            resolve();
          },
        };
        timers.add(timer);
        signal.addEventListener('abort', () => {
          timers.delete(timer);
          reject(signal.reason as Error);
        });
        if (limited) {
          pauses.push(time);
          setImmediate(() => {
            const [earliest] = [...timers].sort((a, b) => a.due - b.due);
            if (earliest) advance(earliest.due - now);
          });
        }
        limited = true;
      }),
    pauses,
    pending: () => timers.size,
    advance,
  };
};
