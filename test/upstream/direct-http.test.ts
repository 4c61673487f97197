// The transport to composer: without got, and no different for its callers.
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startLoopback, useRealConnections } from './loopback.ts';
import { createCall, failureOf } from './support.ts';

const direct = (url: string, more: object = {}) => createCall(url, { direct: true, ...more }).call;

describe('a direct call', () => {
  useRealConnections();

  it('sends its body as JSON and returns the response whatever its status', async () => {
    await using server = await startLoopback((_request, response) => void response.writeHead(418).end('tea'));
    const { status, text } = await direct(server.url)(
      { method: 'POST' },
      { body: { size: 'grün' } },
      { headers: { a: 'b' } },
    );
    expect([status, text]).to.deep.equal([418, 'tea']);
    expect(server.requests).to.have.lengthOf(1);
    expect(server.requests[0]).to.deep.include({ method: 'POST', url: '/things', body: '{"size":"grün"}' });
    expect(server.requests[0]?.headers).to.include({ a: 'b', 'content-type': 'application/json' });
  });

  it('decodes a response that a gateway has encoded', async () => {
    await using server = await startLoopback((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"ok":true}'));
    });
    expect((await direct(server.url)({})).json(200)).to.deep.equal({ ok: true });
  });

  for (const [title, encoding, body] of [
    ['a response', 'identity', Buffer.alloc(5_000)],
    ['an encoded response', 'gzip', gzipSync(Buffer.alloc(5_000))],
  ] as const) {
    it(`does not read ${title} that is too large`, async () => {
      await using server = await startLoopback((_request, response) => {
        response.writeHead(200, { 'content-encoding': encoding }).end(body);
      });
      expect((await failureOf(direct(server.url, { maxResponseBytes: 1_000 })({}))).code).to.equal(
        'response too large',
      );
    });
  }

  for (const [title, head] of [
    ['a response', false],
    ['an end of the response', true],
  ] as const) {
    it(`fails without ${title} in time, and is not repeated`, async () => {
      await using server = await startLoopback((_request, response) => {
        if (head) response.writeHead(200, { 'content-length': 100 }).write('{');
      });
      expect((await failureOf(direct(server.url, { timeout: 100 })({}))).code).to.equal('ETIMEDOUT');
      expect(server.requests).to.have.lengthOf(1);
    });
  }

  it('repeats a GET once whose connection breaks, within the time of the call', async () => {
    await using server = await startLoopback((_request, response) => {
      if (server.requests.length === 1) response.destroy();
      else response.end('{}');
    });
    expect((await direct(server.url)({})).status).to.equal(200);
    await using broken = await startLoopback((_request, response) => void response.destroy());
    expect((await failureOf(direct(broken.url)({}))).code).to.equal('ECONNRESET');
    expect(broken.requests).to.have.lengthOf(2);
  });

  it('does not repeat a POST whose connection breaks: it may have had its effect', async () => {
    await using server = await startLoopback((_request, response) => void response.destroy());
    expect((await failureOf(direct(server.url)({ method: 'POST' }, { body: {} }))).code).to.equal('ECONNRESET');
    expect(server.requests).to.have.lengthOf(1);
  });

  it('follows a redirect, with the body where its status says so', async () => {
    await using server = await startLoopback(({ url, body }, response) => {
      if (url === '/things') response.writeHead(307, { location: '/elsewhere' }).end();
      else response.end(JSON.stringify({ url, body }));
    });
    const answer = await direct(server.url)({ method: 'POST' }, { body: { a: 1 } });
    expect(answer.json(200)).to.deep.equal({ url: '/elsewhere', body: '{"a":1}' });
  });

  it('reuses its connection for the next call', async () => {
    await using server = await startLoopback((_request, response) => void response.end('{}'));
    const call = direct(server.url);
    for (let i = 0; i < 3; i += 1) await call({});
    expect(server.connections()).to.equal(1);
  });
});
