import { NO_HEADERS, type Answer } from './answer.ts';
import { chooseEncoding, type EncodedText } from '../lib/response/content-encoding.ts';
import { entityTag, matchesTag } from '../lib/response/etag.ts';
import { CachedText } from '../lib/response/bodies.ts';

/** What a request says of the answer it wants. */
export type AnswerConditions = Readonly<
  Partial<Record<'if-none-match' | 'accept-encoding', string | string[] | undefined>>
>;

/** Adds the entity tag to a successful response; the response is 304 for a client that has it already. */
export type Tagger = (answer: Answer, revision: string | null | undefined, conditions: AnswerConditions) => Answer;

/** Clients may store a response and revalidate it; a shared cache may only store what is the same for every caller. */
const CACHE_CONTROL = { private: 'private, no-cache', public: 'no-cache' } as const;

/** Bytes from which on it is cheaper to send them than the text they were made of. */
const SENT_AS_BYTES = 8_192;

const text = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** Makes the tagger of an operation. */
export const createTagger = (visibility: keyof typeof CACHE_CONTROL): Tagger => {
  const cacheControl = CACHE_CONTROL[visibility];
  const ready = new WeakMap<EncodedText, Answer>();
  /** The response of a text that is sent many times, in the best encoding that the client accepts. */
  const readyAnswer = (
    sent: CachedText<unknown>,
    answer: Answer,
    { 'accept-encoding': accepted }: AnswerConditions,
  ) => {
    const encoded = sent.in(sent.compressed ? chooseEncoding(text(accepted)) : 'identity');
    let made = ready.get(encoded);
    if (!made) {
      const { tag, bytes } = encoded;
      const vary = sent.compressed ? { Vary: 'Accept-Encoding' } : {};
      const headers = { ...encoded.headers, ...vary, ETag: tag, 'Cache-Control': cacheControl };
      const asBytes = 'Content-Encoding' in headers || bytes.length >= SENT_AS_BYTES;
      made = { ...answer, headers, bytes: asBytes ? bytes : undefined };
      ready.set(encoded, made);
    }
    return made;
  };

  return (answer, revision, conditions) => {
    if (answer.status !== 200 || revision === null) return answer;
    const ifNoneMatch = text(conditions['if-none-match']);
    const { source } = answer;
    if (source instanceof CachedText && revision === undefined && answer.headers === NO_HEADERS) {
      const whole = readyAnswer(source, answer, conditions);
      const { headers } = whole;
      return matchesTag(ifNoneMatch, headers['ETag'] ?? '') ? { status: 304, type: null, text: '', headers } : whole;
    }
    const tag =
      answer.headers['ETag'] ?? (revision === undefined ? source?.tag : undefined) ?? entityTag(answer.text, revision);
    const headers = { ...answer.headers, ETag: tag, 'Cache-Control': cacheControl };
    if (matchesTag(ifNoneMatch, tag)) return { status: 304, type: null, text: '', headers };
    return { status: 200, type: answer.type, text: answer.text, headers };
  };
};
