import { LRUCache } from 'lru-cache';
import { KeptText } from './operation.ts';

/** Bytes of the answers of one operation that are kept. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** Bytes of an answer beside its text. */
const OVERHEAD = 1_000;

interface Kept {
  /** What the answer was made of. */
  readonly texts: readonly string[];
  readonly body: KeptText<unknown>;
}

const sizeOf = ({ texts, body }: Kept): number =>
  OVERHEAD + 2 * (body.text.length + texts.reduce((sum, text) => sum + text.length, 0));

/** Answers that are made once for as long as they would be made of the same. */
export interface KeptAnswers<Body> {
  /**
   * The answer that is kept, or one that is made.
   * @param key what the answer is about
   * @param texts everything that the answer depends on; whoever has other ones gets another answer
   * @param make makes its body
   * @param revision first part of its entity tag
   */
  readonly get: (key: string, texts: readonly string[], make: () => Body, revision?: string) => KeptText<Body>;
}

/**
 * Keeps the newest answers of an operation whose objects rarely change and are asked for again and again. Nothing has to be told when
 * they change: what they are made of is compared every time.
 */
export const createKeptAnswers = <Body>(): KeptAnswers<Body> => {
  const kept = new LRUCache<string, Kept>({ maxSize: KEPT_BYTES, sizeCalculation: sizeOf });
  return {
    get: (key, texts, make, revision) => {
      const known = kept.get(key);
      if (known && known.texts.length === texts.length && known.texts.every((text, index) => text === texts[index]))
        return known.body as KeptText<Body>;
      const body = new KeptText<Body>(JSON.stringify(make()), { compressed: false, revision });
      kept.set(key, { texts, body });
      return body;
    },
  };
};
