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
  it('gives the packages of the image and the commit, without what the contract does not know', async () => {
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

  it('leaves out what composer does not say', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    for (const body of [envelope(id), { ...envelope(id), packages: null, ostree_commit: null }]) {
      service.composer.get(`/composes/${id}/metadata`).reply(200, body);
      expect((await service.as().get(`/composes/${id}/metadata`)).body).to.deep.equal({});
    }
  });

  it('leaves out epoch and signature where a package has none', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer
      .get(`/composes/${id}/metadata`)
      .reply(200, { ...envelope(id), packages: [{ ...bash, epoch: null, signature: null }] });
    expect((await service.as().get(`/composes/${id}/metadata`)).body).to.deep.equal({ packages: [bash] });
  });

  it('does not know builds of other organizations, deleted ones, and those that never were', async () => {
    await using service = await startService();
    const foreign = await service.given.compose({ orgId: '000001' });
    const deleted = await service.given.compose({ deleted: true });
    for (const id of [foreign, deleted, randomUUID()]) {
      const reply = await service.as().get(`/composes/${id}/metadata`);
      expect(reply).to.be.refused(404, `Compose entry ${id} not found compose entry not found`);
    }
  });

  it("hands composer's own 404 on", async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.get(`/composes/${id}/metadata`).reply(404, 'not there');
    expect(await service.as().get(`/composes/${id}/metadata`)).to.be.refused(404, 'not there');
  });

  it('tells that composer refused, without its words', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.get(`/composes/${id}/metadata`).reply(400, 'secret');
    expect(await service.as().get(`/composes/${id}/metadata`)).to.be.refused(500, 'Failed querying compose metadata');
  });

  it('says nothing about an answer that cannot be read, or none', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    for (const text of ['no json', '[]', 'null', '{"packages":{}}', '{"packages":["bash"]}']) {
      service.composer.get(`/composes/${id}/metadata`).reply(200, text);
      expect(await service.as().get(`/composes/${id}/metadata`)).to.be.refused(500, 'Internal Server Error');
    }
    service.composer.get(`/composes/${id}/metadata`).replyWithError('connection refused');
    expect(await service.as().get(`/composes/${id}/metadata`)).to.be.refused(500, 'Internal Server Error');
  });

  it('refuses what is no id', async () => {
    await using service = await startService();
    expect(await service.as().get('/composes/1/metadata')).to.be.refused(400, /composeId/);
  });
});
