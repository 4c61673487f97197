/** Asks, or gives the answer that somebody else got a moment ago or waits for right now. */
export type KeptAnswer<T> = (ask: () => Promise<T>) => Promise<T>;

/** As long as a probe may have to wait. */
const PATIENCE = 5_000;

/**
 * One answer for all who ask at the same time, and for those who ask within a while after it came. A failure is an answer as
 * well: what is down is not asked more often for being down.
 * @param keep milliseconds; with 0 only those who ask at the same time share an answer
 * @param patience milliseconds after which an answer that does not come is asked for again
 */
export function keptAnswer<T>(
  keep: number,
  now: () => number = () => performance.now(),
  patience: number = PATIENCE,
): KeptAnswer<T> {
  let current: { readonly answer: Promise<T>; until: number } | null = null;
  return (ask) => {
    if (current !== null && now() < current.until) return current.answer;
    const entry = { answer: ask(), until: now() + patience };
    const settled = (): void => {
      entry.until = now() + keep;
    };
    entry.answer.then(settled, settled);
    current = entry;
    return entry.answer;
  };
}
