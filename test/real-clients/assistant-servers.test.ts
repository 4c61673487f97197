// Assistants reach the service through MCP servers.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest } from '../support/given.ts';
import { startService } from '../support/service.ts';

const JSON_TYPE = { headers: { 'content-type': 'application/json' } };

describe('an assistant server', () => {
  it('reads the document without identity, at the prefix it knows the API by', async () => {
    await using service = await startService();
    for (const path of [
      '/openapi.json',
      '/api/image-builder/v1/openapi.json',
      '/api/image-builder/v1.0/openapi.json',
    ]) {
      const { status, headers, body } = await service.root.get(path);
      expect([status, headers['content-type']], path).to.deep.equal([200, 'application/json']);
      expect(body.openapi, path).to.match(/^3\.0\./);
    }
  });

  it('finds image types and architectures as lists in the document, with no reference in between', async () => {
    await using service = await startService();
    const { schemas } = (await service.anonymous.get('/openapi.json')).body.components;
    expect(schemas.ImageTypes.enum).to.be.an('array').that.includes.members(['guest-image', 'aws', 'gcp', 'azure']);
    const { architecture } = schemas.ImageRequest.properties;
    expect(architecture.enum).to.have.members(['x86_64', 'aarch64']);
    expect(architecture).not.to.have.property('$ref');
    expect(architecture).not.to.have.property('allOf');
  });

  it('declares JSON on every request, also on a GET that has no body', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, { id, status: 'pending', image_status: { status: 'pending' } });
    for (const path of ['/distributions', '/composes?limit=7&offset=0', '/blueprints', `/composes/${id}`])
      expect((await service.as().get(path, JSON_TYPE)).status, path).to.equal(200);
  });

  it('builds a blueprint with an empty body that is declared as JSON', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const build = service.composer.accepts();
    const reply = await service.as().post(`/blueprints/${id}/compose`, undefined, JSON_TYPE);
    expect([reply.status, reply.body]).to.deep.equal([201, [{ id: build }]]);
  });

  it('is stored as the client of its composes', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    service.composer.accepts();
    await service.as().post(`/blueprints/${id}/compose`, {}, { headers: { 'X-ImageBuilder-ui': 'mcp' } });
    const { rows } = await service.sql.query('SELECT client_id FROM composes');
    expect(rows).to.deep.equal([{ client_id: 'mcp' }]);
    expect((await service.as().get('/composes')).body.data[0].client_id).to.equal('mcp');
  });

  it('receives no null for a compose without name and upload', async () => {
    await using service = await startService();
    const id = await service.given.compose({ imageName: null, clientId: null });
    service.composer.hasStatus(id, {
      id,
      status: 'pending',
      image_status: { status: 'building', upload_status: null },
    });
    const status = await service.as().get(`/composes/${id}`);
    expect(status.body).to.deep.equal({ image_status: { status: 'building' }, request: composeRequest });
    const [row] = (await service.as().get('/composes')).body.data;
    expect(row).to.have.all.keys('id', 'request', 'created_at');
  });
});
