import { connect } from 'node:net';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest } from '../support/given.ts';
import { startService } from '../support/service.ts';

const MIB = 1024 * 1024;
const MEDIA_TYPE = 'request must be json-encoded';
const decoding = /^request body has an error: failed to decode request body: /;
const typed = (type: string | undefined) => ({ headers: { 'content-type': type } });

/** A valid compose request as text, with something that follows the opening brace. */
const composeText = (more: string): string => `{${more},${JSON.stringify(composeRequest).slice(1)}`;

describe('the media type of a body', () => {
  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json;x=y',
  ]) {
    it(`can be ${type}`, async () => {
      await using service = await startService();
      service.composer.accepts();
      expect((await service.as().post('/compose', composeRequest, typed(type))).status).to.equal(201);
    });
  }

  for (const type of [
    'text/plain',
    'application/json5',
    'application/vnd.api+json',
    'text/json',
    'json',
    '',
    undefined,
  ]) {
    it(`cannot be ${type === undefined ? 'left out' : `"${type}"`}`, async () => {
      await using service = await startService();
      expect(await service.as().post('/compose', composeRequest, typed(type))).to.be.refused(415, MEDIA_TYPE);
    });
  }

  it('is not checked without a body', async () => {
    await using service = await startService();
    const reply = await service.as().post('/compose', undefined, typed('text/plain'));
    expect(reply).to.be.refused(400, 'request body has an error: value is required but missing');
    expect((await service.as().get('/version', typed('application/json'))).status).to.equal(200);
  });

  it('is not checked for an operation without a body', async () => {
    await using service = await startService();
    const reply = await service.as().send('GET', '/version', 'anything', typed('text/plain'));
    expect(reply.status).to.equal(200);
  });
});

describe('a body', () => {
  const refused: Readonly<Record<string, [text: string | Buffer, detail: RegExp]>> = {
    'that is not JSON': ['{', decoding],
    'with something behind the document': [`${JSON.stringify(composeRequest)} x`, decoding],
    'of two documents': [JSON.stringify(composeRequest).repeat(2), decoding],
    'of spaces': ['  ', decoding],
    'that is not UTF-8': [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /failed to decode request body: not UTF-8$/],
    'that is a list': ['[]', /Error at "": value must be an object$/],
    'that is null': ['null', /Error at "": Value is not nullable$/],
    'with null for a member': [composeText('"image_name":null'), /Error at "\/image_name": Value is not nullable$/],
    'with a member the contract does not know': [composeText('"a/b":1'), /property "a\/b" is unsupported$/],
    'that brings a prototype': [composeText('"__proto__":{"image_name":"x"}'), /property "__proto__" is unsupported$/],
    'with U+0000': [
      composeText(String.raw`"image_name":"a\u0000b"`),
      /Error at "\/image_name": strings must not contain U\+0000/,
    ],
    'with half a surrogate pair': [
      composeText(String.raw`"image_name":"\ud83d"`),
      /Error at "\/image_name": .*unpaired surrogates$/,
    ],
    'nested 65 levels deep': [composeText(`"image_name":${'['.repeat(64)}${']'.repeat(64)}`), decoding],
    'nested 100 levels deep': [composeText(`"image_name":${'['.repeat(100)}${']'.repeat(100)}`), decoding],
    'nested 200000 levels deep': ['['.repeat(200_000), decoding],
  };
  for (const [what, [text, detail]] of Object.entries(refused)) {
    it(`${what} is refused`, async () => {
      await using service = await startService();
      expect(await service.as().post('/compose', text)).to.be.refused(400, detail);
    });
  }

  it('may be nested 64 levels deep: then its members are validated', async () => {
    await using service = await startService();
    const text = composeText(`"image_name":${'['.repeat(63)}${']'.repeat(63)}`);
    expect(await service.as().post('/compose', text)).to.be.refused(400, /Error at "\/image_name": /);
  });

  it('may hold every other character, however it is written', async () => {
    await using service = await startService();
    service.composer.accepts();
    const text = composeText(String.raw`"image_name":"\ud83d\ude80 ä \\u0000 \u0001"`);
    expect((await service.as().post('/compose', text)).status).to.equal(201);
    const { rows } = await service.sql.query('SELECT image_name FROM composes');
    expect(rows[0].image_name).to.equal('🚀 ä \\u0000 \u0001');
  });

  it('may begin with a byte order mark, and be sent in pieces', async () => {
    await using service = await startService();
    service.composer.accepts();
    const headers = { 'content-length': undefined, 'transfer-encoding': 'chunked' };
    const reply = await service.as().post('/compose', `\ufeff${JSON.stringify(composeRequest)}`, { headers });
    expect(reply.status, reply.text).to.equal(201);
  });

  for (const [encoding, compress] of Object.entries({
    ...{ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync, GZIP: gzipSync },
  })) {
    it(`may be compressed: ${encoding}`, async () => {
      await using service = await startService();
      service.composer.accepts();
      const headers = { 'content-encoding': encoding };
      const reply = await service.as().post('/compose', compress(JSON.stringify(composeRequest)), { headers });
      expect(reply.status, reply.text).to.equal(201);
    });
  }

  it('is refused when it is compressed and ends early', async () => {
    await using service = await startService();
    const text = gzipSync(JSON.stringify(composeRequest));
    const headers = { 'content-encoding': 'gzip' };
    const reply = await service.as().post('/compose', text.subarray(0, -12), { headers });
    expect(reply).to.be.refused(400, 'request body has an error: unexpected end of file');
  });

  it('may be as large decompressed as 100 times its size, and 64 KiB in any case', async () => {
    await using service = await startService();
    service.composer.accepts();
    const headers = { 'content-encoding': 'gzip' };
    const send = (spaces: number) =>
      service.as().post('/compose', gzipSync(JSON.stringify(composeRequest) + ' '.repeat(spaces)), { headers });
    expect((await send(65_000)).status).to.equal(201);
    const detail = 'the request body is more than 100 times larger decompressed';
    expect(await send(1_000_000)).to.be.refused(413, detail);
  });

  it('is refused when it is not compressed the way it says', async () => {
    await using service = await startService();
    const broken = await service.as().post('/compose', composeRequest, { headers: { 'content-encoding': 'gzip' } });
    expect(broken).to.be.refused(400, /^request body has an error: /);
    const unknown = await service.as().post('/compose', composeRequest, { headers: { 'content-encoding': 'lzma' } });
    expect(unknown).to.be.refused(415, /^the request body cannot be read: /);
  });

  it('that never comes leaves the service as it was', async () => {
    await using service = await startService();
    const socket = connect(service.port, '127.0.0.1');
    const identity = Buffer.from(
      JSON.stringify({ identity: { type: 'User', org_id: '1', internal: { org_id: '1' } } }),
    ).toString('base64');
    socket.write(
      `POST /api/image-builder/v1/compose HTTP/1.1\r\nHost: any\r\nx-rh-identity: ${identity}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
      () => socket.destroy(),
    );
    await once(socket, 'close');
    expect((await service.as().get('/version')).status).to.equal(200);
  });
});

describe('a number', () => {
  const sized = (size: string): string =>
    JSON.stringify(composeRequest).replace('"image_type"', `"size":${size},"image_type"`);
  const pointer = '/image_requests/0/size';

  for (const size of ['9007199254740993', '18446744073709551615', '1e400', '9007199254740992.5']) {
    it(`${size} is refused by name, and never rounded`, async () => {
      await using service = await startService();
      const reply = await service.as().post('/compose', sized(size));
      expect(reply).to.be.refused(400, new RegExp(`Error at "${pointer}": the number cannot be kept exactly`));
    });
  }

  for (const size of ['-1', '1.5', '1e30', '"1"', 'true']) {
    it(`${size} is refused where a size is meant`, async () => {
      await using service = await startService();
      expect(await service.as().post('/compose', sized(size))).to.be.refused(400, new RegExp(`Error at "${pointer}"`));
    });
  }

  it('9007199254740991 is sent and stored as it is', async () => {
    await using service = await startService();
    service.composer.accepts();
    // An installer has no limit of size, unlike images for clouds.
    const text = sized('9007199254740991').replace('"guest-image"', '"vsphere"');
    const reply = await service.as().post('/compose', text);
    expect(reply.status, reply.text).to.equal(201);
    const { rows } = await service.sql.query("SELECT request #>> '{image_requests,0,size}' AS size FROM composes");
    expect(rows[0].size).to.equal('9007199254740991');
    expect(service.composer.requests[0]?.image_request?.size).to.equal(9007199254740991);
  });
});

describe('the size of a body', () => {
  const env = { BODY_LIMIT_BYTES: String(16 * MIB) };
  const tooLarge = `the request body is larger than ${16 * MIB} bytes`;
  const padded = (length: number): string => {
    const text = JSON.stringify(composeRequest);
    return text + ' '.repeat(length - text.length);
  };

  it('may be 16 MiB', async () => {
    await using service = await startService({ env });
    service.composer.accepts();
    expect((await service.as().post('/compose', padded(16 * MIB))).status).to.equal(201);
  });

  it('may not be more', async () => {
    await using service = await startService({ env });
    expect(await service.as().post('/compose', padded(16 * MIB + 1))).to.be.refused(413, tooLarge);
  });

  it('may not be more when it is inflated', async () => {
    await using service = await startService({ env });
    const headers = { 'content-encoding': 'gzip' };
    const text = composeText(`"image_name":"${randomBytes(9 * MIB).toString('hex')}"`);
    const reply = await service.as().post('/compose', gzipSync(text), { headers });
    expect(reply).to.be.refused(413, tooLarge);
  });

  it('does not matter where no body is asked for', async () => {
    await using service = await startService({ env });
    const reply = await service.as().send('GET', '/version', padded(17 * MIB));
    expect(reply.status).to.equal(200);
  });
});
