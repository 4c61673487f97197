import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import got from 'got';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { chooseEncoding } from '../../src/lib/response/content-encoding.ts';
import { identityHeader } from '../support/identity.ts';
import { API_PATH, startService } from '../support/service.ts';

describe('the encoding of a response', () => {
  const CHOICES: readonly (readonly [string | undefined, string])[] = [
    [undefined, 'identity'],
    ['', 'identity'],
    ['identity', 'identity'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0.1, gzip;q=0.9', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['deflate', 'identity'],
    ['zstd, x', 'identity'],
    ['gzip;q=0', 'identity'],
    ['\u00ff;;=,q', 'identity'],
  ];
  for (const [accepted, encoding] of CHOICES) {
    it(`is ${encoding} for a client that accepts ${accepted ?? 'whatever comes'}`, () => {
      expect(chooseEncoding(accepted)).to.equal(encoding);
    });
  }

  it('is the one that the client prefers, for responses that are prepared at start', async () => {
    await using service = await startService();
    const ask = (headers: Readonly<Record<string, string>>) =>
      got(`http://127.0.0.1:${service.port}${API_PATH}/openapi.json`, {
        headers: { 'x-rh-identity': identityHeader(), ...headers },
        decompress: false,
        responseType: 'buffer',
        throwHttpErrors: false,
        retry: { limit: 0 },
      });
    const plain = await ask({ 'accept-encoding': 'identity' });
    expect(plain.headers).to.include({ vary: 'Accept-Encoding' }).and.not.to.have.property('content-encoding');

    for (const [encoding, decode] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const { body, headers } = await ask({ 'accept-encoding': encoding });
      expect(headers).to.include({ 'content-encoding': encoding, 'content-length': String(body.length) });
      expect(decode(body).equals(plain.body)).to.equal(true);
      expect(body.length).to.be.lessThan(plain.body.length / 3);
      // The same text in other bytes is another representation.
      expect(headers.etag).not.to.equal(plain.headers.etag);
      const again = await ask({ 'accept-encoding': encoding, 'if-none-match': headers.etag ?? '' });
      expect([again.statusCode, again.headers.etag, again.body.length]).to.deep.equal([304, headers.etag, 0]);
      const other = await ask({ 'accept-encoding': 'identity', 'if-none-match': headers.etag ?? '' });
      expect(other.statusCode).to.equal(200);
    }
  });
});
