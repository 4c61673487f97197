import { NO_HEADERS, type Answer } from './answer.ts';
import { chooseEncoding, type EncodedText } from './content-encoding.ts';
import { entityTag, matchesTag } from './etag.ts';
import { KeptText } from './operation.ts';

/** What a request says of the answer it wants. */
export type AnswerConditions = Readonly<
  Partial<Record<'if-none-match' | 'accept-encoding', string | string[] | undefined>>
>;

/** Gives a successful answer its entity tag, or answers 304 to whoever has it already. */
export type Tagger = (answer: Answer, revision: string | null | undefined, conditions: AnswerConditions) => Answer;

interface Responses {
  readonly '200'?: { readonly headers?: Readonly<Record<string, unknown>> };
}

/** Clients may keep the answer and ask whether it is current; what stands between us and them must not. */
const PRIVATE = 'private, no-cache';
/** What anybody gets may also be kept by anybody. */
const PUBLIC = 'no-cache';

/** Bytes from which on it is cheaper to send them than the text they were made of. */
const SENT_AS_BYTES = 8_192;

const text = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/**
 * Compiles the tagging of an operation's answers; `null` where its 200 does not declare `ETag` in the contract.
 * @param isPublic whether the answer is the same for everybody
 */
export const compileTagger = (responses: Responses | undefined, isPublic: boolean): Tagger | null => {
  if (responses?.['200']?.headers?.['ETag'] === undefined) return null;
  const cacheControl = isPublic ? PUBLIC : PRIVATE;
  const ready = new WeakMap<EncodedText, Answer>();
  /** The whole answer that a kept text is, in the best encoding that the client accepts. */
  const readyAnswer = (kept: KeptText<unknown>, answer: Answer, { 'accept-encoding': accepted }: AnswerConditions) => {
    const encoded = kept.in(kept.compressed ? chooseEncoding(text(accepted)) : 'identity');
    let made = ready.get(encoded);
    if (!made) {
      const { tag, bytes } = encoded;
      const vary = kept.compressed ? { Vary: 'Accept-Encoding' } : {};
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
    if (source instanceof KeptText && revision === undefined && answer.headers === NO_HEADERS) {
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
