/** Makes a call, or returns the result of a recent call or of the one that is running. */
export type CachedCall<T> = (call: () => Promise<T>) => Promise<T>;

/** Milliseconds after which a probe gives up. */
const PATIENCE = 5_000;

/**
 * Creates a cache for one call. Concurrent callers share a call, later ones its result. A failure is cached as well: a service that is
 * down gets no more calls for being down.
 * @param reuse milliseconds for which a result is cached; 0 shares calls among concurrent callers only
 * @param patience milliseconds after which a call that has not completed is repeated
 */
export function createCachedCall<T>(
  reuse: number,
  now: () => number = () => performance.now(),
  patience: number = PATIENCE,
): CachedCall<T> {
  let current: { readonly result: Promise<T>; until: number } | null = null;
  return (call) => {
    if (current !== null && now() < current.until) return current.result;
    const entry = { result: call(), until: now() + patience };
    const onSettled = (): void => {
      entry.until = now() + reuse;
    };
    entry.result.then(onSettled, onSettled);
    current = entry;
    return entry.result;
  };
}
