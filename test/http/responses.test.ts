import { connect } from 'node:net';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Database } from '../../src/db/index.ts';
import { identityHeader } from '../support/identity.ts';
import { startService } from '../support/service.ts';

const SECRET = 'the password is 1234';

/** A database every query of which fails the way no code expects. */
const brokenDatabase = (): Database => {
  const fail = () => Promise.reject(new TypeError(SECRET));
  const aggregate = new Proxy({}, { get: () => fail });
  return new Proxy({ close: async () => {}, callers: () => 0, ping: fail } as Partial<Database> as Database, {
    get: (target, name) => Reflect.get(target, name) ?? aggregate,
  });
};

describe('a response', () => {
  it('is JSON without parameters, with one newline at its end and its length', async () => {
    await using service = await startService();
    for (const path of ['/version', '/nowhere', '/openapi.json']) {
      const { headers, text } = await service.as().get(path);
      expect(headers['content-type'], path).to.equal('application/json');
      expect(headers['content-length'], path).to.equal(String(Buffer.byteLength(text)));
      expect(text, path).to.match(/[^\n]\n$/);
    }
  });

  it('does not name the software of the service', async () => {
    await using service = await startService();
    for (const reply of [
      await service.as().get('/version'),
      await service.root.get('/status'),
      await service.root.get('/x'),
    ]) {
      expect(reply.headers).not.to.have.any.keys('x-powered-by', 'server', 'etag');
    }
  });

  it('to an unexpected error is a fixed text, and the error is logged', async () => {
    await using service = await startService({ context: { db: brokenDatabase() } });
    const reply = await service.as().get('/composes');
    expect(reply).to.be.refused(500, 'Internal Server Error');
    expect(reply.text).not.to.include(SECRET);
    expect(JSON.stringify(service.logs)).to.include(SECRET).and.to.include('responses.test.ts');
  });

  it('to an unexpected error at the root has the same text', async () => {
    await using service = await startService({
      context: { db: brokenDatabase() },
      env: { READINESS_CHECKS: 'database' },
    });
    expect(await service.root.get('/ready')).to.be.refused(500, 'Failed to contact the database');
    const broken = { page: () => Promise.reject(new Error(SECRET)) };
    await using other = await startService();
    Object.assign(other.ctx.metrics, broken);
    expect(await other.root.get('/metrics')).to.be.refused(500, 'Internal Server Error');
  });

  it('that violates the contract becomes a 500 if responses are validated', async () => {
    await using service = await startService();
    await service.given.compose({ request: { image_requests: 'none' } });
    expect(await service.as().get('/composes')).to.be.refused(500, 'the answer does not fit the contract');
    expect(JSON.stringify(service.logs)).to.include('image_requests');
  });

  it('that violates the contract is sent if mismatches are only logged, or not checked', async () => {
    for (const mode of ['log', 'off']) {
      await using service = await startService({ env: { RESPONSE_VALIDATION: mode } });
      await service.given.compose({ request: { image_requests: 'none' } });
      const reply = await service.as().get('/composes');
      expect([mode, reply.status]).to.deep.equal([mode, 200]);
      expect(service.logs.length > 0).to.equal(mode === 'log');
    }
  });
});

describe('the trace identifier', () => {
  const name = 'x-strc-trace-id';

  it('is a header of every response below a prefix', async () => {
    await using service = await startService();
    const replies = [
      ...[await service.as().get('/version'), await service.as().get('/nowhere'), await service.as().post('/compose')],
      ...[await service.anonymous.get('/version'), await service.as().send('HEAD', '/version')],
    ];
    for (const { headers } of replies) expect(headers[name]).to.match(/^[A-Za-z]{15}$/);
    expect(new Set(replies.map(({ headers }) => headers[name])).size).to.equal(replies.length);
  });

  it("is the caller's, if that is well-formed", async () => {
    await using service = await startService();
    const reply = await service.as().get('/version', { headers: { [name]: 'abcdefghijKLMNO' } });
    expect(reply.headers[name]).to.equal('abcdefghijKLMNO');
  });

  for (const given of ['', 'short', 'a'.repeat(16), 'abcdefghij12345', 'abcdefghij KLMN']) {
    it(`is a new one instead of "${given}"`, async () => {
      await using service = await startService();
      const headers = { [name]: given, 'x-strc-span-id': given };
      const reply = await service.as().get('/version', { headers });
      expect(reply.status).to.equal(200);
      expect(reply.headers[name])
        .to.match(/^[A-Za-z]{15}$/)
        .and.not.to.equal(given);
    });
  }

  it('is sent to the services that are called', async () => {
    await using service = await startService();
    service.composer.get('/openapi').matchHeader(name, 'abcdefghijKLMNO').reply(200, {});
    const reply = await service.as().get('/ready', { headers: { [name]: 'abcdefghijKLMNO' } });
    expect(reply.status, reply.text).to.equal(200);
  });
});

/** Sends bytes and gives what came back until the connection ended, one way or another. */
const exchange = (port: number, bytes: Buffer): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => void (answer += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.end(bytes);
  });

describe('the response to an arbitrary request', () => {
  const line = (path: string, more = ''): string =>
    `GET ${path} HTTP/1.1\r\nHost: any\r\nConnection: close\r\nx-rh-identity: ${identityHeader()}\r\n${more}\r\n`;
  const requests: Readonly<Record<string, string>> = {
    'an absolute address': line('http://any/api/image-builder/v1/version'),
    'an address that is none': line('http://[x'),
    'a path with brackets': line('/api/image-builder/v1/[x]?{y}|z'),
    'a path with markup': line('/api/image-builder/v1/<script>alert(1)</script>'),
    'a path with a query like markup': line('/api/image-builder/v1/composes?limit=<script>'),
    'a path that climbs': line('/api/image-builder/v1/../../../etc/passwd'),
    'a backslash': line('/api/image-builder/v1\\version'),
    'a path of two slashes': line('//evil.test/api/image-builder/v1/version'),
    'bytes that are no ASCII': line('/api/image-builder/v1/\u00ff'),
    'a star': 'OPTIONS * HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n',
    'a tunnel': 'CONNECT any:443 HTTP/1.1\r\nHost: any\r\n\r\n',
    'no host': 'GET /status HTTP/1.1\r\n\r\n',
    'no HTTP': 'hello\r\n\r\n',
    'an expectation': line('/api/image-builder/v1/version', 'Expect: the-unexpected\r\n'),
    'an upgrade': line('/api/image-builder/v1/version', 'Upgrade: websocket\r\nConnection: upgrade\r\n'),
    'a huge header': line('/api/image-builder/v1/version', `X: ${'x'.repeat(100_000)}\r\n`),
  };
  for (const [what, request] of Object.entries(requests)) {
    it(`never contains HTML, a stack trace or a file path: ${what}`, async () => {
      await using service = await startService();
      const answer = await exchange(service.port, Buffer.from(request, 'latin1'));
      expect(answer).not.to.match(/<html|<!DOCTYPE|<pre|<script|\n\s+at |node_modules|\/src\//i);
      expect((await service.as().get('/version')).status).to.equal(200);
    });
  }
});
