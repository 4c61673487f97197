import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest, guestImageRequest } from '../support/given.ts';
import { identityHeader, ORG } from '../support/identity.ts';
import { API_PATH, startService } from '../support/service.ts';

const DAY = 24 * 3600 * 1000;
const ago = (milliseconds: number): Date => new Date(Date.now() - milliseconds);
const ids = (body: { data: readonly { id: string }[] }): string[] => body.data.map(({ id }) => id);
const link = (query: string): string => `/api/image-builder/v1.0/composes?${query}`;

const ofType = (type: string) => ({
  ...composeRequest,
  image_requests: [{ ...guestImageRequest, image_type: type }],
});

describe('getComposes', () => {
  it('returns an empty list without composes', async () => {
    await using service = await startService();
    const reply = await service.as().get('/composes');
    expect(reply.status).to.equal(200);
    expect(reply.body).to.deep.equal({
      meta: { count: 0 },
      links: { first: link('limit=100&offset=0'), last: link('limit=100&offset=0') },
      data: [],
    });
  });

  it('contains a compose with its request, without members that have no value', async () => {
    await using service = await startService();
    const id = await service.given.compose({ createdAt: new Date(Math.floor(Date.now() / 1000) * 1000) });
    const [item] = (await service.as().get('/composes')).body.data;
    expect(Object.keys(item).sort()).to.deep.equal(['created_at', 'id', 'request']);
    expect(item).to.deep.include({ id, request: composeRequest });
    expect(item.created_at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('contains the time of a compose in UTC, in whole seconds', async () => {
    await using service = await startService();
    const created = new Date(Math.floor(Date.now() / 1000) * 1000 - 3600_000 + 987);
    await service.given.compose({ createdAt: created });
    const [item] = (await service.as().get('/composes')).body.data;
    expect(item.created_at).to.equal(`${created.toISOString().slice(0, 19)}Z`);
  });

  it('contains name, client and blueprint version if a compose has them', async () => {
    await using service = await startService();
    const blueprint = await service.given.blueprint({ versions: [{}, {}] });
    await service.given.compose({
      ...{ imageName: 'web', clientId: 'ui' },
      blueprintVersionId: blueprint.versionIds[1] as string,
    });
    const [item] = (await service.as().get('/composes')).body.data;
    expect(item).to.deep.include({
      ...{ image_name: 'web', client_id: 'ui' },
      ...{ blueprint_id: blueprint.id, blueprint_version: 2 },
    });
  });

  it('never contains a password, only that a user has one', async () => {
    await using service = await startService();
    const users = [
      { name: 'a', password: '$6$hash' },
      { name: 'b', ssh_key: 'ssh-rsa AAAA' },
      { name: 'c', password: '' },
    ];
    await service.given.compose({ request: { ...composeRequest, customizations: { users } } });
    const reply = await service.as().get('/composes');
    expect(reply.text).not.to.include('$6$hash');
    expect(reply.body.data[0].request.customizations.users).to.deep.equal([
      { name: 'a', hasPassword: true },
      { name: 'b', ssh_key: 'ssh-rsa AAAA', hasPassword: false },
      { name: 'c', hasPassword: false },
    ]);
  });

  it('lists the newest compose first, and composes with the same time in a stable order', async () => {
    await using service = await startService();
    const moment = ago(60_000);
    const old = await service.given.compose({ createdAt: ago(120_000) });
    const same: string[] = [];
    for (let i = 0; i < 3; i += 1) same.push(await service.given.compose({ createdAt: moment }));
    const recent = await service.given.compose({ createdAt: ago(1_000) });
    const expected = [recent, ...same.sort().reverse(), old];
    expect(ids((await service.as().get('/composes')).body)).to.deep.equal(expected);
    const pages = await Promise.all(
      [0, 1, 2, 3, 4].map((offset) => service.as().get(`/composes?limit=1&offset=${offset}`)),
    );
    expect(pages.flatMap(({ body }) => ids(body))).to.deep.equal(expected);
  });

  it('excludes composes of other organizations, deleted composes, and composes older than 14 days', async () => {
    await using service = await startService();
    await service.given.compose({ orgId: '000001' });
    await service.given.compose({ deleted: true });
    await service.given.compose({ createdAt: ago(14 * DAY + 60_000) });
    const listed = await service.given.compose({ createdAt: ago(14 * DAY - 60_000) });
    const { body } = await service.as().get('/composes');
    expect(ids(body)).to.deep.equal([listed]);
    expect(body.meta.count).to.equal(1);
  });

  it('returns the requested page, the total count, and links to the first and the last page', async () => {
    await using service = await startService();
    const all: string[] = [];
    for (let i = 0; i < 5; i += 1) all.push(await service.given.compose({ createdAt: ago(i * 1000) }));
    const { body } = await service.as().get('/composes?limit=2&offset=1');
    expect(ids(body)).to.deep.equal(all.slice(1, 3));
    expect(body.meta).to.deep.equal({ count: 5 });
    expect(body.links).to.deep.equal({ first: link('limit=2&offset=0'), last: link('limit=2&offset=4') });
    expect(ids((await service.as().get('/composes?offset=5')).body)).to.deep.equal([]);
  });

  it('excludes ignored image types, and then also composes without an image type', async () => {
    await using service = await startService();
    const guest = await service.given.compose({ request: ofType('guest-image'), createdAt: ago(3_000) });
    const aws = await service.given.compose({ request: ofType('aws'), createdAt: ago(2_000) });
    await service.given.compose({ request: { distribution: 'centos-9', image_requests: [] }, createdAt: ago(1_000) });

    const one = await service.as().get('/composes?ignoreImageTypes=guest-image');
    expect([ids(one.body), one.body.meta.count]).to.deep.equal([[aws], 1]);
    const both = await service.as().get('/composes?ignoreImageTypes=guest-image&ignoreImageTypes=aws');
    expect([ids(both.body), both.body.meta.count]).to.deep.equal([[], 0]);
    const other = await service.as().get('/composes?ignoreImageTypes=oci');
    expect(ids(other.body)).to.deep.equal([aws, guest]);
  });

  it('does not repeat the ignored image types in the links', async () => {
    await using service = await startService();
    const { body } = await service.as().get('/composes?ignoreImageTypes=aws&ignoreImageTypes=gcp&limit=10');
    expect(body.links.first).to.equal(link('limit=10&offset=0'));
  });

  it('treats a value with a comma as one value, which is no image type', async () => {
    await using service = await startService();
    const reply = await service.as().get('/composes?ignoreImageTypes=aws,gcp');
    expect(reply).to.be.refused(400, /^parameter "ignoreImageTypes" in query has an error: /);
  });

  it('contains requests that earlier releases stored, with any members', async () => {
    await using service = await startService();
    const request = { ...composeRequest, image_description: 'old', client_id: 'api' };
    await service.given.compose({ id: randomUUID(), request });
    const reply = await service.as().get('/composes');
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.body.data[0].request).to.deep.equal(request);
  });

  for (const query of ['limit=0', 'limit=101', 'limit=abc', 'offset=-1', 'offset=1.5', 'offset=', 'limit=1&limit=2']) {
    it(`refuses ${query}`, async () => {
      await using service = await startService();
      expect(await service.as().get(`/composes?${query}`)).to.be.refused(400, /parameter "?(limit|offset)"?/);
    });
  }

  describe('with builds that are too large to be read together', () => {
    const largeRequest = (size: number) => ({
      ...composeRequest,
      customizations: { files: [{ path: '/etc/custom/large', data: 'x'.repeat(size) }] },
    });

    for (const [title, sizes] of [
      ['after small ones', [10, 10, 1_200_000, 10, 1_500_000]],
      ['before small ones', [1_200_000, 10, 10]],
      ['that are small alone', [400_000, 400_000, 400_000, 400_000]],
    ] as const)
      it(`has all of them, ${title}`, async () => {
        await using service = await startService();
        const ids: string[] = [];
        for (const [index, size] of sizes.entries())
          ids.push(
            await service.given.compose({
              request: largeRequest(size),
              createdAt: new Date(Date.now() - index * 1000),
            }),
          );
        const { status, headers, body } = await service.as().get(`/composes?limit=${sizes.length}`);
        expect(status).to.equal(200);
        expect(headers['content-type']).to.equal('application/json');
        expect(body.meta.count).to.equal(sizes.length);
        expect(body.data.map(({ id }: { id: string }) => id)).to.deep.equal(ids);
        for (const [index, size] of sizes.entries())
          expect(body.data[index].request.customizations.files[0].data).to.have.lengthOf(size);
        const second = await service.as().get('/composes?limit=2&offset=1');
        expect(second.body.data.map(({ id }: { id: string }) => id)).to.deep.equal(ids.slice(1, 3));
        const head = await service.as().send('HEAD', '/composes');
        expect([head.status, head.text]).to.deep.equal([200, '']);
        const filtered = await service.as().get('/composes?distribution=centos-9&limit=100');
        expect(filtered.body.data.map(({ id }: { id: string }) => id)).to.deep.equal(ids);
      });

    it('reads these one at a time for each organization, and ends the turn with the item', async () => {
      await using service = await startService();
      const { largeItems } = service.ctx;
      for (const orgId of [ORG, '000001'])
        for (const _ of [1, 2]) await service.given.compose({ orgId, request: largeRequest(1_200_000) });
      const turn = await largeItems.take(ORG);
      const waiting = [service.as().get('/composes'), service.as().get('/composes')];
      expect((await service.as({ orgId: '000001' }).get('/composes')).body.data).to.have.length(2);
      while (largeItems.waiting < 2) await new Promise(setImmediate);
      turn[Symbol.dispose]();
      for (const { body } of await Promise.all(waiting)) expect(body.data).to.have.length(2);
      expect([largeItems.running, largeItems.waiting]).to.deep.equal([0, 0]);
    });

    it('frees the turn of a client that disconnects', async () => {
      await using service = await startService();
      const { largeItems } = service.ctx;
      for (const _ of [1, 2, 3, 4]) await service.given.compose({ request: largeRequest(1_900_000) });
      const headers = { 'x-rh-identity': identityHeader({ orgId: ORG }) };
      const unread = request({ host: '127.0.0.1', port: service.port, path: `${API_PATH}/composes`, headers }).end();
      const [response] = (await once(unread, 'response')) as [IncomingMessage];
      while (largeItems.running === 0) await new Promise(setImmediate);
      response.destroy();
      while (largeItems.running > 0) await new Promise(setImmediate);
      expect((await service.as().get('/composes')).body.data).to.have.length(4);
    });
  });
});
