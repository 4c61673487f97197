/** Responses that concurrent readers share. */
export interface SingleFlight<Value> {
  /** The result of `read`, which runs once at a time for a key and again only after the time of reuse. */
  readonly get: (key: string, read: () => Promise<Value>) => Promise<Value>;
  /** How many responses are held at the moment. */
  readonly size: () => number;
}

/** Runs something later, without keeping the process alive. */
export type Scheduler = (milliseconds: number, work: () => void) => void;

const scheduleUnref: Scheduler = (milliseconds, work) => void setTimeout(work, milliseconds).unref();

/**
 * Lets readers of the same key share one read (single-flight). Readers that wait share a failure, later ones do not: the circuit
 * breaker decides about further calls. A response is dropped after its time of reuse, because responses are many and may be large.
 * @param ttl milliseconds for which a response is reused; 0 shares only reads that run
 */
export function createSingleFlight<Value>(ttl: number, schedule: Scheduler = scheduleUnref): SingleFlight<Value> {
  const pending = new Map<string, Promise<Value>>();
  return {
    get: (key, read) => {
      const known = pending.get(key);
      if (known) return known;
      // However long it takes: every call has a time limit, and a second one would not be faster.
      const value = read();
      pending.set(key, value);
      const drop = (): void => void pending.delete(key);
      value.then(() => (ttl === 0 ? drop() : schedule(ttl, drop)), drop);
      return value;
    },
    size: () => pending.size,
  };
}
