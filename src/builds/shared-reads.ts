/** Answers that several readers share. */
export interface SharedReads<Answer> {
  /** What `read` gives, read at most once at a time and again only when what it gave is no longer good enough. */
  readonly get: (key: string, read: () => Promise<Answer>) => Promise<Answer>;
  /** Answers that are held at the moment. */
  readonly size: () => number;
}

/** Runs something later, without keeping the process alive. */
export type Later = (milliseconds: number, work: () => void) => void;

const later: Later = (milliseconds, work) => void setTimeout(work, milliseconds).unref();

/**
 * Lets readers of the same thing share one read. A failure is shared by those who wait for it and by nobody after them: whether what
 * is away is asked again is for its circuit breaker to say. An answer that is no longer good enough is forgotten at once: there are
 * many of them, and they may be large.
 * @param reuse milliseconds for which an answer is good enough; 0 shares only what is being read at the moment
 */
export const createSharedReads = <Answer>(reuse: number, schedule: Later = later): SharedReads<Answer> => {
  const answers = new Map<string, Promise<Answer>>();
  return {
    get: (key, read) => {
      const known = answers.get(key);
      if (known) return known;
      // However long it takes: every call has a time limit, and a second one would not be faster.
      const answer = read();
      answers.set(key, answer);
      const forget = (): void => void answers.delete(key);
      answer.then(() => (reuse === 0 ? forget() : schedule(reuse, forget)), forget);
      return answer;
    },
    size: () => answers.size,
  };
};
