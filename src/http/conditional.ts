import { NO_HEADERS, type PreparedResponse } from './send-response.ts';
import { chooseEncoding, type EncodedText } from '../lib/response/content-encoding.ts';
import { entityTag, matchesTag } from '../lib/response/etag.ts';
import { CachedText } from '../lib/response/bodies.ts';

export type ResponseConditions = Readonly<
  Partial<Record<'if-none-match' | 'accept-encoding', string | string[] | undefined>>
>;

/** Adds an entity tag to a successful response, or replaces the response with 304 if the client has it. */
export type Tagger = (
  response: PreparedResponse,
  revision: string | null | undefined,
  conditions: ResponseConditions,
) => PreparedResponse;

/** Only responses that are the same for every caller may be stored by a shared cache. */
const CACHE_CONTROL = { private: 'private, no-cache', public: 'no-cache' } as const;

/** Bytes from which sending a buffer is faster than sending text. */
const MIN_BUFFER_BYTES = 8_192;

const text = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

export function createTagger(visibility: keyof typeof CACHE_CONTROL): Tagger {
  const cacheControl = CACHE_CONTROL[visibility];
  const cache = new WeakMap<EncodedText, PreparedResponse>();
  const cachedResponse = (
    sent: CachedText<unknown>,
    response: PreparedResponse,
    { 'accept-encoding': accepted }: ResponseConditions,
  ) => {
    const encoded = sent.in(sent.compressed ? chooseEncoding(text(accepted)) : 'identity');
    let cached = cache.get(encoded);
    if (!cached) {
      const { tag, bytes } = encoded;
      const vary = sent.compressed ? { Vary: 'Accept-Encoding' } : {};
      const headers = { ...encoded.headers, ...vary, ETag: tag, 'Cache-Control': cacheControl };
      const asBytes = 'Content-Encoding' in headers || bytes.length >= MIN_BUFFER_BYTES;
      cached = { ...response, headers, bytes: asBytes ? bytes : undefined };
      cache.set(encoded, cached);
    }
    return cached;
  };

  return (response, revision, conditions) => {
    if (response.status !== 200 || revision === null) return response;
    const ifNoneMatch = text(conditions['if-none-match']);
    const { source } = response;
    if (source instanceof CachedText && revision === undefined && response.headers === NO_HEADERS) {
      const whole = cachedResponse(source, response, conditions);
      const { headers } = whole;
      return matchesTag(ifNoneMatch, headers['ETag'] ?? '') ? { status: 304, type: null, text: '', headers } : whole;
    }
    const tag =
      response.headers['ETag'] ??
      (revision === undefined ? source?.tag : undefined) ??
      entityTag(response.text, revision);
    const headers = { ...response.headers, ETag: tag, 'Cache-Control': cacheControl };
    if (matchesTag(ifNoneMatch, tag)) return { status: 304, type: null, text: '', headers };
    return { status: 200, type: response.type, text: response.text, headers };
  };
}
