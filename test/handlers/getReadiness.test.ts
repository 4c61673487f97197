import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createCachedCall } from '../../src/lib/cached-call.ts';
import { startService } from '../support/service.ts';

const unreachableDatabase = { PGHOST: '127.0.0.1', PGPORT: '1' };

describe('getReadiness', () => {
  it('is ready when composer describes its API', async () => {
    await using service = await startService();
    service.composer.get('/openapi').reply(200, {});
    const reply = await service.as().get('/ready');
    expect(reply.status).to.equal(200);
    expect(reply.body).to.deep.equal({ readiness: 'ready' });
  });

  it('contains the text of composer when composer rejects the check', async () => {
    await using service = await startService();
    service.composer.get('/openapi').reply(503, 'being upgraded');
    const reply = await service.as().get('/ready');
    expect(reply).to.be.refused(500, 'Failed to contact osbuild-composer: being upgraded');
  });

  it('gives no reason when composer is unreachable', async () => {
    await using service = await startService();
    service.composer.get('/openapi').replyWithError('connection refused');
    const reply = await service.as().get('/ready');
    expect(reply).to.be.refused(500, 'Internal Server Error');
  });

  it('is not ready without a token for composer', async () => {
    await using service = await startService({ env: { COMPOSER_TOKEN_URL: 'http://sso.test/broken' } });
    service.sso.post('/broken').reply(500, 'no');
    const reply = await service.as().get('/ready');
    expect(reply).to.be.refused(500, 'Internal Server Error');
  });

  it('needs the database only if configured, and names it while it is away', async () => {
    await using service = await startService({ env: unreachableDatabase });
    service.composer.get('/openapi').reply(200, {});
    const reply = await service.as().get('/ready');
    expect([reply.status, reply.body]).to.deep.equal([200, { readiness: 'ready', degraded: ['database'] }]);
  });

  it('checks the database when READINESS_CHECKS contains it', async () => {
    const env = { READINESS_CHECKS: 'composer,database' };
    await using service = await startService({ env });
    service.composer.get('/openapi').reply(200, {});
    expect((await service.as().get('/ready')).status).to.equal(200);

    await using broken = await startService({ env: { ...env, ...unreachableDatabase } });
    broken.composer.get('/openapi').reply(200, {});
    expect(await broken.as().get('/ready')).to.be.refused(500, 'Failed to contact the database');
  });

  it('needs no other service by default: it names those that are away, in its body and a metric', async () => {
    await using service = await startService({ env: { READINESS_CHECKS: undefined, READINESS_CACHE_SECONDS: '0' } });
    const metric = async (name: string): Promise<string | undefined> =>
      new RegExp(`^imagebuilder_readiness_check{service="${name}"} (.*)$`, 'm').exec(
        (await service.root.get('/metrics')).text,
      )?.[1];
    service.composer.get('/openapi').reply(503, 'being upgraded');
    const degraded = await service.as().get('/ready');
    expect([degraded.status, degraded.body]).to.deep.equal([200, { readiness: 'ready', degraded: ['composer'] }]);
    expect([await metric('composer'), await metric('database')]).to.deep.equal(['0', '1']);

    service.composer.get('/openapi').reply(200, {});
    expect((await service.as().get('/ready')).body).to.deep.equal({ readiness: 'ready' });
    expect(await metric('composer')).to.equal('1');
  });

  it('is also served at the root, without identity', async () => {
    await using service = await startService({ env: { READINESS_CACHE_SECONDS: '0' } });
    service.composer.get('/openapi').reply(200, {});
    const ready = await service.root.get('/ready');
    expect([ready.status, ready.body]).to.deep.equal([200, { readiness: 'ready' }]);

    service.composer.get('/openapi').reply(500, 'broken');
    expect(await service.root.get('/ready')).to.be.refused(500, 'Failed to contact osbuild-composer: broken');
  });

  it('checks once for concurrent probes, at the root and below the prefix', async () => {
    await using service = await startService({ env: { READINESS_CACHE_SECONDS: '60' } });
    const probes = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? service.root : service.as()).get('/ready'));
    const all = Promise.all(probes);
    const answered = Promise.withResolvers<string>();
    service.composer.get('/openapi').reply(200, () => answered.promise);
    while (service.ctx.lifecycle.running < 5) await service.root.get('/status');
    answered.resolve('{}');
    expect((await all).map(({ status }) => status)).to.deep.equal(Array.from({ length: 10 }, () => 200));
  });

  it('caches the result for READINESS_CACHE_SECONDS, and then checks again', async () => {
    let now = 0;
    await using service = await startService({ context: { readiness: createCachedCall(1_000, () => now) } });
    service.composer.get('/openapi').reply(200, {});
    expect((await service.root.get('/ready')).status).to.equal(200);
    now = 999;
    expect((await service.as().get('/ready')).status).to.equal(200);

    now = 1_000;
    service.composer.get('/openapi').reply(503, 'being upgraded');
    const refusal = 'Failed to contact osbuild-composer: being upgraded';
    expect(await service.as().get('/ready')).to.be.refused(500, refusal);
    now = 1_999;
    expect(await service.root.get('/ready')).to.be.refused(500, refusal);

    now = 2_000;
    service.composer.get('/openapi').reply(200, {});
    expect((await service.root.get('/ready')).status).to.equal(200);
  });

  it('fails at once when the process is stopping, regardless of the cached result', async () => {
    await using service = await startService({ env: { READINESS_CACHE_SECONDS: '60' } });
    service.composer.get('/openapi').reply(200, {});
    expect((await service.root.get('/ready')).status).to.equal(200);
    service.ctx.lifecycle.stopping = true;
    expect(await service.root.get('/ready')).to.be.refused(503, 'the service is stopping');
    expect(await service.as().get('/ready')).to.be.refused(503, 'the service is stopping');
  });

  it('fails for a pending probe when the process starts to stop', async () => {
    await using service = await startService();
    service.composer.get('/openapi').reply(200, () => {
      service.ctx.lifecycle.stopping = true;
      return {};
    });
    expect(await service.as().get('/ready')).to.be.refused(503, 'the service is stopping');
  });
});
