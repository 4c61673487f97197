/** Calls by key, coalesced (single-flight). */
export interface SingleFlight<Value> {
  /** The result of `read`; concurrent calls with the same key share it. */
  readonly get: (key: string, read: () => Promise<Value>) => Promise<Value>;
  readonly size: () => number;
}

export type Scheduler = (milliseconds: number, work: () => void) => void;

const scheduleUnref: Scheduler = (milliseconds, work) => void setTimeout(work, milliseconds).unref();

/**
 * Coalesces concurrent reads of the same key. Waiting callers share a failure; later callers read again. Responses
 * may be large, so they are dropped after `ttl`.
 * @param ttl milliseconds; 0 shares running reads only
 */
export function createSingleFlight<Value>(ttl: number, schedule: Scheduler = scheduleUnref): SingleFlight<Value> {
  const pending = new Map<string, Promise<Value>>();
  return {
    get: (key, read) => {
      const known = pending.get(key);
      if (known) return known;
      const value = read();
      pending.set(key, value);
      const drop = (): void => void pending.delete(key);
      value.then(() => (ttl === 0 ? drop() : schedule(ttl, drop)), drop);
      return value;
    },
    size: () => pending.size,
  };
}
