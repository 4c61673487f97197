import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Agent } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import { expect } from 'chai';
import { describe, it, type Context } from 'mocha';
import { createResponseValidator } from '../../src/upstream/response-validator.ts';
import { createHttp } from '../../src/upstream/http-client.ts';
import { InvalidPathParameterError } from '../../src/upstream/errors.ts';
import { createDirectory } from '../domain/distributions/support.ts';
import { STANDSTILL } from '../support/patience.ts';
import { certificateFor, json, makeCertificate, startLoopback, unusedPort, useRealConnections } from './loopback.ts';
import { createCall, failureOf } from './support.ts';

const ok = () => startLoopback((_request, response) => json(response, 200, { ok: true }));
const IDENTITY = 'x-rh-identity';

describe('the URL of a call', () => {
  for (const [value, written] of [
    ['a-b_c.d~', 'a-b_c.d~'],
    ['two words', 'two%20words'],
    ['a/b', 'a%2Fb'],
    ['../up', '..%2Fup'],
    ['a?b=c&d#e', 'a%3Fb%3Dc%26d%23e'],
    ['50%', '50%25'],
    ['%2e%2e', '%252e%252e'],
    ['...', '...'],
    ['.a', '.a'],
    ['密', '%E5%AF%86'],
    [5, '5'],
  ] as const) {
    it(`has ${JSON.stringify(value)} as one segment, ${written}`, async () => {
      await using server = await ok();
      await createCall(server.url).call({ path: '/things/{id}/parts/{part}' }, { path: { id: value, part: 1 } });
      expect(server.requests.map(({ url }) => url)).to.deep.equal([`/things/${written}/parts/1`]);
    });
  }

  for (const value of ['', '.', '..']) {
    it(`cannot have ${JSON.stringify(value)} as a segment: no call is made`, async () => {
      await using server = await ok();
      const asked = createCall(server.url).call({ path: '/things/{id}' }, { path: { id: value } });
      expect(await asked.catch((error: unknown) => error)).to.be.an.instanceOf(InvalidPathParameterError);
      expect(server.requests).to.have.lengthOf(0);
    });
  }

  for (const [query, written] of [
    [{}, ''],
    [{ b: '2', a: '1', C: '3' }, '?C=3&a=1&b=2'],
    [
      { url: 'http://a.test/?x=1&y=2,http://b.test' },
      '?url=http%3A%2F%2Fa.test%2F%3Fx%3D1%26y%3D2%2Chttp%3A%2F%2Fb.test',
    ],
    [{ list: ['b', 'a'], n: 0, f: false }, '?f=false&list=b&list=a&n=0'],
    [{ a: undefined, b: null, c: '', d: [] }, '?c='],
    [{ a: 'two words+1' }, '?a=two+words%2B1'],
  ] as const) {
    it(`has the parameters ${JSON.stringify(query)} as "${written}", always in the same order`, async () => {
      await using server = await ok();
      await createCall(server.url).call({}, { query });
      expect(server.requests.map(({ url }) => url)).to.deep.equal([`/things${written}`]);
    });
  }

  it('begins with the base path of the service', async () => {
    await using server = await ok();
    await createCall(`${server.url}/api/v1`).call({ path: '/things/' });
    expect(server.requests.map(({ url }) => url)).to.deep.equal(['/api/v1/things/']);
  });

  for (const url of [null, '']) {
    it(`does not exist for a service that is not configured (${JSON.stringify(url)})`, async () => {
      const failure = await failureOf(createCall(url).call({}));
      expect(failure.message).to.equal('a-service did not answer anOperation (not configured)');
    });
  }
});

describe('a call', () => {
  useRealConnections();

  it('without body has no content type, and carries the headers it is given', async () => {
    await using server = await ok();
    await createCall(server.url).call({}, {}, { headers: { [IDENTITY]: 'id', 'x-other': '1' } });
    const [request] = server.requests;
    expect(request?.headers)
      .to.include({ [IDENTITY]: 'id', 'x-other': '1' })
      .and.to.not.have.property('content-type');
    expect(request?.body).to.equal('');
  });

  it('with a body sends it as JSON', async () => {
    await using server = await ok();
    await createCall(server.url).call({ method: 'POST' }, { body: { a: [1, null], s: 'ü' } });
    expect(server.requests[0]?.headers['content-type']).to.equal('application/json');
    expect(server.requests[0]?.body).to.equal('{"a":[1,null],"s":"ü"}');
  });

  it('sends numbers as they are written in the database', async () => {
    await using server = await ok();
    await createCall(server.url).call({ method: 'POST' }, { body: { size: JSON.rawJSON('18446744073709551615') } });
    expect(server.requests[0]?.body).to.equal('{"size":18446744073709551615}');
  });

  for (const status of [200, 201, 204, 400, 401, 404, 429, 500, 503]) {
    it(`with a ${status} response returns it, and is not repeated`, async () => {
      await using server = await startLoopback((_request, response) =>
        json(response, status, status === 204 ? undefined : { a: 1 }),
      );
      const answer = await createCall(server.url).call({});
      expect(answer.status).to.equal(status);
      expect(answer.text).to.equal(status === 204 ? '' : '{"a":1}');
      expect(server.requests).to.have.lengthOf(1);
    });
  }

  it('returns the body for the requested status only', async () => {
    await using server = await ok();
    const answer = await createCall(server.url).call({});
    expect(answer.json(200)).to.deep.equal({ ok: true });
    expect(answer.json(404)).to.equal(undefined);
  });

  it('reuses the connection for the next call', async () => {
    await using server = await ok();
    const { call } = createCall(server.url);
    for (let i = 0; i < 3; i += 1) await call({});
    expect([server.requests.length, server.connections()]).to.deep.equal([3, 1]);
  });

  it('is measured by service, operation and outcome', async () => {
    await using server = await startLoopback((_request, response) => json(response, 404, {}));
    const { call, metrics } = createCall(server.url);
    await call({});
    await failureOf(createCall(`http://localhost:${await unusedPort()}`, { metrics }).call({}));
    const { text } = await metrics.page();
    for (const outcome of ['404', 'ECONNREFUSED']) {
      const labels = `service="a-service",operation="anOperation",outcome="${outcome}"`;
      expect(text).to.include(`imagebuilder_upstream_duration_seconds_count{${labels}} 1`);
    }
  });
});

describe('a response', () => {
  for (const [title, body] of [
    ['no JSON', '<html>'],
    ['nothing', ''],
    ['half of a document', '{"a": '],
  ] as const) {
    it(`that is ${title} has no value, and that is logged without the body`, async () => {
      await using server = await startLoopback((_request, response) => response.end(body));
      const { call, captured } = createCall(server.url);
      const answer = await call({});
      expect(answer.json(200)).to.equal(undefined);
      expect(answer.text).to.equal(body);
      expect(captured.lines).to.have.lengthOf(1);
      expect(captured.lines[0]).to.include({
        ...{ level: 'warn', service: 'a-service', upstream_operation: 'anOperation', status: 200 },
        msg: 'a service answered with what is not JSON',
      });
      expect(JSON.stringify(captured.lines)).to.not.include('html');
    });
  }

  it('that violates its contract is used, and the field is logged', async () => {
    const body = { data: [{ uuid: 'u', url: 5 }] };
    await using server = await startLoopback((_request, response) => json(response, 200, body));
    const { call, captured } = createCall(server.url, { validator: createResponseValidator('content-sources') });
    const answer = await call({ operationId: 'listRepositories', path: '/repositories/' });
    expect(answer.json(200)).to.deep.equal(body);
    expect(captured.lines).to.have.lengthOf(1);
    expect(captured.lines[0]).to.include({
      ...{ level: 'warn', service: 'a-service', upstream_operation: 'listRepositories', status: 200 },
      ...{ field: '/data/0/url', problem: 'must be string', msg: 'a service broke its contract' },
    });
  });

  it('that matches its contract is not logged', async () => {
    await using server = await startLoopback((_request, response) =>
      json(response, 200, { data: [], meta: { count: 0 } }),
    );
    const { call, captured } = createCall(server.url, { validator: createResponseValidator('content-sources') });
    (await call({ operationId: 'listRepositories', path: '/repositories/' })).json(200);
    expect(captured.lines).to.deep.equal([]);
  });

  it('is logged by the logger of the request that caused the call', async () => {
    await using server = await startLoopback((_request, response) => response.end('x'));
    const { call, captured } = createCall(server.url);
    const own = createCall(null);
    const log = { warn: (fields: object) => void own.captured.write(JSON.stringify(fields)) };
    (await call({}, {}, { log: log as never })).json(200);
    expect([captured.lines.length, own.captured.lines.length]).to.deep.equal([0, 1]);
  });

  it('may be compressed', async () => {
    const { gzipSync } = await import('node:zlib');
    await using server = await startLoopback((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"ok":true}'));
    });
    expect((await createCall(server.url).call({})).json(200)).to.deep.equal({ ok: true });
  });
});

describe('a connection that breaks', () => {
  useRealConnections();

  const breakWith = (headers: object) => (response: ServerResponse) => {
    response.writeHead(200, { ...headers });
    response.write('{"half": ', () => response.destroy());
  };
  const ways: readonly (readonly [title: string, breaks: (response: ServerResponse) => void, code: string])[] = [
    ['before an answer', (response) => void response.destroy(), 'ECONNRESET'],
    ['in the middle of an answer', breakWith({}), 'ECONNRESET'],
    [
      'before all was said that was announced',
      breakWith({ 'content-length': 100 }),
      'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
    ],
  ];

  for (const [title, breaks, code] of ways) {
    it(`${title} makes a GET be repeated once`, async () => {
      await using server = await startLoopback((_request, response) => {
        if (server.requests.length === 1) breaks(response);
        else json(response, 200, { ok: true });
      });
      expect((await createCall(server.url).call({})).json(200)).to.deep.equal({ ok: true });
      expect(server.requests).to.have.lengthOf(2);
    });

    it(`${title} twice makes a GET fail`, async () => {
      await using server = await startLoopback((_request, response) => breaks(response));
      const failure = await failureOf(createCall(server.url).call({}));
      expect(failure.message).to.equal(`a-service did not answer anOperation (${code})`);
      expect(server.requests).to.have.lengthOf(2);
    });

    for (const method of ['POST', 'DELETE']) {
      it(`${title} makes a ${method} fail, which may have had its effect`, async () => {
        await using server = await startLoopback((_request, response) => breaks(response));
        const failure = await failureOf(createCall(server.url).call({ method }, { body: {} }));
        expect(failure.code).to.equal(code);
        expect(server.requests).to.have.lengthOf(1);
      });
    }
  }

  it("makes a GET of an earlier call's connection be repeated on a new one", async () => {
    await using server = await startLoopback((_request, response) => {
      if (server.requests.length === 2) response.destroy();
      else json(response, 200, {});
    });
    const { call } = createCall(server.url);
    await call({});
    expect((await call({})).status).to.equal(200);
    expect([server.requests.length, server.connections()]).to.deep.equal([3, 2]);
  });

  it('to a closed port is an error without the address', async () => {
    const port = await unusedPort();
    const failure = await failureOf(createCall(`http://localhost:${port}`).call({}));
    expect(failure.code).to.equal('ECONNREFUSED');
    expect(failure.service).to.equal('a-service');
    expect(failure.message).to.not.include(String(port));
  });

  for (const method of ['GET', 'POST']) {
    it(`times out when a ${method} receives no response, and the call is not repeated`, async () => {
      await using server = await startLoopback(() => {});
      const failure = await failureOf(createCall(server.url, { timeout: STANDSTILL }).call({ method }));
      expect(failure.code).to.equal('ETIMEDOUT');
      expect(server.requests).to.have.lengthOf(1);
    });
  }

  it('times out when a response is incomplete', async () => {
    await using server = await startLoopback((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{');
    });
    expect((await failureOf(createCall(server.url, { timeout: 100 }).call({}))).code).to.equal('ETIMEDOUT');
  });
});

describe('a redirect', () => {
  const HEADERS = { [IDENTITY]: 'id', authorization: 'Bearer t', 'x-strc-trace-id': 'trace' };

  it("to the same service is followed with the caller's identity", async () => {
    await using server = await startLoopback((request, response) => {
      if (request.url === '/things') response.writeHead(307, { location: '/elsewhere' }).end();
      else json(response, 200, { ok: true });
    });
    const answer = await createCall(server.url).call({}, {}, { headers: HEADERS });
    expect(answer.json(200)).to.deep.equal({ ok: true });
    expect(server.requests[1]).to.include({ method: 'GET', url: '/elsewhere' });
    expect(server.requests[1]?.headers).to.include(HEADERS);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`(${status}) to another service is followed without identity and token`, async () => {
      await using other = await ok();
      await using server = await startLoopback((_request, response) => {
        response.writeHead(status, { location: `${other.url}/there` }).end();
      });
      const answer = await createCall(server.url).call({}, {}, { headers: HEADERS });
      expect(answer.status).to.equal(200);
      expect(other.requests[0]).to.include({ method: 'GET', url: '/there' });
      expect(other.requests[0]?.headers).to.not.have.any.keys(IDENTITY, 'authorization');
      expect(other.requests[0]?.headers).to.include({ 'x-strc-trace-id': 'trace' });
    });
  }

  it('there and back does not bring the identity back', async () => {
    await using other = await startLoopback((_request, response) => {
      response.writeHead(302, { location: `${server.url}/again` }).end();
    });
    await using server = await startLoopback((request, response) => {
      if (request.url === '/things') response.writeHead(302, { location: other.url }).end();
      else json(response, 200, {});
    });
    await createCall(server.url).call({}, {}, { headers: HEADERS });
    expect(server.requests.map(({ headers }) => headers[IDENTITY])).to.deep.equal(['id', undefined]);
  });

  it('that repeats forever is an error', async () => {
    await using server = await startLoopback((_request, response) =>
      response.writeHead(302, { location: '/things' }).end(),
    );
    expect((await failureOf(createCall(server.url).call({}))).code).to.equal('ERR_TOO_MANY_REDIRECTS');
    expect(server.requests).to.have.lengthOf(11);
  });
});

describe('a server with a certificate of its own', () => {
  const secure = (context: Context) =>
    startLoopback((_request, response) => json(response, 200, { ok: true }), certificateFor(context));

  it('is not trusted', async function (this: Context) {
    await using server = await secure(this);
    const failure = await failureOf(createCall(server.url).call({}));
    expect(failure.code).to.match(/SELF_SIGNED/);
    expect(server.requests).to.have.lengthOf(0);
  });

  it('is trusted when the CA file has it', async function (this: Context) {
    await using server = await secure(this);
    using directory = createDirectory({ 'ca.pem': certificateFor(this).cert });
    const answer = await createCall(server.url, { caPath: directory.file('ca.pem') }).call({});
    expect(answer.json(200)).to.deep.equal({ ok: true });
  });

  it('is not trusted by another certificate', async function (this: Context) {
    await using server = await secure(this);
    const other = makeCertificate();
    using directory = createDirectory({ 'ca.pem': other?.cert ?? '' });
    const failure = await failureOf(createCall(server.url, { caPath: directory.file('ca.pem') }).call({}));
    expect(failure.code).to.match(/CERT|SELF_SIGNED/);
  });

  it('is trusted in addition to the default authorities', function (this: Context) {
    const { cert } = certificateFor(this);
    using directory = createDirectory({ 'ca.pem': cert });
    const http = createHttp({ timeout: 1, proxyEnv: {}, caPath: directory.file('ca.pem') });
    const agent = (http.defaults.options.agent as { https: Agent }).https;
    expect(agent.options.ca).to.deep.equal([...rootCertificates, cert]);
  });

  it('fails at start if the CA file is missing', () => {
    using directory = createDirectory();
    expect(() => createCall('https://localhost', { caPath: directory.file('ca.pem') })).to.throw(/ca\.pem/);
  });
});

/** A proxy that notes what it is asked for, passes plain requests on and lets others through. */
const startProxy = async () => {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request: IncomingMessage, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { hostname, port, pathname, search } = new URL(request.url ?? '');
    const options = { host: hostname, port, path: pathname + search, method: request.method, headers: request.headers };
    const passed = httpRequest({ ...options, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(`CONNECT ${request.url}`);
    const through = connect(Number(request.url?.split(':')[1]), 'localhost', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    sockets.add(through);
    for (const end of [through, socket]) end.on('error', () => end.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

describe('a proxy', () => {
  it('serves http URLs if HTTP_PROXY names it', async () => {
    await using proxy = await startProxy();
    await using server = await ok();
    const { call } = createCall(server.url, { proxyEnv: { HTTP_PROXY: proxy.url } });
    expect((await call({}, { query: { a: '1' } })).json(200)).to.deep.equal({ ok: true });
    expect(proxy.asked).to.deep.equal([`GET ${server.url}/things?a=1`]);
    expect(server.requests).to.have.lengthOf(1);
  });

  it('tunnels https URLs if HTTPS_PROXY names it', async function (this: Context) {
    const certificate = certificateFor(this);
    await using proxy = await startProxy();
    await using server = await startLoopback((_request, response) => json(response, 200, { ok: true }), certificate);
    using directory = createDirectory({ 'ca.pem': certificate.cert });
    const { call } = createCall(server.url, { proxyEnv: { HTTPS_PROXY: proxy.url }, caPath: directory.file('ca.pem') });
    expect((await call({})).json(200)).to.deep.equal({ ok: true });
    expect(proxy.asked).to.deep.equal([`CONNECT localhost:${server.port}`]);
  });

  for (const NO_PROXY of ['localhost', 'other.test,localhost', '*']) {
    it(`is bypassed for hosts of NO_PROXY=${NO_PROXY}`, async () => {
      await using proxy = await startProxy();
      await using server = await ok();
      const { call } = createCall(server.url, { proxyEnv: { HTTP_PROXY: proxy.url, NO_PROXY } });
      expect((await call({})).status).to.equal(200);
      expect(proxy.asked).to.deep.equal([]);
    });
  }

  it('is bypassed for http URLs if only HTTPS_PROXY names it', async () => {
    await using proxy = await startProxy();
    await using server = await ok();
    expect((await createCall(server.url, { proxyEnv: { HTTPS_PROXY: proxy.url } }).call({})).status).to.equal(200);
    expect(proxy.asked).to.deep.equal([]);
  });

  it('that is unreachable is an error', async () => {
    await using server = await ok();
    const proxyEnv = { HTTP_PROXY: `http://localhost:${await unusedPort()}` };
    expect((await failureOf(createCall(server.url, { proxyEnv }).call({}))).code).to.equal('ECONNREFUSED');
    expect(server.requests).to.have.lengthOf(0);
  });
});
