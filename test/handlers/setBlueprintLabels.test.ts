import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintBody } from '../support/given.ts';
import { startService } from '../support/service.ts';

describe('setBlueprintLabels', () => {
  it('replaces the labels of a blueprint without a new version', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const client = service.as();
    const first = await client.put(`/blueprints/${id}/labels`, { labels: { team: 'web', stage: 'test' } });
    expect([first.status, first.text]).to.deep.equal([200, '{"labels":{"stage":"test","team":"web"}}\n']);
    const second = await client.put(`/blueprints/${id}/labels`, { labels: { team: 'db', 'a/b.c_d-e': '' } });
    expect(second.body).to.deep.equal({ labels: { 'a/b.c_d-e': '', team: 'db' } });
    expect((await client.get(`/blueprints/${id}`)).body.labels).to.deep.equal(second.body.labels);
    const [item] = (await client.get('/blueprints')).body.data;
    expect([item.version, item.labels]).to.deep.equal([1, second.body.labels]);
  });

  it('removes all labels with an empty object, and then omits the member', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const client = service.as();
    await client.put(`/blueprints/${id}/labels`, { labels: { team: 'web' } });
    expect((await client.put(`/blueprints/${id}/labels`, { labels: {} })).body).to.deep.equal({ labels: {} });
    expect((await client.get(`/blueprints/${id}`)).body).not.to.have.property('labels');
    expect((await client.get('/blueprints')).body.data[0]).not.to.have.property('labels');
  });

  it('keeps labels through new versions, and returns them with old versions', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: [blueprintBody, blueprintBody] });
    await service.as().put(`/blueprints/${id}/labels`, { labels: { team: 'web' } });
    for (const version of [1, 2]) {
      const { body } = await service.as().get(`/blueprints/${id}?version=${version}`);
      expect(body.labels, `version ${version}`).to.deep.equal({ team: 'web' });
    }
  });

  it('changes the tag of the blueprint, and not the part that If-Match compares', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const before = (await service.as().get(`/blueprints/${id}`)).headers.etag ?? '';
    await service.as().put(`/blueprints/${id}/labels`, { labels: { team: 'web' } });
    const after = (await service.as().get(`/blueprints/${id}`)).headers.etag ?? '';
    expect(after).not.to.equal(before);
    expect(after.split('-')[0]).to.equal(before.split('-')[0]);
  });

  it('stores one of two concurrent sets of labels, never a mixture', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const sets = [{ a: '1', same: '1' }, { b: '2', same: '2' }, { c: '3' }, {}];
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(sets.map((labels) => service.as().put(`/blueprints/${id}/labels`, { labels })));
      const { labels = {} } = (await service.as().get(`/blueprints/${id}`)).body;
      expect(sets).to.deep.include(labels);
    }
  });

  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));

  it('accepts 50 labels with keys of 63 characters and values of 255', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const labels = { ...many(49), ['k'.repeat(63)]: 'ü'.repeat(255) };
    expect((await service.as().put(`/blueprints/${id}/labels`, { labels })).status).to.equal(200);
    expect((await service.as().get(`/blueprints/${id}`)).body.labels).to.deep.equal(labels);
  });

  for (const [what, body, reason] of [
    ['51 labels', { labels: many(51) }, /"\/labels"/],
    ['a key of 64 characters', { labels: { ['k'.repeat(64)]: '' } }, /"\/labels\/k{64}"/],
    ['a key with a blank', { labels: { 'a b': '' } }, /"\/labels\/a b"/],
    ['an empty key', { labels: { '': '' } }, /"\/labels\/"/],
    ['a value of 256 characters', { labels: { team: 'v'.repeat(256) } }, /"\/labels\/team"/],
    ['a number as a value', { labels: { team: 7 } }, /"\/labels\/team"/],
    ['null as a value', { labels: { team: null } }, /"\/labels\/team"/],
    ['a value with U+0000', { labels: { team: 'a\0b' } }, /"\/labels\/team"/],
    ['a list', { labels: [] }, /"\/labels"/],
    ['no labels', {}, /"\/labels"/],
  ] as const) {
    it(`refuses ${what}, naming it, and changes nothing`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint();
      await service.as().put(`/blueprints/${id}/labels`, { labels: { kept: '1' } });
      expect(await service.as().put(`/blueprints/${id}/labels`, body)).to.be.refused(400, reason);
      expect((await service.as().get(`/blueprints/${id}`)).body.labels).to.deep.equal({ kept: '1' });
    });
  }

  it('accepts keys that are names of object prototype members', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const text = '{"labels":{"__proto__":"a","constructor":"b"}}';
    const reply = await service.as().put(`/blueprints/${id}/labels`, text);
    expect(reply.text).to.equal(`${text}\n`);
    expect((await service.as().get(`/blueprints/${id}`)).text).to.include(
      '"labels":{"__proto__":"a","constructor":"b"}',
    );
  });

  it('responds 404 for deleted and unknown blueprints, and for blueprints of another organization', async () => {
    await using service = await startService();
    const deleted = await service.given.blueprint({ deleted: true });
    const theirs = await service.given.blueprint({ orgId: '000001' });
    for (const id of [deleted.id, theirs.id, randomUUID()]) {
      const reply = await service.as().put(`/blueprints/${id}/labels`, { labels: { team: 'web' } });
      expect(reply).to.be.refused(404, 'blueprint not found');
    }
    expect((await service.sql.query('SELECT FROM blueprint_attributes')).rowCount).to.equal(0);
  });
});
