import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { HASH } from '../domain/blueprints/support.ts';
import { composeRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';

const rich = {
  ...composeRequest,
  ...{ image_name: 'web', image_description: 'a server', client_id: 'ui' },
  customizations: { packages: ['nginx'], users: [{ name: 'u', password: HASH, groups: ['wheel'] }] },
};

const rebuild = ({ as }: TestService, id: string, headers = {}) =>
  as().post(`/composes/${id}/rebuild`, undefined, { headers });

const rowOf = async ({ sql }: TestService, id: string) => {
  const { rows } = await sql.query(
    'SELECT request, image_name, client_id, blueprint_version_id, deleted FROM composes WHERE job_id = $1',
    [id],
  );
  return rows[0];
};

describe('rebuildCompose', () => {
  it('starts a compose of the stored request, with the stored password hashes', async () => {
    await using service = await startService();
    const old = await service.given.compose({ request: rich, imageName: 'web', clientId: 'ui' });
    const id = service.composer.accepts();
    const reply = await rebuild(service, old);
    expect(reply.status, reply.text).to.equal(201);
    expect(reply.body).to.deep.equal({ id });
    expect(service.composer.requests[0]).to.deep.include({ distribution: 'centos-9' });
    expect(service.composer.requests[0]!.customizations?.users).to.deep.equal([
      { name: 'u', password: HASH, groups: ['wheel'] },
    ]);
    expect(await rowOf(service, id)).to.deep.equal({
      request: { ...rich, client_id: 'api' },
      ...{ image_name: 'web', client_id: 'api', blueprint_version_id: null, deleted: false },
    });
    expect(await rowOf(service, old)).to.deep.include({ request: rich });
  });

  it('keeps the blueprint version of the compose when newer versions exist', async () => {
    await using service = await startService();
    const { id: blueprint, versionIds } = await service.given.blueprint({ versions: [{}, {}] });
    const [version = null] = versionIds;
    const old = await service.given.compose({ blueprintVersionId: version });
    const id = service.composer.accepts();
    await rebuild(service, old);
    expect(await rowOf(service, id)).to.deep.include({ blueprint_version_id: version });
    expect(service.composer.requests[0]).to.deep.include({ blueprint_id: blueprint });
    const { data } = (await service.as().get(`/blueprints/${blueprint}/composes?blueprint_version=1`)).body;
    expect(data.map((item: { id: string }) => item.id)).to.have.members([old, id]);
  });

  for (const [header, client] of [
    ['mcp', 'mcp'],
    ['true', 'ui'],
  ]) {
    it(`says that it is the client ${client} who builds, for the header ${header}`, async () => {
      await using service = await startService();
      const id = service.composer.accepts();
      await rebuild(service, await service.given.compose(), { 'X-ImageBuilder-ui': header });
      expect(await rowOf(service, id)).to.deep.include({ client_id: client });
    });
  }

  it('starts one compose per idempotency key, and repeats the first response', async () => {
    await using service = await startService();
    const old = await service.given.compose();
    const id = service.composer.accepts();
    const key = { 'Idempotency-Key': '"again"' };
    const replies = [await rebuild(service, old, key), await rebuild(service, old, key)];
    expect(replies.map(({ body }) => body)).to.deep.equal([{ id }, { id }]);
    expect(replies[1]!.headers).to.have.property('idempotency-replayed', 'true');
    const other = await service.given.compose();
    expect(await rebuild(service, other, key)).to.be.refused(422, /used for another request/, 'Idempotency key reused');
  });

  it('is rejected beyond the quota, exactly for concurrent requests', async () => {
    const quota = { default: { quota: 4, slidingWindow: 1209600000000000 } };
    await using service = await startService({ quota });
    const old = await service.given.compose();
    for (let room = 0; room < 3; room += 1) service.composer.accepts();
    const replies = await Promise.all(Array.from({ length: 10 }, () => rebuild(service, old)));
    const statuses = replies.map(({ status }) => status).toSorted();
    expect(statuses).to.deep.equal([201, 201, 201, 403, 403, 403, 403, 403, 403, 403]);
    expect(await rebuild(service, old)).to.be.refused(403, 'Quota of 4 builds per 14 days exceeded for user');
  });

  it('checks the current entitlement, restrictions and availability of the distribution', async () => {
    await using service = await startService();
    const stored = (distribution: string) => service.given.compose({ request: { ...composeRequest, distribution } });
    const unentitled = service.as({ entitled: false });
    expect(await unentitled.post(`/composes/${await stored('rhel-9.6')}/rebuild`)).to.be.refused(
      400,
      'distribution not available',
    );
    expect(await rebuild(service, await stored('fedora-42'))).to.be.refused(403, /not authorized to build fedora-42/);
    expect(await rebuild(service, await stored('rhel-9.6-nightly'))).to.be.refused(400, 'distribution not available');
  });

  for (const [what, change, where] of [
    ['lacks its images', { image_requests: undefined }, '/image_requests'],
    ['names a distribution that there is no more', { distribution: 'centos-4' }, '/distribution'],
    ['says what cannot be said any more', { of_old: 1 }, '": property "of_old" is unsupported'],
    ['has a member of another type', { customizations: { packages: 'vim' } }, '/customizations/packages'],
    [
      'has a size beyond what can be passed on',
      { image_requests: [{ ...composeRequest.image_requests[0], size: 'x' }] },
      '/image_requests/0/size',
    ],
  ] as const) {
    it(`refuses a stored request that ${what}, and says where`, async () => {
      await using service = await startService();
      const id = await service.given.compose({ request: { ...composeRequest, ...change } });
      expect(await rebuild(service, id)).to.be.refused(
        422,
        new RegExp(`^the request of the compose is not accepted any more: Error at "${where}`),
        'Stored request not accepted',
      );
    });
  }

  it('omits members that the contract no longer contains', async () => {
    await using service = await startService();
    const request = { ...composeRequest, customizations: { packages: ['vim'], of_old: { x: 1 } } };
    const id = service.composer.accepts();
    await rebuild(service, await service.given.compose({ request }));
    expect(await rowOf(service, id)).to.deep.include({
      request: { ...composeRequest, customizations: { packages: ['vim'] }, client_id: 'api' },
    });
  });

  it('rebuilds cancelled and failed composes', async () => {
    await using service = await startService();
    const old = await service.given.compose();
    service.composer.hasStatus(old, { image_status: { status: 'building' } });
    service.composer.deletes(old);
    await service.as().post(`/composes/${old}/cancel`);
    service.composer.accepts();
    expect((await rebuild(service, old)).status).to.equal(201);
  });

  it('responds 404 for composes of other organizations, deleted composes and unknown ids', async () => {
    await using service = await startService();
    const foreign = await service.given.compose({ orgId: '000001' });
    const deleted = await service.given.compose({ deleted: true });
    for (const id of [foreign, deleted, randomUUID()])
      expect(await rebuild(service, id)).to.be.refused(404, 'compose entry not found');
  });
});
