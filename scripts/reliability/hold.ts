/** A point that stops a caller until it is released. */
export interface Hold<Verdict> {
  /** Resolves when a caller arrives. */
  readonly arrived: Promise<void>;
  /** Waits for the release. */
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
