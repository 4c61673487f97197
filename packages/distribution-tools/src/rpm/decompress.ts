import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import xz from 'xz-decompress';

/** The content of a file does not match the compression of its name. */
export class CorruptDataError extends Error {}

/** Pieces of this size: larger ones only stay in memory longer. */
const PIECE = 64 * 1024;

const unxz = (path: string): Readable =>
  Readable.from(new xz.XzReadableStream(Readable.toWeb(createReadStream(path)) as WebStream<Uint8Array>));

/** Opens a decompressed stream; the file name decides the compression. */
const open = (path: string, name: string): Readable => {
  const source = () => createReadStream(path, { highWaterMark: PIECE });
  // Errors reach the reader: a stream at the end of a pipeline is destroyed with the first of them.
  const through = (transform: ReturnType<typeof createGunzip>) => pipeline(source(), transform, () => {});
  if (name.endsWith('.gz')) return through(createGunzip({ chunkSize: PIECE }));
  if (name.endsWith('.zst')) return through(createZstdDecompress({ chunkSize: PIECE }));
  if (name.endsWith('.xz')) return unxz(path);
  const known = /\.(bz2|zck|lzma|lz4|br)$/.exec(name);
  if (known)
    throw new CorruptDataError(`is compressed with ${known[1]}, which is not supported: gz, xz, zst or none is`);
  return source();
};

/**
 * Reads what is in a file, decompressing it by the end of its name.
 * @param name of the file in the repository: the file at `path` may be called something else
 * @param limit bytes that may come out
 * @throws CorruptDataError when it cannot be decompressed, or holds more
 */
export async function* decompressed(path: string, name: string, limit: number): AsyncGenerator<Uint8Array> {
  const stream = open(path, name);
  let length = 0;
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      length += piece.byteLength;
      if (length > limit) break;
      if (piece.byteLength > 0) yield piece;
    }
  } catch (error) {
    const compression = /\.(gz|xz|zst)$/.exec(name)?.[1];
    if (compression === undefined) throw error;
    throw new CorruptDataError(`is no valid ${compression} data, or ends too early: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    stream.destroy();
  }
  if (length > limit) throw new CorruptDataError(`holds more than the ${limit} bytes that were announced`);
}
