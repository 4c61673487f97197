import { LRUCache } from 'lru-cache';
import { keptAnswer, type KeptAnswer } from '../kept-answer.ts';

/** Answers that several readers share. */
export interface SharedReads<Answer> {
  /** What `read` gives, read at most once at a time and again only when what it gave is no longer good enough. */
  readonly get: (key: string, read: () => Promise<Answer>) => Promise<Answer>;
}

/** Things kept at most. */
const MOST_KEYS = 10_000;

/**
 * Lets readers of the same thing share one read.
 * @param reuse milliseconds for which an answer is good enough; 0 shares only what is being read at the moment
 */
export const createSharedReads = <Answer>(reuse: number, now?: () => number): SharedReads<Answer> => {
  const answers = new LRUCache<string, KeptAnswer<Answer>>({ max: MOST_KEYS });
  return {
    get: (key, read) => {
      let answer = answers.get(key);
      if (!answer) {
        // However long it takes: every call has a time limit, and a second one would not be faster.
        answer = keptAnswer<Answer>(reuse, now, Infinity);
        answers.set(key, answer);
      }
      return answer(read);
    },
  };
};
