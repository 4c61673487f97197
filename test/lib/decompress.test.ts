import { randomBytes } from 'node:crypto';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { decompress, InflatedTooLargeError, isCompression, largestInflated } from '../../src/lib/decompress.ts';

const COMPRESSORS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };

const errorOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => null).catch((error: unknown) => error);

describe('decompressing', () => {
  for (const [encoding, compress] of Object.entries(COMPRESSORS)) {
    it(`returns up to a number of bytes (${encoding})`, async () => {
      expect(isCompression(encoding)).to.equal(true);
      const bytes = randomBytes(100_000);
      expect((await decompress(compress(bytes), encoding, 100_000)).equals(bytes)).to.equal(true);
      expect(await errorOf(decompress(compress(bytes), encoding, 99_999))).to.be.instanceOf(InflatedTooLargeError);
    });

    it(`fails for other bytes (${encoding})`, async () => {
      const error = await errorOf(decompress(Buffer.from('{"a":"text"}'), encoding, 1_000));
      expect(error).to.be.instanceOf(Error).and.not.instanceOf(InflatedTooLargeError);
    });
  }

  it('knows no other encodings', () => {
    for (const encoding of ['identity', 'compress', 'lzma', 'gzip, br', '', 'constructor'])
      expect(isCompression(encoding), encoding).to.equal(false);
  });

  it('refuses zstd that needs a decoder of more than 8 MiB', async () => {
    const params = { [constants.ZSTD_c_windowLog]: 25, [constants.ZSTD_c_contentSizeFlag]: 0 };
    const bytes = zstdCompressSync(randomBytes(10_000_000), { params });
    expect(await errorOf(decompress(bytes, 'zstd', 32_000_000))).to.be.instanceOf(Error);
  });
});

describe('the decompressed size', () => {
  it('can be 100 times the compressed one, 64 KiB in any case, and never more than the limit', () => {
    expect([10, 655, 656, 10_000, 1_000_000].map((size) => largestInflated(size, 2_000_000))).to.deep.equal([
      ...[65_536, 65_536, 65_600, 1_000_000, 2_000_000],
    ]);
  });
});
