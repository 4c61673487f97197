import { brotliDecompress, constants, gunzip, inflate, zstdDecompress } from 'node:zlib';

/** Bytes that a compressed text may always have. */
const SMALL = 65_536;

/** Largest ratio of a text to its compressed form; JSON has less than 30. */
export const MAX_RATIO = 100;

/** Memory that a decoder of zstd may use; those of the other encodings need 16 MiB or less. */
const ZSTD_WINDOW_LOG = 23;

type Decoder = (
  bytes: Buffer,
  options: { readonly maxOutputLength: number },
  done: (error: Error | null, decoded: Buffer) => void,
) => void;

/** Decoders by content encoding. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', gunzip],
  ['deflate', inflate],
  ['br', brotliDecompress],
  [
    'zstd',
    (bytes, options, done) =>
      zstdDecompress(bytes, { ...options, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }, done),
  ],
]);

/** The content encodings that bodies may have. */
export const COMPRESSIONS: readonly string[] = [...DECODERS.keys()];

/** The decompressed bytes are more than the limit. */
export class InflatedTooLargeError extends Error {
  override readonly name = 'InflatedTooLargeError';
}

export function isCompression(encoding: string): boolean {
  return DECODERS.has(encoding);
}

/** What a compressed text may have decompressed, in bytes: at most `limit`, and in proportion to its size. */
export function largestInflated(compressed: number, limit: number): number {
  return Math.min(limit, Math.max(SMALL, MAX_RATIO * compressed));
}

/**
 * Decompresses up to a number of bytes; the decoder stops there.
 * @param encoding one of those for which `isCompression` is true
 * @throws InflatedTooLargeError beyond `most` bytes; an error of zlib for other bytes than the encoding says
 */
export function decompress(bytes: Buffer, encoding: string, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    DECODERS.get(encoding)?.(bytes, { maxOutputLength: most }, (error, decoded) => {
      if (error === null) resolve(decoded);
      else
        reject((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? new InflatedTooLargeError() : error);
    });
  });
}
