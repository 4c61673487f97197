import DataLoader from 'dataloader';

/**
 * Joins what several callers ask for at the same time into one statement. Who asks the same gets the same answer: it was not begun
 * before any of them asked.
 * @param keyOf tells what is asked for
 * @param run asks for all of them; gives an answer for each, in their order
 * @param most that go into one statement
 */
export const joinCalls = <Call, Answer>(
  keyOf: (call: Call) => string,
  run: (calls: readonly Call[]) => Promise<readonly Answer[]>,
  most: number,
): ((call: Call) => Promise<Answer>) => {
  const loader: DataLoader<Call, Answer, string> = new DataLoader<Call, Answer, string>(
    async (calls) => {
      // Whoever asks from now on asks again.
      loader.clearAll();
      return (await run(calls)) as Answer[];
    },
    // Once everything that has come in by now was read, which the library's own turns would not wait for.
    { cacheKeyFn: keyOf, maxBatchSize: most, batchScheduleFn: (dispatch) => void setImmediate(dispatch) },
  );
  return (call) => loader.load(call);
};

/** Gives those who ask the same at the same time the same answer, by one statement. */
export const shareAnswers = <Call extends readonly unknown[], Answer>(
  ask: (...call: Call) => Promise<Answer>,
): ((...call: Call) => Promise<Answer>) => {
  const shared = joinCalls<Call, Answer>(
    (call) => JSON.stringify(call),
    async ([call]) => [await ask(...(call as Call))],
    1,
  );
  return (...call) => shared(call);
};

/**
 * The same for statements that wait for one another: while one runs, what comes meanwhile is collected for the next one.
 * @param keyOf what can go into one statement, and would wait
 */
export const joinTurns = <Call, Answer>(
  keyOf: (call: Call) => string,
  run: (calls: readonly Call[]) => Promise<readonly Answer[]>,
  most: number,
): ((call: Call) => Promise<Answer>) => {
  /** What waits for the statement that runs now. */
  const waiting = new Map<string, { readonly call: Call; readonly settle: PromiseWithResolvers<Answer> }[]>();

  const runNext = async (key: string): Promise<void> => {
    for (;;) {
      const turn = waiting.get(key)?.splice(0, most) ?? [];
      if (turn.length === 0) break;
      try {
        const answers = await run(turn.map(({ call }) => call));
        for (const [index, { settle }] of turn.entries()) settle.resolve(answers[index] as Answer);
      } catch (error) {
        for (const { settle } of turn) settle.reject(error);
      }
    }
    waiting.delete(key);
  };

  return (call) => {
    const key = keyOf(call);
    const settle = Promise.withResolvers<Answer>();
    const queue = waiting.get(key);
    if (queue) queue.push({ call, settle });
    else {
      waiting.set(key, [{ call, settle }]);
      void runNext(key);
    }
    return settle.promise;
  };
};
