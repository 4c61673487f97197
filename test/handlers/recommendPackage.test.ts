import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const PATH = '/experimental/recommendations';
const body = { packages: ['nginx'], recommendedPackages: 2, distribution: 'rhel9' };

describe('recommendPackage', () => {
  it('requests recommendations for the selected packages, with a token, and returns packages and model', async () => {
    await using service = await startService();
    service.recommendations
      .matchHeader('authorization', /^Bearer ./)
      .post('/packages/recommendations', body)
      .reply(200, { packages: ['certbot', 'openssl'], modelVersion: '7', more: true });
    const reply = await service.as().post(PATH, body);
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.body).to.deep.equal({ packages: ['certbot', 'openssl'], modelVersion: '7' });
  });

  it('requests three recommendations by default', async () => {
    await using service = await startService();
    service.recommendations
      .post('/packages/recommendations', { ...body, recommendedPackages: 3 })
      .reply(200, { packages: ['certbot'] });
    const reply = await service.as().post(PATH, { packages: ['nginx'], distribution: 'rhel9' });
    expect(reply.body).to.deep.equal({ packages: ['certbot'] });
  });

  for (const [what, answer] of [
    ['no list', {}],
    ['an empty list', { packages: [], modelVersion: '7' }],
    ['null for a list', { packages: null }],
  ] as const) {
    it(`gives an empty list, without a model, for ${what}`, async () => {
      await using service = await startService();
      service.recommendations.post('/packages/recommendations').reply(200, answer);
      const reply = await service.as().post(PATH, body);
      expect(reply.status, reply.text).to.equal(200);
      expect(reply.body).to.deep.equal({ packages: [] });
    });
  }

  it('rejects a distribution without a model', async () => {
    await using service = await startService();
    for (const distribution of ['rhel7', 'rhel11', 'rhel99']) {
      const reply = await service.as().post(PATH, { ...body, distribution });
      expect(reply).to.be.refused(400, /unsupported distribution/);
    }
    expect(await service.as().post(PATH, { ...body, distribution: 'centos9' })).to.be.refused(400);
  });

  it('retries once with another token', async () => {
    await using service = await startService();
    service.recommendations.post('/packages/recommendations').reply(401, {});
    service.recommendations.post('/packages/recommendations').reply(200, { packages: ['certbot'] });
    expect((await service.as().post(PATH, body)).status).to.equal(200);
    service.recommendations.post('/packages/recommendations').times(2).reply(403, {});
    expect(await service.as().post(PATH, body)).to.be.refused(500, 'Internal Server Error');
  });

  it('fails when the service fails or answers with what is not JSON', async () => {
    await using service = await startService();
    for (const [status, text] of [
      [500, '{"packages":["x"]}'],
      [200, 'no JSON'],
      [200, 'null'],
    ] as const) {
      service.recommendations.post('/packages/recommendations').reply(status, text);
      expect(await service.as().post(PATH, body)).to.be.refused(500, 'Internal Server Error');
    }
  });
});
