export interface FairQueue {
  /** Number of tasks of a key that wait or run. */
  readonly countOf: (key: string) => number;
  /** Runs a task once its turn has come: keys take turns, the tasks of one key run in their order. */
  readonly run: <Result>(key: string, task: () => Promise<Result>) => Promise<Result>;
}

/** @param concurrency number of tasks that run at the same time */
export function createFairQueue(concurrency: number): FairQueue {
  // Keys in the order of their turns: a key moves to the end when one of its tasks starts.
  const waiting = new Map<string, ((started: undefined) => void)[]>();
  const counts = new Map<string, number>();
  let running = 0;

  const startNext = (): void => {
    const [next] = waiting;
    if (next === undefined || running >= concurrency) return;
    const [key, tasks] = next;
    const start = tasks.shift();
    waiting.delete(key);
    if (tasks.length > 0) waiting.set(key, tasks);
    running += 1;
    start?.(undefined);
  };

  const count = (key: string, change: number): void => {
    const now = (counts.get(key) ?? 0) + change;
    if (now === 0) counts.delete(key);
    else counts.set(key, now);
  };

  return {
    countOf: (key) => counts.get(key) ?? 0,
    run: async (key, task) => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const tasks = waiting.get(key);
      if (tasks) tasks.push(resolve);
      else waiting.set(key, [resolve]);
      count(key, 1);
      startNext();
      await promise;
      try {
        return await task();
      } finally {
        running -= 1;
        count(key, -1);
        startNext();
      }
    },
  };
}
