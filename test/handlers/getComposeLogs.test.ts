import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const BUILDS = [
  {
    success: false,
    osbuild_output: {
      log: { os: [{ id: '1', type: 'org.osbuild.rpm', output: 'Installing nginx\n', success: false }] },
    },
    job_error: { id: 10, reason: 'osbuild failed', details: null },
  },
];

describe('getComposeLogs', () => {
  it('returns the current logs of composer on every request', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    for (const builds of [[{ success: false }], BUILDS]) {
      service.composer
        .get(`/composes/${id}/logs`)
        .reply(200, { href: '', id, kind: 'ComposeLogs', image_builds: builds });
      const reply = await service.as().get(`/composes/${id}/logs`);
      expect(reply.status, reply.text).to.equal(200);
      expect(reply.body).to.deep.equal({ image_builds: builds, truncated: false });
      expect(reply.headers).not.to.have.any.keys('etag', 'cache-control');
    }
  });

  it('gives those of builds that nobody has begun, and of steps that hand it over none', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const koji = { init: { log: 'x' }, import: null };
    service.composer.get(`/composes/${id}/logs`).reply(200, { image_builds: [null, 'a text'], koji });
    const { body } = await service.as().get(`/composes/${id}/logs`);
    expect(body).to.deep.equal({ image_builds: [{}, { log: 'a text' }], truncated: false });
  });

  it('is refused where the operator does not allow it, and that is the default', async () => {
    for (const value of [undefined, 'false']) {
      await using service = await startService({ env: { COMPOSE_LOGS: value } });
      for (const id of [await service.given.compose(), randomUUID()]) {
        const reply = await service.as().get(`/composes/${id}/logs`);
        expect(reply).to.be.refused(403, 'logs of builds are not shown by this service');
      }
    }
  });

  it('takes the secrets of the request out', async () => {
    await using service = await startService();
    const hash = '$6$saltsaltsalt$hashhashhashhash';
    const [key, content] = ['my activation key', 'token of the company'];
    const request = {
      customizations: {
        users: [{ name: 'u', password: hash }],
        subscription: { 'activation-key': key },
        files: [{ path: '/etc/token', data: content }],
      },
    };
    const id = await service.given.compose({ request });
    const output = [
      `useradd -p '${hash}' u`,
      `subscription-manager register --activationkey='${key}'`,
      `writing ${Buffer.from(content).toString('base64')}: ${content}`,
      'fetching https://user:secret-password@mirror.test/x, Authorization: Bearer abcdefghijkl',
    ].join('\n');
    service.composer
      .get(`/composes/${id}/logs`)
      .reply(200, { image_builds: [{ log: { output }, password: 'hunter22' }] });
    const reply = await service.as().get(`/composes/${id}/logs`);
    expect(reply.status, reply.text).to.equal(200);
    for (const secret of ['saltsalt', key, content, 'dG9rZW4gb2Y', 'secret-password', 'abcdefghijkl', 'hunter22'])
      expect(reply.text).not.to.contain(secret);
    expect(reply.body.image_builds[0].log.output).to.contain("useradd -p '[redacted]' u");
    expect(reply.text).to.contain('mirror.test/x');
  });

  it('marks truncated logs, and contains the ends of the texts', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const output = `${'a line of a log\n'.repeat(400_000)}the reason`;
    service.composer.get(`/composes/${id}/logs`).reply(200, { image_builds: [{ success: false, output }] });
    const { body, text } = await service.as().get(`/composes/${id}/logs`);
    expect([body.truncated, body.image_builds[0].success]).to.deep.equal([true, false]);
    expect(body.image_builds[0].output).to.match(/^\[\d+ characters left out\] [^]*\nthe reason$/);
    expect(text.length).to.be.lessThan(100_000);
  });

  it('has no logs that are too long to be searched for secrets, and says so', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const output = 'a line of a log\n'.repeat(600_000);
    service.composer.get(`/composes/${id}/logs`).reply(200, { image_builds: [{ output }] });
    const reply = await service.as().get(`/composes/${id}/logs`);
    expect([reply.status, reply.body]).to.deep.equal([200, { image_builds: [], truncated: true }]);
  });

  it('responds 404 for composes of other organizations, deleted composes and unknown ids', async () => {
    await using service = await startService();
    const foreign = await service.given.compose({ orgId: '000001' });
    const deleted = await service.given.compose({ deleted: true });
    for (const id of [foreign, deleted, randomUUID()]) {
      const reply = await service.as().get(`/composes/${id}/logs`);
      expect(reply).to.be.refused(404, `Compose entry ${id} not found compose entry not found`);
    }
  });

  it('responds 404 when composer no longer has the logs', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.get(`/composes/${id}/logs`).reply(404, 'secret');
    const reply = await service.as().get(`/composes/${id}/logs`);
    expect(reply).to.be.refused(404, 'the build service does not have the logs of this build any more');
  });

  it('reports a rejection by composer without its text', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.get(`/composes/${id}/logs`).reply(400, 'secret');
    expect(await service.as().get(`/composes/${id}/logs`)).to.be.refused(500, 'Failed querying compose logs');
  });

  it('gives no details when composer sends an unreadable response or none', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    for (const text of ['no json', '[]', 'null', '{}', '{"image_builds":{}}']) {
      service.composer.get(`/composes/${id}/logs`).reply(200, text);
      expect(await service.as().get(`/composes/${id}/logs`)).to.be.refused(500, 'Internal Server Error');
    }
    service.composer.get(`/composes/${id}/logs`).replyWithError('connection refused');
    expect(await service.as().get(`/composes/${id}/logs`)).to.be.refused(500, 'Internal Server Error');
  });
});
