import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintRequest, HASH, withCustomizations } from '../domain/blueprints/support.ts';
import { POLICY, tailored } from '../domain/compliance/support.ts';
import { blueprintBody, guestImageRequest } from '../support/given.ts';
import { fedoraIdentityHeader } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

const create = async (service: TestService, request: object = blueprintRequest()): Promise<string> => {
  const reply = await service.as().post('/blueprints', request);
  expect(reply.status, reply.text).to.equal(201);
  return reply.body.id;
};

const versionsOf = async (service: TestService, id: string, query = '') => {
  const reply = await service.as().get(`/blueprints/${id}/versions${query}`);
  expect(reply.status, reply.text).to.equal(200);
  return reply.body;
};

/** What changed, from the first version on. */
const changesOf = async (service: TestService, id: string): Promise<string[][]> =>
  (await versionsOf(service, id)).data.map(({ changes }: { changes: string[] }) => changes).reverse();

describe('getBlueprintVersions', () => {
  it('lists the versions, newest first, with time and author', async () => {
    await using service = await startService();
    const id = await create(service);
    await service.as({ user: 'jane' }).put(`/blueprints/${id}`, withCustomizations({ packages: ['nginx'] }));
    const { meta, links, data } = await versionsOf(service, id);
    expect(meta).to.deep.equal({ count: 2 });
    const page = `/api/image-builder/v1.0/blueprints/${id}/versions?limit=100&offset=0`;
    expect(links).to.deep.equal({ first: page, last: page });
    const { rows } = await service.sql.query<{ at: string }>(
      `SELECT to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM blueprint_versions ORDER BY version DESC`,
    );
    expect(data).to.deep.equal([
      { version: 2, created_at: rows[0]?.at, author: 'jane', changes: ['packages'] },
      { version: 1, created_at: rows[1]?.at, author: 'user', changes: ['created'] },
    ]);
  });

  it('names the parts that differ from the previous version, the parts of a blueprint first', async () => {
    await using service = await startService();
    const id = await create(service);
    const { distribution: _, ...imageMode } = blueprintRequest({ bootc: { reference: 'registry.test/x' } });
    const changes: readonly (readonly [object, readonly string[]])[] = [
      [withCustomizations({ packages: ['nginx'], hostname: 'web' }), ['hostname', 'packages']],
      [withCustomizations({ packages: ['nginx'], hostname: 'web' }), []],
      [{ ...withCustomizations({ hostname: 'web' }), name: 'renamed', description: 'x' }, ['packages']],
      [imageMode, ['distribution', 'bootc', 'hostname']],
      [
        blueprintRequest({ image_requests: [{ ...guestImageRequest, size: 1 }] }),
        ['distribution', 'bootc', 'image_requests'],
      ],
    ];
    for (const [request] of changes) await service.as().put(`/blueprints/${id}`, request);
    expect(await changesOf(service, id)).to.deep.equal([['created'], ...changes.map(([, expected]) => expected)]);
  });

  it('reports that a password was changed, without the password', async () => {
    await using service = await startService();
    const user = (password?: string) =>
      withCustomizations({ users: [{ name: 'u', ...(password ? { password } : {}) }] });
    const id = await create(service, user(HASH));
    await service.as().put(`/blueprints/${id}`, user());
    await service.as().put(`/blueprints/${id}`, user('$6$another$hash'));
    const reply = await service.as().get(`/blueprints/${id}/versions`);
    expect(reply.body.data.map(({ changes }: { changes: string[] }) => changes)).to.deep.equal([
      ['users'],
      [],
      ['created'],
    ]);
    expect(reply.text).not.to.contain('$6$').and.not.to.contain('hash');
  });

  it('reports no difference between forms of the same content in other releases', async () => {
    await using service = await startService();
    const users = (more: object) => ({ ...blueprintBody, customizations: { users: [{ name: 'u', ...more }] } });
    const { id } = await service.given.blueprint({
      versions: [
        users({ hasPassword: true }),
        users({}),
        { ...users({ hasPassword: false }), name: 'x', description: 'y', bootc: null },
        { ...blueprintBody, customizations: null },
        { distribution: 'centos-9' },
      ],
    });
    expect(await changesOf(service, id)).to.deep.equal([['created'], [], [], ['users'], ['image_requests']]);
  });

  it('omits the author of versions with an unknown author', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const { data } = await versionsOf(service, id);
    expect(data[0]).to.have.all.keys('version', 'created_at', 'changes');
    await service.as({ user: '', email: '' }).put(`/blueprints/${id}`, blueprintRequest());
    expect((await versionsOf(service, id)).data[0]).to.have.all.keys('version', 'created_at', 'changes');
  });

  it('contains the author of every kind of identity and operation', async () => {
    await using service = await startService();
    const document = {
      entitlements: { rhel: { is_entitled: true } },
      identity: {
        ...{ type: 'ServiceAccount', org_id: '000000', internal: { org_id: '000000' } },
        service_account: { client_id: 'c', username: 'service-account-c' },
      },
    };
    const header = Buffer.from(JSON.stringify(document)).toString('base64');
    const governed = {
      ...blueprintBody,
      distribution: 'rhel-9.6',
      customizations: { openscap: { policy_id: POLICY } },
    };
    const { id } = await service.given.blueprint({ versions: [governed] });
    tailored(service.compliance);
    await service.with({ 'x-rh-identity': header }).post(`/experimental/blueprints/${id}/fixup`);
    expect((await versionsOf(service, id)).data[0]).to.include({ version: 2, author: 'service-account-c' });
  });

  it('contains the author with Fedora accounts', async () => {
    await using service = await startService({ env: { FEDORA_AUTH: 'true' } });
    const client = service.with({ 'x-fedora-identity': fedoraIdentityHeader('jiří') });
    const { body } = await client.post('/blueprints', blueprintRequest());
    expect((await client.get(`/blueprints/${body.id}/versions`)).body.data[0]).to.include({ author: 'jiří' });
  });

  it('is paged, and compares the last entry of each page with the previous version', async () => {
    await using service = await startService();
    const versions = Array.from({ length: 5 }, (_, i) => ({ ...blueprintBody, customizations: { hostname: `h${i}` } }));
    const { id } = await service.given.blueprint({ versions });
    const page = (offset: number) => versionsOf(service, id, `?limit=2&offset=${offset}`);
    const entries = async (offset: number) =>
      (await page(offset)).data.map(({ version, changes }: { version: number; changes: string[] }) => [
        version,
        ...changes,
      ]);
    expect(await entries(0)).to.deep.equal([
      [5, 'hostname'],
      [4, 'hostname'],
    ]);
    expect(await entries(2)).to.deep.equal([
      [3, 'hostname'],
      [2, 'hostname'],
    ]);
    expect(await entries(4)).to.deep.equal([[1, 'created']]);
    expect(await entries(5)).to.deep.equal([]);
    const { meta, links } = await page(5);
    expect(meta).to.deep.equal({ count: 5 });
    expect(links.last).to.match(/\?limit=2&offset=4$/);
    expect(await service.as().get(`/blueprints/${id}/versions?limit=0`)).to.be.refused(400, /limit/);
  });

  it('responds 404 for unknown and deleted blueprints, and for blueprints of another organization', async () => {
    await using service = await startService();
    const stranger = await service.given.blueprint({ orgId: '000001' });
    const deleted = await service.given.blueprint({ deleted: true });
    for (const id of [UNKNOWN, stranger.id, deleted.id]) {
      expect(await service.as().get(`/blueprints/${id}/versions`)).to.be.refused(404, 'blueprint not found');
    }
  });
});
