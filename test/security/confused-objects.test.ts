// Parents and children: a version or a build is reached through the blueprint that it belongs to and no other, and an id names
// an object of one kind. Namespaces: names belong to one organization.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintBody } from '../support/given.ts';
import { ORG } from '../support/identity.ts';
import { startService } from '../support/service.ts';
import { giveObjects, unknownObjects } from './organization.ts';
import { requestFor, type Objects } from './recipes.ts';
import { readTables } from './tables.ts';
import { ask, comparable, objectOperations, operationOf } from './walk.ts';

const OTHER = '000001';

describe('an id of something else', () => {
  for (const operation of objectOperations) {
    it(`${operation.id}: gets the response of an unknown id`, async () => {
      await using service = await startService();
      const objects = await giveObjects(service, ORG);
      const { rows } = await service.sql.query<{ id: string }>('SELECT id FROM blueprint_versions');
      const before = await readTables(service.sql);
      const unknown = unknownObjects(objects);
      const none = await ask(service.as(), requestFor(operation, unknown));
      expect(none.status).to.equal(404);
      const confused: readonly Objects[] = [
        {
          ...objects,
          blueprint: objects.compose,
          compose: objects.clone ?? '',
          clone: objects.compose,
          webhook: objects.blueprint,
        },
        {
          ...objects,
          blueprint: objects.clone ?? '',
          compose: objects.blueprint,
          clone: objects.blueprint,
          webhook: objects.compose,
        },
        ...rows.map(({ id }) => ({ ...objects, blueprint: id, compose: id, clone: id, webhook: id })),
      ];
      for (const wrong of confused) {
        const reply = await ask(service.as(), requestFor(operation, wrong));
        expect(comparable(reply, wrong)).to.deep.equal(comparable(none, unknown));
      }
      expect(await readTables(service.sql)).to.deep.equal(before);
    });
  }
});

describe('a version of a blueprint', () => {
  it('is not found through another blueprint', async () => {
    await using service = await startService();
    const two = await service.given.blueprint({
      versions: [blueprintBody, { ...blueprintBody, distribution: 'rhel-9.6' }],
    });
    const one = await service.given.blueprint();
    expect((await service.as().get(`/blueprints/${two.id}?version=2`)).body.distribution).to.equal('rhel-9.6');
    expect(await service.as().get(`/blueprints/${one.id}?version=2`)).to.be.refused(404, 'blueprint not found');
    expect((await service.as().get(`/blueprints/${one.id}?version=1`)).body.distribution).to.equal('centos-9');
  });

  it('is not what another blueprint is built from, changed by, exported with or repaired to', async () => {
    await using service = await startService();
    const one = await service.given.blueprint({ name: 'one' });
    const other = await service.given.blueprint({
      name: 'other',
      versions: [blueprintBody, { ...blueprintBody, customizations: { packages: ['of-the-other'] } }],
    });
    const versionsOfOther = async () =>
      (await service.sql.query('SELECT * FROM blueprint_versions WHERE blueprint_id = $1 ORDER BY version', [other.id]))
        .rows;
    const before = await versionsOfOther();

    service.composer.accepts();
    expect((await service.as().post(`/blueprints/${one.id}/compose`)).status).to.equal(201);
    expect(JSON.stringify(service.composer.requests)).not.to.contain('of-the-other').and.not.to.contain(other.id);
    const exported = await service.as().get(`/blueprints/${one.id}/export`);
    expect(exported.body.customizations).to.deep.equal({ packages: ['nginx'] });
    expect((await service.as().put(`/blueprints/${one.id}`, { ...blueprintBody, name: 'one' })).status).to.equal(200);
    expect((await service.as().post(`/experimental/blueprints/${one.id}/fixup`)).status).to.equal(200);
    expect((await service.as().delete(`/blueprints/${one.id}`)).status).to.equal(204);
    expect(await versionsOfOther()).to.deep.equal(before);
  });

  it('separates the credentials of users of the same name in different blueprints', async () => {
    await using service = await startService();
    const withUser = (user: object) => ({ ...blueprintBody, customizations: { users: [{ name: 'root', ...user }] } });
    await service.given.blueprint({
      name: 'other',
      versions: [withUser({ password: '$6$a$theirs', ssh_key: 'theirs' })],
    });
    const { id } = await service.given.blueprint({ name: 'one', versions: [withUser({})] });
    expect((await service.as().put(`/blueprints/${id}`, { name: 'one', ...withUser({}) })).status).to.equal(200);
    const { rows } = await service.sql.query('SELECT body FROM blueprint_versions WHERE blueprint_id = $1', [id]);
    expect(rows).to.have.length(2);
    expect(JSON.stringify(rows)).not.to.contain('theirs');
  });
});

describe('a build of a blueprint', () => {
  it('is not listed through another blueprint, for any requested version', async () => {
    await using service = await startService();
    const [one, other] = [await giveObjects(service, ORG), await giveObjects(service, ORG, 2)];
    for (const version of ['', '?blueprint_version=1', '?blueprint_version=2', '?blueprint_version=-1']) {
      const { body, text } = await service.as().get(`/blueprints/${one.blueprint}/composes${version}`);
      const own = body.data.map(({ id }: { id: string }) => id);
      expect(own, version).to.deep.equal(version.endsWith('=1') ? [] : [one.compose]);
      expect(body.meta.count, version).to.equal(own.length);
      expect(text, version).not.to.contain(other.compose);
    }
  });

  it('stays when another blueprint is deleted, and its blueprint stays when it is deleted', async () => {
    await using service = await startService();
    const [one, other] = [await giveObjects(service, ORG), await giveObjects(service, ORG, 2)];
    expect((await service.as().delete(`/blueprints/${other.blueprint}`)).status).to.equal(204);
    expect((await service.as().get(`/blueprints/${one.blueprint}/composes`)).body.meta.count).to.equal(1);
    expect((await service.as().delete(`/composes/${one.compose}`)).status).to.equal(200);
    expect((await service.as().get(`/blueprints/${one.blueprint}`)).status).to.equal(200);
    expect((await service.as().get(`/blueprints/${one.blueprint}/composes`)).body.meta.count).to.equal(0);
  });

  it('of another organization is not listed, even if a row claimed that it belongs to the blueprint', async () => {
    await using service = await startService();
    const { id, versionIds } = await service.given.blueprint();
    const foreign = await service.given.compose({ orgId: OTHER, blueprintVersionId: versionIds[0] ?? null });
    const { body } = await service.as().get(`/blueprints/${id}/composes`);
    expect(body).to.deep.include({ meta: { count: 0 }, data: [] });
    await service.as().delete(`/blueprints/${id}`);
    const { rows } = await service.sql.query('SELECT deleted FROM composes WHERE job_id = $1', [foreign]);
    expect(rows).to.deep.equal([{ deleted: false }]);
  });
});

describe('the names of blueprints', () => {
  it('belong to one organization: others have the same, change and delete theirs, and see their own only', async () => {
    await using service = await startService();
    const [mine, theirs] = [service.as(), service.as({ orgId: OTHER })];
    const create = { ...blueprintBody, name: 'web' };
    const ids = [await mine.post('/blueprints', create), await theirs.post('/blueprints', create)].map(
      ({ body }) => body.id,
    );
    expect(new Set(ids)).to.have.length(2);
    for (const [index, client] of [mine, theirs].entries()) {
      for (const query of ['name=web', 'search=web', 'search=', '']) {
        const { body } = await client.get(`/blueprints?${query}`);
        expect(
          body.data.map(({ id }: { id: string }) => id),
          query,
        ).to.deep.equal([ids[index]]);
        expect(body.meta.count, query).to.equal(1);
      }
    }
    expect((await theirs.put(`/blueprints/${ids[1]}`, { ...create, description: 'changed' })).status).to.equal(200);
    expect((await theirs.delete(`/blueprints/${ids[1]}`)).status).to.equal(204);
    const kept = await mine.get(`/blueprints/${ids[0]}`);
    expect(kept.body).to.include({ name: 'web', description: '' });
    expect((await mine.get('/blueprints')).body.data[0]).to.include({ version: 1 });
  });

  it('may be the id of a blueprint of another organization, which changes nothing for it', async () => {
    await using service = await startService();
    const objects = await giveObjects(service, ORG);
    const theirs = service.as({ orgId: OTHER });
    const create = {
      ...blueprintBody,
      name: objects.blueprint,
      metadata: { parent_id: objects.blueprint, exported_at: '', is_on_prem: false },
    };
    expect((await theirs.post('/blueprints', create)).status).to.equal(201);
    // A deleted blueprint is called like its id.
    expect((await ask(service.as(), requestFor(operationOf('deleteBlueprint'), objects))).status).to.equal(204);
    expect((await theirs.get(`/blueprints?name=${objects.blueprint}`)).body.meta.count).to.equal(1);
  });

  it('are not found by an id that a client chose as a name', async () => {
    await using service = await startService();
    const id = randomUUID();
    await service.given.blueprint({ name: id });
    expect(await service.as().get(`/blueprints/${id}`)).to.be.refused(404, 'blueprint not found');
  });
});
