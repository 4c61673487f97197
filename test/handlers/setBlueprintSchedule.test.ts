import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintBody, guestImageRequest } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { startService } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const nightly = { cron: '0 3 * * *' };

describe('setBlueprintSchedule', () => {
  it('stores the schedule of a blueprint, and returns it', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const reply = await service.as({ user: 'jana' }).put(`/blueprints/${id}/schedule`, nightly);
    expect(reply.status, reply.text).to.equal(200);
    const { updated_at: updated, next_run_at: next, ...schedule } = reply.body;
    expect(schedule).to.deep.equal({
      ...{ cron: '0 3 * * *', timezone: 'UTC', only_if_changed: false, enabled: true, set_by: 'jana' },
      consecutive_failures: 0,
    });
    expect(updated).to.match(TIME);
    expect(next).to.match(/T03:00:00Z$/);
    expect(Date.parse(next))
      .to.be.above(Date.now())
      .and.below(Date.now() + 25 * 3600 * 1000);
    expect((await service.as().get(`/blueprints/${id}/schedule`)).body).to.deep.equal(reply.body);
  });

  it('replaces the one that is there, and lets it begin anew', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    await service.given.schedule(id, { failures: 5, dueIn: null, username: 'somebody' });
    await service.sql.query(
      "UPDATE blueprint_schedules SET disabled_at = now(), disabled_reason = 'too bad', packages = 'known'",
    );
    expect((await service.as().get(`/blueprints/${id}/schedule`)).body).to.include({ disabled_reason: 'too bad' });
    const body = { ...nightly, timezone: 'Asia/Tokyo', only_if_changed: true, image_types: ['guest-image'] };
    const reply = await service.as().put(`/blueprints/${id}/schedule`, body);
    expect(reply.body).to.deep.include({ ...body, consecutive_failures: 0, set_by: 'user' });
    expect(reply.body).not.to.have.any.keys('disabled_at', 'disabled_reason');
    expect(reply.body.next_run_at).to.match(/T18:00:00Z$/);
    const { rows } = await service.sql.query('SELECT packages FROM blueprint_schedules');
    expect(rows).to.deep.equal([{ packages: 'known' }]);
  });

  it('keeps one that is not enabled without a time', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const { body } = await service.as().put(`/blueprints/${id}/schedule`, { ...nightly, enabled: false });
    expect(body).to.include({ enabled: false }).and.not.to.have.any.keys('next_run_at', 'disabled_at');
  });

  it('stores the members of the identity that composes need, and no header', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'trace' } });
    const { id } = await service.given.blueprint();
    const identity = { user: 'jana', email: 'jana@example.test', accountNumber: '7', entitled: false };
    await service.as(identity).put(`/blueprints/${id}/schedule`, nightly);
    const { rows } = await service.sql.query('SELECT org_id, caller FROM blueprint_schedules');
    expect(rows).to.deep.equal([
      {
        org_id: '000000',
        caller: { accountNumber: '7', email: 'jana@example.test', username: 'jana', type: 'User', entitled: false },
      },
    ]);
    const { rows: texts } = await service.sql.query('SELECT s::text AS text FROM blueprint_schedules AS s');
    expect(JSON.stringify([texts, service.logs])).not.to.contain(identityHeader(identity));
  });

  for (const [body, ...details] of [
    [{ cron: '* * * * *' }, /^cron: runs must be at least 15 minutes apart$/],
    [{ cron: '0 0 3 * * *' }, /^cron: must have five fields/],
    [{ cron: '0 3 30 2 *' }, /^cron: /],
    [{ ...nightly, timezone: 'Moon/Tranquility' }, /^timezone: must be the IANA name/],
    [{ ...nightly, image_types: ['aws'] }, /^image_types: the blueprint has no image of these types$/],
    [
      { cron: '@@@@@ 3 * *', timezone: 'x', image_types: ['aws'], only_if_changed: true },
      ...[/^cron: /, /^timezone: /, /^image_types: /],
    ],
  ] as [object, ...RegExp[]][]) {
    it(`refuses ${JSON.stringify(body)}, naming what is at fault`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint();
      const reply = await service.as().put(`/blueprints/${id}/schedule`, body);
      expect(reply.status).to.equal(422);
      expect(reply.body.errors).to.have.length(details.length);
      for (const [index, { title, detail }] of reply.body.errors.entries()) {
        expect(title).to.equal('schedule rule violation');
        expect(detail).to.match(details[index]!);
      }
      expect((await service.as().get(`/blueprints/${id}/schedule`)).status).to.equal(404);
    });
  }

  it('does not compare packages of bootable containers', async () => {
    await using service = await startService();
    const bootc = { image_requests: [guestImageRequest], customizations: {}, bootc: { reference: 'x' } };
    const { id } = await service.given.blueprint({ versions: [blueprintBody, bootc] });
    const reply = await service.as().put(`/blueprints/${id}/schedule`, { ...nightly, only_if_changed: true });
    expect(reply.status).to.equal(422);
    expect(reply.body.errors).to.deep.equal([
      {
        title: 'schedule rule violation',
        detail: 'only_if_changed: packages of bootable containers cannot be compared',
      },
    ]);
    expect((await service.as().put(`/blueprints/${id}/schedule`, nightly)).status).to.equal(200);
  });

  for (const body of [{}, { cron: 3 }, { cron: '0 3' }, { ...nightly, image_types: [] }, { ...nightly, more: 1 }]) {
    it(`refuses a body that does not fit: ${JSON.stringify(body)}`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint();
      expect((await service.as().put(`/blueprints/${id}/schedule`, body)).status).to.equal(400);
    });
  }

  it('responds 404 for unknown and deleted blueprints, and for blueprints of another organization', async () => {
    await using service = await startService();
    const stranger = await service.given.blueprint({ orgId: '000001' });
    const deleted = await service.given.blueprint({ deleted: true });
    for (const id of [UNKNOWN, stranger.id, deleted.id]) {
      expect(await service.as().put(`/blueprints/${id}/schedule`, nightly)).to.be.refused(404, 'blueprint not found');
    }
    expect((await service.sql.query('SELECT * FROM blueprint_schedules')).rows).to.deep.equal([]);
  });
});
