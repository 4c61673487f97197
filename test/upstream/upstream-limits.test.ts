// What bounds and suspends calls, with real connections: what counts, what a probe sends, and that every call ends.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createTokenSource } from '../../src/upstream/oauth2.ts';
import { InvalidPathParameterError } from '../../src/upstream/errors.ts';
import type { UpstreamSettings } from '../../src/upstream/upstream-call.ts';
import { STANDSTILL } from '../support/patience.ts';
import { json, startLoopback, unusedPort, useRealConnections } from './loopback.ts';
import { createCall, createClock, failureOf, NO_LIMITS, plainHttp, refusalOf } from './support.ts';

/** A transport whose breaker opens after two failures, and the clock that it goes by. */
const createGuarded = (url: string, settings: Partial<UpstreamSettings> = {}) => {
  const clock = createClock();
  const limits = { ...NO_LIMITS, breakerFailures: 2, breakerDelay: 5000 };
  return { clock, ...createCall(url, { limits, now: clock.now, ...settings }) };
};

describe('a service that is called', () => {
  useRealConnections();

  for (const [title, breaks, settings] of [
    ['never answers', () => {}, { timeout: STANDSTILL }],
    ['breaks connections', (response: ServerResponse) => void response.destroy(), {}],
    ['answers 503', (response: ServerResponse) => json(response, 503, {}), {}],
  ] as const) {
    it(`and ${title} opens the circuit breaker, which closes once the service is available`, async () => {
      let away = true;
      await using server = await startLoopback((_request, response) =>
        away ? breaks(response) : json(response, 200, { ok: true }),
      );
      const { call, clock } = createGuarded(server.url, settings);
      await Promise.allSettled([call({ method: 'POST' }), call({ method: 'POST' })]);
      expect((await refusalOf(call({ method: 'POST' }))).reason).to.equal('breaker_open');
      expect(server.requests).to.have.lengthOf(2);
      away = false;
      clock.pass(5);
      expect((await call({ method: 'POST' })).status).to.equal(200);
      expect((await call({})).status).to.equal(200);
    });
  }

  it('and is unreachable opens the circuit breaker', async () => {
    const { call } = createGuarded(`http://localhost:${await unusedPort()}`);
    for (let i = 0; i < 2; i += 1) await failureOf(call({}));
    await refusalOf(call({}));
  });

  it('and responds 404 does not open the circuit breaker', async () => {
    await using server = await startLoopback((_request, response) => json(response, 500, {}));
    const { call } = createGuarded(server.url);
    for (let i = 0; i < 10; i += 1) expect((await call({})).status).to.equal(500);
  });

  it('does not open the circuit breaker if it is not configured or if the URL is invalid', async () => {
    const unconfigured = createGuarded('');
    for (let i = 0; i < 3; i += 1) expect((await failureOf(unconfigured.call({}))).code).to.equal('not configured');
    await using server = await startLoopback((_request, response) => json(response, 200, {}));
    const { call } = createGuarded(server.url);
    for (let i = 0; i < 3; i += 1) {
      const failure = await call({ path: '/{id}' }, { path: { id: '..' } }).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(InvalidPathParameterError);
    }
    expect((await call({})).status).to.equal(200);
  });

  it('and breaks a connection counts one failure, though a GET is repeated', async () => {
    await using server = await startLoopback((_request, response) => void response.destroy());
    const { call } = createGuarded(server.url);
    await failureOf(call({}));
    expect(server.requests).to.have.lengthOf(2);
    await failureOf(call({}));
    expect(server.requests).to.have.lengthOf(4);
    await refusalOf(call({}));
  });

  it('receives one probe on a new connection: a broken GET is not repeated then', async () => {
    let breaks = false;
    await using server = await startLoopback((_request, response) => {
      if (breaks) response.destroy();
      else json(response, 503, {});
    });
    const { call, clock } = createGuarded(server.url);
    for (let i = 0; i < 2; i += 1) await call({});
    expect([server.requests.length, server.connections()]).to.deep.equal([2, 1]);
    breaks = true;
    clock.pass(5);
    expect((await failureOf(call({}))).code).to.equal('ECONNRESET');
    expect([server.requests.length, server.connections()]).to.deep.equal([3, 2]);
    await refusalOf(call({}));
  });

  it('receives no more concurrent calls than the limit, and the other calls later', async () => {
    const held: ServerResponse[] = [];
    const asked = Promise.withResolvers<null>();
    await using server = await startLoopback((_request, response) => {
      held.push(response);
      if (held.length === 2) asked.resolve(null);
    });
    const { call } = createCall(server.url, { limits: { ...NO_LIMITS, concurrency: 2, queue: 1 } });
    const calls = [call({}), call({}), call({})];
    await asked.promise;
    expect((await refusalOf(call({}))).reason).to.equal('queue_full');
    expect(server.requests).to.have.lengthOf(2);
    const answerAll = (): void => {
      for (const response of held.splice(0)) json(response, 200, {});
    };
    answerAll();
    await Promise.all(calls.slice(0, 2));
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    answerAll();
    expect((await Promise.all(calls)).map(({ status }) => status)).to.deep.equal([200, 200, 200]);
  });
});

describe('the timeout of a call', () => {
  useRealConnections();

  it('includes redirects', async () => {
    const redirect = (_request: unknown, response: ServerResponse): void => {
      setTimeout(() => response.writeHead(302, { location: '/things' }).end(), STANDSTILL / 8);
    };
    await using server = await startLoopback(redirect);
    // Each hop is much faster than the limit; ten of them are not.
    expect((await failureOf(createCall(server.url, { timeout: STANDSTILL }).call({}))).code).to.equal('ETIMEDOUT');
    expect(server.requests.length).to.be.within(1, 8);
  });

  it('includes the repetition of a GET', async () => {
    await using server = await startLoopback((_request, response) => {
      if (server.requests.length === 1) setTimeout(() => response.destroy(), 100);
    });
    const failure = await failureOf(createCall(server.url, { timeout: STANDSTILL }).call({}));
    expect(failure.code).to.equal('ETIMEDOUT');
    expect(server.requests).to.have.lengthOf(2);
    const [, limit] = /for (\d+)ms/.exec((failure.cause as Error).message) ?? [];
    expect(Number(limit)).to.be.within(1, STANDSTILL - 95);
  });

  it('applies to token requests, also when the response is incomplete', async () => {
    await using server = await startLoopback((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{');
    });
    const config = { tokenUrl: server.url, clientId: 'id', clientSecret: 'secret' };
    const tokens = createTokenSource('a-service', config, plainHttp({ timeout: 50 }));
    expect((await failureOf(tokens.token())).code).to.equal('ETIMEDOUT');
  });
});

describe('a response that is too large', () => {
  useRealConnections();

  const MOST = 1000;
  const flood = (response: ServerResponse): void => {
    response.writeHead(200);
    const write = (): void => {
      while (!response.destroyed && response.write('x'.repeat(MOST)));
      if (!response.destroyed) response.once('drain', write);
    };
    write();
  };

  it('is not read to its end', async () => {
    const closed = Promise.withResolvers<null>();
    await using server = await startLoopback((_request, response) => {
      void once(response, 'close').then(() => closed.resolve(null));
      flood(response);
    });
    const failure = await failureOf(createCall(server.url, { maxResponseBytes: MOST }).call({}));
    expect(failure.message).to.equal('a-service did not answer anOperation (response too large)');
    await closed.promise;
  });

  it('is measured unpacked', async () => {
    await using server = await startLoopback((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(MOST * MOST)));
    });
    const { call } = createCall(server.url, { maxResponseBytes: MOST });
    for (let i = 0; i < 3; i += 1) expect((await failureOf(call({}))).code).to.equal('response too large');
  });

  it('is one that has a byte too many', async () => {
    await using server = await startLoopback((request, response) => response.end('x'.repeat(Number(request.body))));
    const { call } = createCall(server.url, { maxResponseBytes: MOST });
    expect((await call({ method: 'POST' }, { body: MOST })).text).to.have.lengthOf(MOST);
    expect((await failureOf(call({ method: 'POST' }, { body: MOST + 1 }))).code).to.equal('response too large');
  });
});

describe('the limits of responses', () => {
  useRealConnections();

  const MIB = 1024 * 1024;
  for (const direct of [true, false])
    it(`depend on the operation, and a response beyond one is logged (${direct ? 'composer' : 'others'})`, async () => {
      await using server = await startLoopback((_request, response) => response.end(Buffer.alloc(MIB + 1, ' ')));
      const { call, captured } = createCall(server.url, { direct });
      const failure = await failureOf(call({ operationId: 'getComposeStatus' }));
      expect(failure.code).to.equal('response too large');
      expect(captured.lines.find(({ event }) => event === 'upstream.response_too_large')).to.include({
        ...{ service: 'a-service', upstream_operation: 'getComposeStatus', limit: MIB },
      });
      expect((await call({ operationId: 'getComposeMetadata' })).text).to.have.lengthOf(MIB + 1);
      expect((await call({ operationId: 'listRepositories' })).text).to.have.lengthOf(MIB + 1);
    });

  it('end a response that announces more before its body is read', async () => {
    await using server = await startLoopback((_request, response) => {
      response.writeHead(200, { 'content-length': 256 * MIB }).write('{');
    });
    const failure = await failureOf(createCall(server.url, { direct: true }).call({}));
    expect(failure.code).to.equal('response too large');
  });

  it('apply to tokens', async () => {
    await using server = await startLoopback((_request, response) => response.end(Buffer.alloc(MIB + 1, ' ')));
    const config = { tokenUrl: server.url, clientId: 'id', clientSecret: 'secret' };
    const tokens = createTokenSource('a-service', config, plainHttp());
    expect((await failureOf(tokens.token())).code).to.equal('response too large');
  });
});

describe('a token endpoint', () => {
  useRealConnections();

  it('that is unavailable opens its own circuit breaker; cached tokens stay usable', async () => {
    let status = 200;
    await using server = await startLoopback((_request, response) =>
      json(response, status, { access_token: `token-${server.requests.length}`, expires_in: 3600 }),
    );
    const clock = createClock();
    const limits = { ...NO_LIMITS, breakerFailures: 2, breakerDelay: 5000 };
    const config = { tokenUrl: server.url, clientId: 'id', clientSecret: 'secret' };
    const http = plainHttp({ service: 'composer-token', limits, now: clock.now });
    const tokens = createTokenSource('composer', config, http);
    const first = await tokens.token();
    status = 503;
    for (let i = 0; i < 2; i += 1) await failureOf(tokens.renew(first));
    const refusal = await refusalOf(tokens.renew(first));
    expect(refusal).to.include({ service: 'composer-token', message: 'composer is not available at the moment' });
    expect(await tokens.token()).to.equal(first);
    expect(server.requests).to.have.lengthOf(3);
    status = 200;
    clock.pass(5);
    expect(await tokens.renew(first)).to.equal('token-4');
  });

  for (const status of [400, 401, 500]) {
    it(`that responds ${status} does not open the circuit breaker`, async () => {
      await using server = await startLoopback((_request, response) => json(response, status, {}));
      const limits = { ...NO_LIMITS, breakerFailures: 2 };
      const config = { tokenUrl: server.url, clientId: 'id', clientSecret: 'secret' };
      const tokens = createTokenSource('composer', config, plainHttp({ limits }));
      for (let i = 0; i < 5; i += 1) await failureOf(tokens.token());
      expect(server.requests).to.have.lengthOf(5);
    });
  }
});
