import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const bash = {
  ...{ type: 'rpm', name: 'bash', version: '5.1.8', release: '9.el9', arch: 'x86_64' },
  sigmd5: '0123456789abcdef0123456789abcdef',
};
const envelope = (id: string) => ({ href: `/composes/${id}/metadata`, id, kind: 'ComposeMetadata' });

describe('getComposeMetadata', () => {
  it('returns the packages of the image and the commit, without members unknown to the contract', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const signed = { ...bash, epoch: '1', signature: 'RSA' };
    service.composer.get(`/composes/${id}/metadata`).reply(200, {
      ...envelope(id),
      packages: [{ ...bash, checksum: 'sha256:0' }, signed],
      ostree_commit: 'abc',
      request: { secret: true },
    });
    const reply = await service.as().get(`/composes/${id}/metadata`);
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.body).to.deep.equal({ packages: [bash, signed], ostree_commit: 'abc' });
  });

  it('omits members that composer does not send', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    for (const body of [envelope(id), { ...envelope(id), packages: null, ostree_commit: null }]) {
      service.composer.get(`/composes/${id}/metadata`).reply(200, body);
      expect((await service.as().get(`/composes/${id}/metadata`)).body).to.deep.equal({});
    }
  });

  it('omits epoch and signature for packages without them', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer
      .get(`/composes/${id}/metadata`)
      .reply(200, { ...envelope(id), packages: [{ ...bash, epoch: null, signature: null }] });
    expect((await service.as().get(`/composes/${id}/metadata`)).body).to.deep.equal({ packages: [bash] });
  });

  it('responds 404 for composes of other organizations, deleted composes and unknown ids', async () => {
    await using service = await startService();
    const foreign = await service.given.compose({ orgId: '000001' });
    const deleted = await service.given.compose({ deleted: true });
    for (const id of [foreign, deleted, randomUUID()]) {
      const reply = await service.as().get(`/composes/${id}/metadata`);
      expect(reply).to.be.refused(404, `Compose entry ${id} not found compose entry not found`);
    }
  });

  it('forwards the 404 of composer', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.get(`/composes/${id}/metadata`).reply(404, 'not there');
    expect(await service.as().get(`/composes/${id}/metadata`)).to.be.refused(404, 'not there');
  });

  it('reports a rejection by composer without its text', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.get(`/composes/${id}/metadata`).reply(400, 'secret');
    expect(await service.as().get(`/composes/${id}/metadata`)).to.be.refused(500, 'Failed querying compose metadata');
  });

  it('gives no details when composer sends an unreadable response or none', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    for (const text of ['no json', '[]', 'null', '{"packages":{}}', '{"packages":["bash"]}']) {
      service.composer.get(`/composes/${id}/metadata`).reply(200, text);
      expect(await service.as().get(`/composes/${id}/metadata`)).to.be.refused(500, 'Internal Server Error');
    }
    service.composer.get(`/composes/${id}/metadata`).replyWithError('connection refused');
    expect(await service.as().get(`/composes/${id}/metadata`)).to.be.refused(500, 'Internal Server Error');
  });

  it('rejects a malformed id', async () => {
    await using service = await startService();
    expect(await service.as().get('/composes/1/metadata')).to.be.refused(400, /composeId/);
  });
});
