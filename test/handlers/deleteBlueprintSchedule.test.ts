import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

describe('deleteBlueprintSchedule', () => {
  it('deletes the schedule, and nothing else of the blueprint', async () => {
    await using service = await startService();
    const { id, versionIds } = await service.given.blueprint();
    await service.given.schedule(id);
    await service.given.compose({ blueprintVersionId: versionIds[0] as string });
    const reply = await service.as().delete(`/blueprints/${id}/schedule`);
    expect([reply.status, reply.text, reply.headers['content-type']]).to.deep.equal([204, '', undefined]);
    expect((await service.as().get(`/blueprints/${id}`)).status).to.equal(200);
    expect((await service.as().get(`/blueprints/${id}/composes`)).body.meta.count).to.equal(1);
    const again = await service.as().delete(`/blueprints/${id}/schedule`);
    expect(again).to.be.refused(404, 'the blueprint has no schedule');
  });

  it('responds 404 for unknown and deleted blueprints, and for blueprints of another organization', async () => {
    await using service = await startService();
    const stranger = await service.given.blueprint({ orgId: '000001' });
    await service.given.schedule(stranger.id, { orgId: '000001' });
    const deleted = await service.given.blueprint({ deleted: true });
    for (const id of [UNKNOWN, stranger.id, deleted.id]) {
      expect(await service.as().delete(`/blueprints/${id}/schedule`)).to.be.refused(404, 'blueprint not found');
    }
    expect((await service.sql.query('SELECT * FROM blueprint_schedules')).rows).to.have.length(1);
  });
});
