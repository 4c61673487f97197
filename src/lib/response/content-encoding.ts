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

/** Bytes that fit into one packet: compressing them saves nothing. */
const WORTH_COMPRESSING = 1_400;

/** Higher qualities cost the first client more time than they save later clients. */
const BROTLI_QUALITY = 9;

const COMPRESSORS: Readonly<Record<Encoding, (bytes: Buffer) => Buffer>> = {
  identity: (bytes) => bytes,
  gzip: (bytes) => gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }),
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
};

export function isWorthCompressing(text: string): boolean {
  return text.length >= WORTH_COMPRESSING;
}

/**
 * Encodes a text. Each encoding has its own strong entity tag.
 * @param tag of the text without encoding
 */
export function encodeText(text: string, tag: string, encoding: Encoding): EncodedText {
  return {
    bytes: COMPRESSORS[encoding](Buffer.from(text)),
    tag: encoding === 'identity' ? tag : `${tag.slice(0, -1)}_${encoding}"`,
    headers: encoding === 'identity' ? {} : { 'Content-Encoding': encoding },
  };
}

/** Negotiates the encoding from `Accept-Encoding`; `identity` without the header. */
export function chooseEncoding(accepted: string | undefined): Encoding {
  if (accepted === undefined || accepted === 'identity') return 'identity';
  const negotiator = new Negotiator({ headers: { 'accept-encoding': accepted } });
  const chosen = negotiator.encoding(ENCODINGS, { preferred: ENCODINGS });
  return ENCODINGS.find((encoding) => encoding === chosen) ?? 'identity';
}
