import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintBody } from '../support/given.ts';
import { startService } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

describe('deleteBlueprint', () => {
  it('hides the blueprint, with an empty response', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: [{}, {}] });
    const reply = await service.as().delete(`/blueprints/${id}`);
    expect([reply.status, reply.text, reply.headers['content-type']]).to.deep.equal([204, '', undefined]);
    expect(await service.as().get(`/blueprints/${id}`)).to.be.refused(404, 'blueprint not found');
    expect((await service.as().get('/blueprints')).body.data).to.deep.equal([]);
  });

  it('keeps the rows, and frees the name', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ name: 'web', versions: [{}, {}] });
    await service.as().delete(`/blueprints/${id}`);
    expect((await service.sql.query('SELECT id, name, deleted FROM blueprints')).rows).to.deep.equal([
      { id, name: id, deleted: true },
    ]);
    expect((await service.sql.query('SELECT version FROM blueprint_versions')).rows).to.have.length(2);
    await service.given.blueprint({ name: 'web' });
  });

  it('hides the builds of all its versions, and no others', async () => {
    await using service = await startService();
    const { id, versionIds } = await service.given.blueprint({ versions: [{}, {}] });
    const other = await service.given.blueprint();
    for (const blueprintVersionId of versionIds) await service.given.compose({ blueprintVersionId });
    const kept = [
      await service.given.compose(),
      await service.given.compose({ blueprintVersionId: other.versionIds[0] as string }),
    ];
    await service.as().delete(`/blueprints/${id}`);
    const { rows } = await service.sql.query('SELECT job_id FROM composes WHERE NOT deleted ORDER BY job_id');
    expect(rows.map(({ job_id }) => job_id)).to.deep.equal(kept.sort());
    expect((await service.as().get('/composes')).body.meta.count).to.equal(2);
  });

  it('leaves builds counting against the quota', async () => {
    await using service = await startService({ quota: { default: { quota: 1, slidingWindow: 1e15 } } });
    const { id, versionIds } = await service.given.blueprint();
    await service.given.compose({ blueprintVersionId: versionIds[0] as string });
    await service.as().delete(`/blueprints/${id}`);
    const other = await service.given.blueprint();
    expect((await service.as().post(`/blueprints/${other.id}/compose`)).status).to.equal(403);
  });

  it('responds 404 for unknown and deleted blueprints, and for blueprints of another organization', async () => {
    await using service = await startService();
    const stranger = await service.given.blueprint({ orgId: '000001', name: 'theirs' });
    const build = await service.given.compose({
      orgId: '000001',
      blueprintVersionId: stranger.versionIds[0] as string,
    });
    const { id } = await service.given.blueprint();
    await service.as().delete(`/blueprints/${id}`);
    for (const unknown of [UNKNOWN, stranger.id, id]) {
      expect(await service.as().delete(`/blueprints/${unknown}`)).to.be.refused(404, 'Not Found');
    }
    const { rows } = await service.sql.query('SELECT name FROM blueprints WHERE NOT deleted');
    expect(rows).to.deep.equal([{ name: 'theirs' }]);
    const builds = await service.sql.query('SELECT job_id FROM composes WHERE NOT deleted');
    expect(builds.rows).to.deep.equal([{ job_id: build }]);
  });

  it('deletes only what is meant, when If-Match says what that is', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: [blueprintBody, blueprintBody] });
    const path = `/blueprints/${id}`;
    const ifMatch = (tag: string | undefined) => ({ headers: { 'if-match': tag } });
    const tag = (await service.as().get(path)).headers.etag ?? '';
    const first = (await service.as().get(`${path}?version=1`)).headers.etag;
    for (const other of [first, `W/${tag}`, 'anything']) {
      expect(await service.as().delete(path, undefined, ifMatch(other)), other).to.be.refused(
        412,
        'the newest version of the blueprint is none of those that If-Match names',
      );
    }
    expect((await service.as().delete(path, undefined, ifMatch(`${first}, ${tag}`))).status).to.equal(204);
    expect(await service.as().delete(path, undefined, ifMatch('*'))).to.be.refused(404, 'Not Found');
  });

  it('rejects a malformed id', async () => {
    await using service = await startService();
    expect(await service.as().delete('/blueprints/x')).to.be.refused(400, /^Invalid format for parameter id/);
  });
});
