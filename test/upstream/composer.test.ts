import { expect } from 'chai';
import { describe, it, type Context } from 'mocha';
import { createComposer } from '../../src/upstream/composer.ts';
import type { ComposerConfig } from '../../src/config/index.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createDirectory } from '../domain/distributions/support.ts';
import { certificateFor, json, startLoopback, type Answer } from './loopback.ts';
import { PATIENCE } from '../support/patience.ts';
import { capturedLogger, failureOf, NO_LIMITS } from './support.ts';

/** Composer and its token service on one server, and a client. */
const startComposer = async (
  answer: Answer,
  config: Partial<ComposerConfig> = {},
  tls?: Parameters<typeof startLoopback>[1],
) => {
  let tokens = 0;
  const server = await startLoopback((request, response) => {
    if (request.url === '/token') json(response, 200, { access_token: `token-${(tokens += 1)}`, expires_in: 900 });
    else answer(request, response);
  }, tls);
  const { log } = capturedLogger();
  const settings = {
    timeout: PATIENCE,
    limits: NO_LIMITS,
    proxyEnv: {},
    metrics: createMetrics({ processMetrics: false }),
    log,
    validator: null,
  };
  const urls = { url: server.url, tokenUrl: `${server.url}/token`, clientId: 'id', clientSecret: 'secret' };
  return {
    server,
    client: createComposer(
      { ...urls, caPath: null, clientCertificate: null, exclusiveTenant: false, ...config },
      settings,
    ),
    calls: () => server.requests.filter(({ url }) => url !== '/token'),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

const body = { distribution: 'rhel-9.6' };

describe('composer', () => {
  it("is called below the path of its API, with a token and without the caller's identity", async () => {
    await using composer = await startComposer((_request, response) => json(response, 201, { id: 'x' }));
    const answer = await composer.client.postCompose({ body }, { headers: { 'X-Strc-Trace-Id': 'trace' } });
    expect(answer.status).to.equal(201);
    const [call] = composer.calls();
    expect(call).to.include({
      method: 'POST',
      url: '/api/image-builder-composer/v2/compose',
      body: JSON.stringify(body),
    });
    expect(call?.headers).to.include({ authorization: 'Bearer token-1', 'x-strc-trace-id': 'trace' });
    expect(call?.headers).to.not.have.property('x-rh-identity');
  });

  it('is called with the cached token', async () => {
    await using composer = await startComposer((_request, response) => json(response, 200, {}));
    for (const id of ['a', 'b']) await composer.client.getComposeStatus({ path: { id } });
    expect(composer.calls().map(({ url }) => url)).to.deep.equal([
      ...['/api/image-builder-composer/v2/composes/a', '/api/image-builder-composer/v2/composes/b'],
    ]);
    expect(composer.server.requests).to.have.lengthOf(3);
  });

  for (const status of [401, 403]) {
    it(`that rejects a token with ${status} receives the same request with another token`, async () => {
      await using composer = await startComposer((request, response) => {
        json(response, request.headers.authorization === 'Bearer token-1' ? status : 201, {});
      });
      expect((await composer.client.postCompose({ body })).status).to.equal(201);
      expect(composer.calls().map(({ headers }) => headers.authorization)).to.deep.equal([
        'Bearer token-1',
        'Bearer token-2',
      ]);
      expect(new Set(composer.calls().map((call) => call.body)).size).to.equal(1);
    });
  }

  it('that rejects the new token as well is not called a third time', async () => {
    await using composer = await startComposer((_request, response) => json(response, 401, {}));
    expect((await composer.client.postCompose({ body })).status).to.equal(401);
    expect(composer.calls()).to.have.lengthOf(2);
  });

  it('is not called without a secret', async () => {
    await using composer = await startComposer((_request, response) => json(response, 201, {}), { clientSecret: '' });
    expect((await failureOf(composer.client.postCompose({ body }))).service).to.equal('composer');
    expect(composer.server.requests).to.have.lengthOf(0);
  });

  it('is not called if it is not configured', async () => {
    await using composer = await startComposer((_request, response) => json(response, 201, {}), { url: '' });
    const failure = await failureOf(composer.client.postCompose({ body }));
    expect(failure).to.include({ service: 'composer', code: 'not configured' });
    expect(composer.calls()).to.have.lengthOf(0);
  });

  it('receives a client certificate instead of a token if one is configured', async function (this: Context) {
    const { key, cert } = certificateFor(this);
    using directory = createDirectory({ key, cert });
    const [caPath, clientCertificate] = [
      directory.file('cert'),
      { certPath: directory.file('cert'), keyPath: directory.file('key') },
    ];
    const demanding = { key, cert, ca: cert, requestCert: true, rejectUnauthorized: true };
    const accept: Answer = (_request, response) => json(response, 201, { id: 'x' });
    await using composer = await startComposer(accept, { caPath, clientCertificate, clientSecret: '' }, demanding);
    expect((await composer.client.postCompose({ body })).status).to.equal(201);
    expect(composer.server.requests).to.have.lengthOf(1);
    expect(composer.server.requests[0]?.headers).to.not.have.property('authorization');
  });
});
