import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import Negotiator from 'negotiator';
import type { Headers } from './bodies.ts';

/** Encodings of texts that are sent many times, best first. */
const ENCODINGS = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** A text in an encoding. */
export interface EncodedText {
  readonly bytes: Buffer;
  readonly tag: string;
  readonly headers: Headers;
}

/** Texts of less than this many bytes are sent in one packet anyway. */
const WORTH_COMPRESSING = 1_400;

/** Better ones take longer for the first client than they save later ones. */
const BROTLI_QUALITY = 9;

const COMPRESSORS: Readonly<Record<Encoding, (bytes: Buffer) => Buffer>> = {
  identity: (bytes) => bytes,
  gzip: (bytes) => gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }),
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
};

/** Whether a text is long enough for an encoding to pay. */
export function isWorthCompressing(text: string): boolean {
  return text.length >= WORTH_COMPRESSING;
}

/**
 * Encodes a text. Its strong entity tag is another one in each encoding, since the bytes are others.
 * @param tag of the text as it is
 */
export function encodeText(text: string, tag: string, encoding: Encoding): EncodedText {
  return {
    bytes: COMPRESSORS[encoding](Buffer.from(text)),
    tag: encoding === 'identity' ? tag : `${tag.slice(0, -1)}_${encoding}"`,
    headers: encoding === 'identity' ? {} : { 'Content-Encoding': encoding },
  };
}

/** The encoding that a client likes best, by its `Accept-Encoding`. Without one it gets the text as it is. */
export function chooseEncoding(accepted: string | undefined): Encoding {
  if (accepted === undefined || accepted === 'identity') return 'identity';
  const negotiator = new Negotiator({ headers: { 'accept-encoding': accepted } });
  const chosen = negotiator.encoding(ENCODINGS, { preferred: ENCODINGS });
  return ENCODINGS.find((encoding) => encoding === chosen) ?? 'identity';
}
