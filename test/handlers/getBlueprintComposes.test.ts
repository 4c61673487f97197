import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest, guestImageRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';
const DAY = 24 * 3600 * 1000;
const ago = (milliseconds: number): Date => new Date(Date.now() - milliseconds);
const ids = (body: { data: readonly { id: string }[] }): string[] => body.data.map(({ id }) => id);
const link = (query: string): string => `/api/image-builder/v1.0/composes?${query}`;

/** A blueprint of three versions with builds of the first and the last: the older first. */
const given = async (service: TestService) => {
  const { id, versionIds } = await service.given.blueprint({ versions: [{}, {}, {}] });
  const build = (version: number, age: number) =>
    service.given.compose({ blueprintVersionId: versionIds[version - 1] as string, createdAt: ago(age) });
  const builds = [await build(1, 3000), await build(1, 2000), await build(3, 1000)];
  return { id, versionIds, builds, newestFirst: [...builds].reverse() };
};

describe('getBlueprintComposes', () => {
  it('lists the builds of all versions, newest first, and no others', async () => {
    await using service = await startService();
    const { id, newestFirst } = await given(service);
    await given(service);
    await service.given.compose();
    const reply = await service.as().get(`/blueprints/${id}/composes`);
    expect(reply.status, reply.text).to.equal(200);
    expect(ids(reply.body)).to.deep.equal(newestFirst);
    expect(reply.body.meta).to.deep.equal({ count: 3 });
    const versions = reply.body.data.map((item: Record<string, unknown>) => [
      item['blueprint_id'],
      item['blueprint_version'],
    ]);
    expect(versions).to.deep.equal([
      [id, 3],
      [id, 1],
      [id, 1],
    ]);
  });

  it('lists the builds of the version that is asked for, a negative one being the newest', async () => {
    await using service = await startService();
    const { id, builds, newestFirst } = await given(service);
    for (const [version, expected, shown] of [
      ['1', newestFirst.slice(1), '1'],
      ['2', [], '2'],
      ['3', [builds[2]], '3'],
      ['-1', [builds[2]], '3'],
      ['-9223372036854775808', [builds[2]], '3'],
      ['0', [], '0'],
      ['4', [], '4'],
      ['2147483648', [], '2147483648'],
    ] as const) {
      const { status, body } = await service.as().get(`/blueprints/${id}/composes?blueprint_version=${version}`);
      expect(status).to.equal(200);
      expect([ids(body), body.meta.count], version).to.deep.equal([expected, expected.length]);
      expect(body.links.first).to.equal(link(`blueprint_id=${id}&blueprint_version=${shown}&limit=100&offset=0`));
    }
  });

  it('returns the requested page, the total count, and links to the first and the last page', async () => {
    await using service = await startService();
    const { id, newestFirst } = await given(service);
    const { body } = await service.as().get(`/blueprints/${id}/composes?limit=2&offset=1`);
    expect(ids(body)).to.deep.equal(newestFirst.slice(1));
    expect(body.meta.count).to.equal(3);
    expect(body.links).to.deep.equal({
      first: link(`blueprint_id=${id}&limit=2&offset=0`),
      last: link(`blueprint_id=${id}&limit=2&offset=2`),
    });
  });

  it('leaves out the image types that are to be ignored, which the links do not repeat', async () => {
    await using service = await startService();
    const { id, versionIds, newestFirst } = await given(service);
    const request = { ...composeRequest, image_requests: [{ ...guestImageRequest, image_type: 'aws' }] };
    const aws = await service.given.compose({ request, blueprintVersionId: versionIds[0] as string });
    const path = `/blueprints/${id}/composes`;
    const guests = await service.as().get(`${path}?ignoreImageTypes=aws`);
    expect(ids(guests.body)).to.deep.equal(newestFirst);
    expect(guests.body.links.first).to.equal(link(`blueprint_id=${id}&limit=100&offset=0`));
    expect(ids((await service.as().get(`${path}?ignoreImageTypes=guest-image`)).body)).to.deep.equal([aws]);
    const none = await service.as().get(`${path}?ignoreImageTypes=guest-image&ignoreImageTypes=aws`);
    expect([ids(none.body), none.body.meta.count]).to.deep.equal([[], 0]);
  });

  it('excludes deleted composes and composes older than 14 days', async () => {
    await using service = await startService();
    const { id, versionIds } = await service.given.blueprint();
    const blueprintVersionId = versionIds[0] as string;
    await service.given.compose({ blueprintVersionId, deleted: true });
    await service.given.compose({ blueprintVersionId, createdAt: ago(14 * DAY + 60_000) });
    const listed = await service.given.compose({ blueprintVersionId, createdAt: ago(14 * DAY - 60_000) });
    const { body } = await service.as().get(`/blueprints/${id}/composes`);
    expect([ids(body), body.meta.count]).to.deep.equal([[listed], 1]);
  });

  it('never contains a password', async () => {
    await using service = await startService();
    const { id, versionIds } = await service.given.blueprint();
    const users = [{ name: 'a', password: '$6$hash' }, { name: 'b' }];
    const request = { ...composeRequest, customizations: { users } };
    await service.given.compose({ request, blueprintVersionId: versionIds[0] as string });
    const reply = await service.as().get(`/blueprints/${id}/composes`);
    expect(reply.text).not.to.include('$6$hash');
    expect(reply.body.data[0].request.customizations.users).to.deep.equal([
      { name: 'a', hasPassword: true },
      { name: 'b', hasPassword: false },
    ]);
  });

  it('responds 404 for unknown and deleted blueprints, and for blueprints of another organization', async () => {
    await using service = await startService();
    const stranger = await service.given.blueprint({ orgId: '000001' });
    await service.given.compose({ orgId: '000001', blueprintVersionId: stranger.versionIds[0] as string });
    const deleted = await service.given.blueprint({ deleted: true });
    for (const id of [UNKNOWN, stranger.id, deleted.id]) {
      for (const query of ['', '?blueprint_version=1', '?blueprint_version=-1']) {
        const reply = await service.as().get(`/blueprints/${id}/composes${query}`);
        expect(reply).to.be.refused(404, 'blueprint not found');
      }
    }
  });

  for (const query of [
    'blueprint_version=x',
    'blueprint_version=1.5',
    'limit=0',
    'offset=-1',
    'ignoreImageTypes=floppy',
  ]) {
    it(`refuses ${query}`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint();
      expect(await service.as().get(`/blueprints/${id}/composes?${query}`)).to.be.refused(400, /^parameter/);
    });
  }
});
