import { expect } from 'chai';
import { describe, it, type Context } from 'mocha';
import { createRecommendations } from '../../src/upstream/recommendations.ts';
import type { RecommendationsConfig } from '../../src/config/index.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createDirectory } from '../domain/distributions/support.ts';
import { certificateFor, json, startLoopback, type Certificate } from './loopback.ts';
import { PATIENCE } from '../support/patience.ts';
import { capturedLogger, failureOf, NO_LIMITS } from './support.ts';

const body = { packages: ['nginx'], distribution: 'rhel9', recommendedPackages: 3 };
const ANSWER = { packages: ['certbot'], modelVersion: '1' };

/** The service and its token service on one server that can be a proxy as well. */
const start = (certificate?: Certificate) =>
  startLoopback((request, response) => {
    if (request.url.endsWith('/token')) json(response, 200, { access_token: 'token', expires_in: 900 });
    else json(response, 200, ANSWER);
  }, certificate);

const clientOf = (config: RecommendationsConfig | null, proxyEnv: Record<string, string> = {}) =>
  createRecommendations(config, {
    ...{ timeout: PATIENCE, limits: NO_LIMITS, proxyEnv },
    ...{ metrics: createMetrics({ processMetrics: false }), log: capturedLogger().log },
  });

const configOf = (url: string, more: Partial<RecommendationsConfig> = {}): RecommendationsConfig => ({
  ...{ url, tokenUrl: `${url}/token`, clientId: 'id', clientSecret: 'secret', proxy: null, caPath: null },
  ...more,
});

describe('the recommendations service', () => {
  it('is called with its own token', async () => {
    await using server = await start();
    const answer = await clientOf(configOf(server.url)).getRecommendedPackages({ body });
    expect(answer.json(200)).to.deep.equal(ANSWER);
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).to.deep.equal([
      ...['POST /token', 'POST /packages/recommendations'],
    ]);
    expect(server.requests[1]?.headers.authorization).to.equal('Bearer token');
  });

  it("is called through its own proxy, which overrides the environment's", async () => {
    await using proxy = await start();
    await using other = await start();
    const client = clientOf(configOf('http://localhost:1', { proxy: proxy.url }), {
      HTTP_PROXY: other.url,
      NO_PROXY: '*',
    });
    expect((await client.getRecommendedPackages({ body })).status).to.equal(200);
    expect(proxy.requests.map(({ url }) => url)).to.deep.equal([
      ...['http://localhost:1/token', 'http://localhost:1/packages/recommendations'],
    ]);
    expect(other.requests).to.have.lengthOf(0);
  });

  it('is called through the proxy of the environment if it has none of its own', async () => {
    await using proxy = await start();
    const client = clientOf(configOf('http://localhost:1'), { HTTP_PROXY: proxy.url });
    expect((await client.getRecommendedPackages({ body })).status).to.equal(200);
    expect(proxy.requests).to.have.lengthOf(2);
  });

  it('is trusted because of its CA file, and so is its token endpoint', async function (this: Context) {
    const { key, cert } = certificateFor(this);
    using directory = createDirectory({ 'ca.pem': cert });
    await using server = await start({ key, cert });
    const client = clientOf(configOf(server.url, { caPath: directory.file('ca.pem') }));
    expect((await client.getRecommendedPackages({ body })).status).to.equal(200);
    expect(server.requests).to.have.lengthOf(2);
  });

  it('is not called without a secret', async () => {
    await using server = await start();
    const asked = clientOf(configOf(server.url, { clientSecret: '' })).getRecommendedPackages({ body });
    expect((await failureOf(asked)).service).to.equal('recommendations');
    expect(server.requests).to.have.lengthOf(0);
  });

  it('is not called if it is not configured', async () => {
    const failure = await failureOf(clientOf(null).getRecommendedPackages({ body }));
    expect(failure).to.include({ service: 'recommendations', code: 'not configured' });
  });
});
