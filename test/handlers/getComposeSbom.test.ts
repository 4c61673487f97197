import { expect } from 'chai';
import { describe, it } from 'mocha';
import { sbomItem } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';

const givenBuild = async ({ given, composer }: TestService): Promise<string> => {
  const id = await given.compose();
  composer.hasStatus(id, { image_status: { status: 'success' } });
  composer.get(`/composes/${id}/sboms`).reply(200, { items: [[sbomItem('build', 'buildroot'), sbomItem('os')]] });
  return id;
};

describe('getComposeSbom', () => {
  it('gives a document as a file of SPDX, whatever its purpose', async () => {
    await using service = await startService();
    const id = await givenBuild(service);
    for (const name of ['os', 'build', 'os']) {
      const { status, headers, text } = await service.as().get(`/composes/${id.toUpperCase()}/sboms/${name}`);
      expect([status, text]).to.deep.equal([200, `${JSON.stringify(sbomItem(name).sbom)}\n`]);
      expect(headers['content-type']).to.equal('application/spdx+json');
      expect(headers['content-disposition']).to.equal(`attachment; filename="${id}-${name}.spdx.json"`);
      expect(headers['content-length']).to.equal(String(Buffer.byteLength(text)));
    }
  });

  it('responds 304 to a client that has the document', async () => {
    await using service = await startService();
    const id = await givenBuild(service);
    const { headers } = await service.as().get(`/composes/${id}/sboms/os`);
    const again = await service.as().get(`/composes/${id}/sboms/os`, { headers: { 'if-none-match': headers.etag } });
    expect([again.status, again.text]).to.deep.equal([304, '']);
  });

  it('says that there is none of that name, as JSON', async () => {
    await using service = await startService();
    const id = await givenBuild(service);
    for (let reads = 0; reads < 2; reads += 1) {
      const reply = await service.as().get(`/composes/${id}/sboms/image`);
      expect(reply).to.be.refused(404, 'the build has no bill of materials of that name');
      expect(reply.headers['content-type']).to.equal('application/json');
    }
  });

  it('rejects a malformed name', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    for (const name of ['..', '%2e%2e', 'a%2Fb', 'a.b', '%22', '%0d%0a', '%C3%A9', 'x'.repeat(101)]) {
      const reply = await service.as().get(`/composes/${id}/sboms/${name}`);
      expect(reply, name).to.be.refused(400, /sbomName/);
    }
    expect((await service.as().get(`/composes/${id}/sboms/`)).status).to.equal(404);
  });

  it('does not exist for a running or failed compose', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, { image_status: { status: 'building' } });
    expect(await service.as().get(`/composes/${id}/sboms/os`)).to.be.refused(409, 'the build is not finished');
    service.composer.hasStatus(id, { image_status: { status: 'failure' } });
    expect(await service.as().get(`/composes/${id}/sboms/os`)).to.be.refused(404, /^the build failed/);
  });

  it('is checked against the contract despite its media type', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.sboms.insert('000000', id, [{ name: 'os', ...sbomItem(), document: '[]' }]);
    const reply = await service.as().get(`/composes/${id}/sboms/os`);
    expect(reply).to.be.refused(500, 'the answer does not fit the contract');
  });
});
