import { expect } from 'chai';
import { describe, it } from 'mocha';
import { identityHeader } from '../support/identity.ts';
import { startService } from '../support/service.ts';

const headers = { 'x-rh-identity': identityHeader() };

describe('the prefixes', () => {
  it('are the major version, the full version, and the one of the architecture document', async () => {
    await using service = await startService();
    for (const prefix of ['/api/image-builder/v1', '/api/image-builder/v1.0', '/api/v1/image-builder']) {
      const reply = await service.root.get(`${prefix}/version`, { headers });
      expect([prefix, reply.status]).to.deep.equal([prefix, 200]);
      expect((await service.root.get(`${prefix}/version`)).status, prefix).to.equal(401);
    }
  });

  it('can be configured, and the links of lists follow', async () => {
    await using service = await startService({ env: { PATH_PREFIX: '/some/where/', APP_NAME: 'builder' } });
    const reply = await service.root.get('/some/where/builder/v1/composes', { headers });
    expect(reply.status).to.equal(200);
    expect(reply.body.links.first).to.match(/^\/some\/where\/builder\/v1\.0\/composes\?/);
    expect(await service.root.get('/api/image-builder/v1/version', { headers })).to.be.refused(404, 'Not Found');
  });

  it('validate requests alike', async () => {
    await using service = await startService({ env: { PATH_PREFIX: '', APP_NAME: '' } });
    expect((await service.root.get('/v1/version', { headers })).status).to.equal(200);
    expect(await service.root.get('/v1/composes?limit=0', { headers })).to.be.refused(400, /"limit"/);
  });

  it('do not change the published contract', async () => {
    await using plain = await startService();
    await using moved = await startService({ env: { PATH_PREFIX: 'x', APP_NAME: 'y' } });
    const [one, other] = [await plain.root.get('/openapi.json'), await moved.root.get('/x/y/v1/openapi.json')];
    expect(other.text).to.equal(one.text);
  });
});
