import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const version = { version: '1.0', build_commit: 'abcdef0', build_time: '2026-01-02T03:04:05Z' };

describe('getVersion', () => {
  it('contains the version of the API, and commit and time of the build', async () => {
    await using service = await startService();
    const reply = await service.as().get('/version');
    expect(reply.status).to.equal(200);
    expect(reply.body).to.deep.equal(version);
  });

  it('needs an identity', async () => {
    await using service = await startService();
    const reply = await service.anonymous.get('/version');
    expect(reply.status).to.equal(401);
  });

  it('leaves commit and time empty if the build did not set them', async () => {
    await using service = await startService({ env: { BUILD_COMMIT: undefined, BUILD_TIME: undefined } });
    const reply = await service.as().get('/version');
    expect(reply.body).to.deep.equal({ version: '1.0', build_commit: '', build_time: '' });
  });

  it('is also the response of the liveness probe, at the root and without identity', async () => {
    await using service = await startService();
    const reply = await service.root.get('/status');
    expect(reply.status).to.equal(200);
    expect(reply.headers['content-type']).to.equal('application/json');
    expect(reply.body).to.deep.equal(version);
  });
});
