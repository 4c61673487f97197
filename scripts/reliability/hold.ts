/** Something that is stopped on its way until it is let go. */
export interface Hold<Verdict> {
  /** Resolves when it has come here. */
  readonly arrived: Promise<void>;
  /** Whoever comes here waits for this. */
  readonly stop: () => Promise<Verdict>;
  readonly release: (verdict: Verdict) => void;
}

export function createHold<Verdict>(): Hold<Verdict> {
  const arrived = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<Verdict>();
  return {
    arrived: arrived.promise,
    stop: () => {
      arrived.resolve(undefined);
      return released.promise;
    },
    release: released.resolve,
  };
}
