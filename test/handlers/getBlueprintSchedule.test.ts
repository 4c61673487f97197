import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

describe('getBlueprintSchedule', () => {
  it('contains the next run and the outcome of the last completed run', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    await service.given.schedule(id, { imageTypes: ['guest-image'], failures: 2 });
    const builds = [randomUUID(), randomUUID()];
    for (const [minutes, outcome, ids] of [
      [30, 'failed', []],
      [20, 'built', builds],
      // That one is still under way.
      [10, null, []],
    ] as const) {
      await service.sql.query(
        `INSERT INTO schedule_runs (id, blueprint_id, org_id, due_at, began_at, attempt, outcome, detail, compose_ids)
        VALUES ($1, $2, '000000', now() - make_interval(mins => $3), '2026-03-01 08:30:00Z', $1, $4, '1 of 2 builds failed', $5)`,
        [randomUUID(), id, minutes, outcome, ids],
      );
    }
    const { status, body } = await service.as({ user: 'other' }).get(`/blueprints/${id}/schedule`);
    expect(status).to.equal(200);
    const { updated_at: _, next_run_at: next, ...rest } = body;
    expect(Date.parse(next)).to.be.above(Date.now());
    expect(rest).to.deep.equal({
      ...{ cron: '0 3 * * *', timezone: 'UTC', only_if_changed: false, enabled: true, image_types: ['guest-image'] },
      ...{ set_by: 'user', consecutive_failures: 2 },
      last_run: {
        at: '2026-03-01T08:30:00Z',
        outcome: 'built',
        compose_ids: builds,
        detail: '1 of 2 builds failed',
      },
    });
  });

  it('responds 404 for a blueprint without a schedule', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    expect(await service.as().get(`/blueprints/${id}/schedule`)).to.be.refused(404, 'the blueprint has no schedule');
  });

  it('responds 404 for unknown and deleted blueprints, and for blueprints of another organization', async () => {
    await using service = await startService();
    const stranger = await service.given.blueprint({ orgId: '000001' });
    await service.given.schedule(stranger.id, { orgId: '000001' });
    const deleted = await service.given.blueprint();
    await service.given.schedule(deleted.id);
    await service.as().delete(`/blueprints/${deleted.id}`);
    for (const id of [UNKNOWN, stranger.id, deleted.id]) {
      expect(await service.as().get(`/blueprints/${id}/schedule`)).to.be.refused(404, 'blueprint not found');
    }
  });
});
