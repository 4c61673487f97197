import { expect } from 'chai';
import { describe, it } from 'mocha';
import { HASH } from '../domain/blueprints/support.ts';
import { blueprintBody, guestImageRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';
const AWS = {
  ...{ architecture: 'x86_64', image_type: 'aws' },
  upload_request: { type: 'aws', options: { share_with_accounts: ['123456789012'] } },
};
const GCP = {
  ...{ architecture: 'x86_64', image_type: 'gcp' },
  upload_request: { type: 'gcp', options: { share_with_accounts: ['user:jane@example.test'] } },
};
const WRONG_TARGET = { ...guestImageRequest, upload_request: { type: 'gcp', options: {} } };

const withImages = (...images: object[]) => ({ versions: [{ ...blueprintBody, image_requests: images }] });

const rows = async ({ sql }: TestService) =>
  (
    await sql.query(
      'SELECT job_id, request, image_name, client_id, blueprint_version_id FROM composes ORDER BY created_at',
    )
  ).rows;
const sentTypes = ({ composer }: TestService) => composer.requests.map((request) => request.image_request?.image_type);
const answered = (...ids: string[]) => ids.map((id) => ({ id }));

describe('composeBlueprint', () => {
  it('starts a compose for every image request of the newest version, in order', async () => {
    await using service = await startService();
    const customizations = { packages: ['nginx'], users: [{ name: 'u', password: HASH }] };
    const { id, versionIds } = await service.given.blueprint({
      ...{ name: 'web', description: 'a server' },
      versions: [{}, { ...blueprintBody, customizations, image_requests: [AWS, guestImageRequest] }],
    });
    const builds = [service.composer.accepts(), service.composer.accepts()];
    const reply = await service.as().post(`/blueprints/${id}/compose`);
    expect(reply.status, reply.text).to.equal(201);
    expect(reply.body).to.deep.equal(answered(...builds));

    expect(sentTypes(service)).to.deep.equal(['aws', 'guest-image']);
    for (const request of service.composer.requests) {
      expect(request).to.deep.include({ blueprint_id: id, distribution: 'centos-9' });
      expect(request.customizations?.users).to.deep.equal([{ name: 'u', password: HASH }]);
    }
    const request = {
      ...{ distribution: 'centos-9', image_name: 'web', image_description: 'a server' },
      client_id: 'api',
      customizations,
    };
    expect(await rows(service)).to.deep.equal(
      [AWS, guestImageRequest].map((image, index) => ({
        ...{ job_id: builds[index], image_name: 'web', client_id: 'api', blueprint_version_id: versionIds[1] },
        request: { ...request, image_requests: [image] },
      })),
    );
  });

  for (const [what, body, sent] of [
    ['those listed', { image_types: ['guest-image', 'aws'] }, ['aws', 'guest-image']],
    ['those listed under another name', { image_types: ['ami'] }, ['aws']],
    ['none of a type that it does not have', { image_types: ['oci', 'gcp'] }, ['gcp']],
    ['none when none is listed', { image_types: [] }, []],
    ['none when nothing matches', { image_types: ['wsl'] }, []],
    ['all when nothing is said', {}, ['aws', 'gcp', 'guest-image']],
    ['all when something else is said', { surprise: 1 }, ['aws', 'gcp', 'guest-image']],
  ] as const) {
    it(`builds ${what}`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint(withImages(AWS, GCP, guestImageRequest));
      const builds = sent.map(() => service.composer.accepts());
      const reply = await service.as().post(`/blueprints/${id}/compose`, body);
      expect(reply.status, reply.text).to.equal(201);
      expect(reply.body).to.deep.equal(answered(...builds));
      expect(sentTypes(service)).to.deep.equal(sent);
    });
  }

  it('builds in image mode when the blueprint has both a base image and a distribution', async () => {
    await using service = await startService();
    const bootc = { reference: 'registry.test/bootc/rhel-10-qcow2:latest' };
    const { id } = await service.given.blueprint({ versions: [{ ...blueprintBody, customizations: {}, bootc }] });
    service.composer.accepts();
    const reply = await service.as().post(`/blueprints/${id}/compose`);
    expect(reply.status, reply.text).to.equal(201);
    expect(service.composer.requests[0]).not.to.include.keys('distribution');
    expect((await rows(service))[0].request)
      .to.deep.include({ bootc })
      .and.not.include.keys('distribution');
  });

  for (const [headers, client] of [
    [{}, 'api'],
    [{ 'x-imagebuilder-ui': '' }, 'api'],
    [{ 'X-ImageBuilder-ui': 'true' }, 'ui'],
    [{ 'x-imagebuilder-ui': 'mcp' }, 'mcp'],
  ] as const) {
    it(`stores the client ${client} for the headers ${JSON.stringify(headers)}`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint();
      service.composer.accepts();
      await service.as().post(`/blueprints/${id}/compose`, undefined, { headers });
      const [row] = await rows(service);
      expect([row.client_id, row.request.client_id]).to.deep.equal([client, client]);
    });
  }

  it('accepts a content type without a body', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    service.composer.accepts();
    const headers = { 'content-type': 'application/json' };
    expect((await service.as().post(`/blueprints/${id}/compose`, '', { headers })).status).to.equal(201);
  });

  it('validates all composes before it sends the first', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint(withImages(AWS, WRONG_TARGET));
    expect((await service.as().post(`/blueprints/${id}/compose`)).status).to.equal(400);
    expect(await rows(service)).to.deep.equal([]);
    service.composer.accepts();
    const reply = await service.as().post(`/blueprints/${id}/compose`, { image_types: ['aws'] });
    expect(reply.status, reply.text).to.equal(201);
  });

  it('reserves the quota for all composes before it sends the first', async () => {
    await using service = await startService({ quota: { default: { quota: 2, slidingWindow: 1e15 } } });
    const { id } = await service.given.blueprint(withImages(AWS, GCP, guestImageRequest));
    expect(await service.as().post(`/blueprints/${id}/compose`)).to.be.refused(403, /^Quota of 2 builds/);
    expect(await rows(service)).to.deep.equal([]);
    const selection = { image_types: ['aws', 'gcp'] };
    service.composer.accepts();
    service.composer.accepts();
    expect((await service.as().post(`/blueprints/${id}/compose`, selection)).status).to.equal(201);
    expect(await service.as().post(`/blueprints/${id}/compose`, selection)).to.be.refused(403);
  });

  it('responds with the failure of composer, and keeps the composes that were started', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint(withImages(AWS, GCP, guestImageRequest));
    const started = service.composer.accepts();
    service.composer.refuses(500, { kind: 'Error', id: '999', reason: 'no more' });
    expect((await service.as().post(`/blueprints/${id}/compose`)).status).to.equal(500);
    expect((await rows(service)).map(({ job_id: job }) => job)).to.deep.equal([started]);
    const { body } = await service.as().get(`/blueprints/${id}/composes`);
    expect(body.data[0]).to.deep.include({ id: started, blueprint_version: 1 });
  });

  it('builds blueprints whose name is longer than the name of a build may be', async () => {
    await using service = await startService();
    const name = '🚀'.repeat(150);
    const { id } = await service.given.blueprint({ name });
    service.composer.accepts();
    expect((await service.as().post(`/blueprints/${id}/compose`)).status).to.equal(201);
    expect((await rows(service))[0].image_name).to.equal('🚀'.repeat(100));
  });

  for (const body of [{ image_types: ['floppy'] }, { image_types: 'aws' }, [], 'text']) {
    it(`refuses the body ${JSON.stringify(body)}`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint();
      expect(await service.as().post(`/blueprints/${id}/compose`, body)).to.be.refused(
        400,
        /^request body has an error/,
      );
    });
  }

  it('responds 404 for unknown and deleted blueprints, and for blueprints of another organization', async () => {
    await using service = await startService();
    const stranger = await service.given.blueprint({ orgId: '000001' });
    const deleted = await service.given.blueprint({ deleted: true });
    for (const id of [UNKNOWN, stranger.id, deleted.id]) {
      expect(await service.as().post(`/blueprints/${id}/compose`)).to.be.refused(404, 'blueprint not found');
    }
    expect(await rows(service)).to.deep.equal([]);
  });
});
