import type { Answer } from './answer.ts';
import { entityTag, matchesTag } from './etag.ts';

/** Gives a successful answer its entity tag, or answers 304 to whoever has it already. */
export type Tagger = (answer: Answer, revision: string | null | undefined, ifNoneMatch: string | undefined) => Answer;

interface Responses {
  readonly '200'?: { readonly headers?: Readonly<Record<string, unknown>> };
}

/** Clients may keep the answer and ask whether it is current; what stands between us and them must not. */
const PRIVATE = 'private, no-cache';
/** What anybody gets may also be kept by anybody. */
const PUBLIC = 'no-cache';

/**
 * Compiles the tagging of an operation's answers; `null` where its 200 does not declare `ETag` in the contract.
 * @param isPublic whether the answer is the same for everybody
 */
export const compileTagger = (responses: Responses | undefined, isPublic: boolean): Tagger | null => {
  if (responses?.['200']?.headers?.['ETag'] === undefined) return null;
  const cacheControl = isPublic ? PUBLIC : PRIVATE;
  return (answer, revision, ifNoneMatch) => {
    if (answer.status !== 200 || revision === null) return answer;
    const tag =
      answer.headers['ETag'] ??
      (revision === undefined ? answer.source?.tag : undefined) ??
      entityTag(answer.text, revision);
    const headers = { ...answer.headers, ETag: tag, 'Cache-Control': cacheControl };
    if (matchesTag(ifNoneMatch, tag)) return { status: 304, type: null, text: '', headers };
    return { status: 200, type: answer.type, text: answer.text, headers };
  };
};
