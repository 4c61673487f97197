/** Responses that concurrent readers share. */
export interface SharedReads<Answer> {
  /** The result of `read`, which runs once at a time for a key and again only after the time of reuse. */
  readonly get: (key: string, read: () => Promise<Answer>) => Promise<Answer>;
  /** How many responses are held at the moment. */
  readonly size: () => number;
}

/** Runs something later, without keeping the process alive. */
export type Later = (milliseconds: number, work: () => void) => void;

const later: Later = (milliseconds, work) => void setTimeout(work, milliseconds).unref();

/**
 * Lets readers of the same key share one read (single-flight). Readers that wait share a failure, later ones do not: the circuit
 * breaker decides about further calls. A response is dropped after its time of reuse, because responses are many and may be large.
 * @param reuse milliseconds for which a response is reused; 0 shares only reads that run
 */
export function createSharedReads<Answer>(reuse: number, schedule: Later = later): SharedReads<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return {
    get: (key, read) => {
      const known = answers.get(key);
      if (known) return known;
      // However long it takes: every call has a time limit, and a second one would not be faster.
      const answer = read();
      answers.set(key, answer);
      const drop = (): void => void answers.delete(key);
      answer.then(() => (reuse === 0 ? drop() : schedule(reuse, drop)), drop);
      return answer;
    },
    size: () => answers.size,
  };
}
