import { expect } from 'chai';
import { describe, it } from 'mocha';
import { pollComposes } from '../../../src/domain/composes/poll-composes.ts';
import { cancelledStatus } from '../../../src/domain/compose-requests/cancelled.ts';
import { startService, type TestService } from '../../support/service.ts';

const SUCCESS = JSON.stringify({ status: 'success' });
const ORG = '000000';

const end = async ({ sql }: TestService, id: string) => {
  const { rows } = await sql.query<Record<string, unknown>>(
    `SELECT status, cancelled_by, image_status, next_poll_at IS NULL AS is_done FROM compose_statuses WHERE job_id = $1`,
    [id],
  );
  return rows[0]!;
};

const events = async ({ sql }: TestService, id: string): Promise<readonly string[]> => {
  const { rows } = await sql.query<{ type: string }>(
    `SELECT type FROM events WHERE subject = $1 AND type <> 'compose.queued' ORDER BY id`,
    [id],
  );
  return rows.map(({ type }) => type);
};

/** What the background does next, as if it were due. */
const followNow = async ({ sql, ctx }: TestService): Promise<void> => {
  await sql.query('UPDATE compose_statuses SET next_poll_at = now() WHERE next_poll_at IS NOT NULL');
  const due = await ctx.db.composes.takeDue(10);
  await pollComposes(ctx, { traceId: 't', log: ctx.log }, due, new AbortController().signal);
};

describe('cancelling a build', () => {
  it('wins or loses exactly against whoever records that the build has ended: a hundred races, each with one end', async () => {
    await using service = await startService();
    const { db } = service.ctx;
    for (let round = 0; round < 100; round += 1) {
      const id = await service.given.compose();
      const by = await db.composes.requestCancellation(ORG, id, 'jdoe', null);
      expect(by).to.equal('jdoe');
      const cancelled = (): Promise<void> => db.composes.recordCancelled(id, JSON.stringify(cancelledStatus('jdoe')));
      const finished = (): Promise<boolean> => db.composes.recordStatus(id, 'success', SUCCESS);
      const order = round % 2 === 0 ? [cancelled, finished, finished] : [finished, finished, cancelled];
      const results = await Promise.all(order.map((record) => record()));

      const { status, cancelled_by: cancelledBy, image_status: imageStatus } = await end(service, id);
      const kept = results.filter((result) => result === true).length;
      if (status === 'success') {
        expect([kept, cancelledBy, imageStatus]).to.deep.equal([1, null, { status: 'success' }]);
        expect(await events(service, id)).to.deep.equal(['compose.finished']);
      } else {
        expect([kept, cancelledBy, imageStatus]).to.deep.equal([0, 'jdoe', cancelledStatus('jdoe')]);
        expect(await events(service, id)).to.deep.equal(['compose.cancelled']);
      }
    }
  });

  it('is asked for by the first of many: all are told who, and the build has one end', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const callers = Array.from({ length: 10 }, (_, index) => `user ${index}`);
    const told = await Promise.all(callers.map((by) => service.ctx.db.composes.requestCancellation(ORG, id, by, null)));
    expect(new Set(told).size).to.equal(1);
  });

  it('by the API races with readers of the status: whoever wins, all read the same from then on', async () => {
    await using service = await startService({ env: { STATUS_REUSE_SECONDS: '0' } });
    for (let round = 0; round < 20; round += 1) {
      const id = await service.given.compose();
      let deleted = false;
      service.composer
        .get(`/composes/${id}`)
        .times(10)
        .optionally()
        .reply(() => {
          if (deleted) return [404, {}];
          // It ends while it is being asked for.
          return [200, { image_status: { status: round % 4 === 3 ? 'success' : 'building' } }];
        });
      service.composer
        .delete(`/composes/${id}`)
        .optionally()
        .reply(200, () => {
          deleted = true;
          return {};
        });
      const client = service.as({ user: 'jdoe' });
      const [cancelled, ...reads] = await Promise.all([
        client.post(`/composes/${id}/cancel`),
        ...Array.from({ length: 4 }, () => client.get(`/composes/${id}`)),
      ]);
      const { body } = await client.get(`/composes/${id}`);
      for (const read of reads) expect(read.status, read.text).to.equal(200);
      if (cancelled.status === 202) expect(body.image_status).to.deep.equal(cancelledStatus('jdoe'));
      else {
        expect(cancelled).to.be.refused(409, /its status is success$/);
        expect(body.image_status).to.deep.equal({ status: 'success' });
      }
    }
  });

  it('is finished by the background when the process died before composer was told', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null);
    service.composer.deletes(id);
    await followNow(service);
    expect(await end(service, id)).to.deep.include({ status: 'failure', cancelled_by: 'jdoe', is_done: true });
    expect(await events(service, id)).to.deep.equal(['compose.cancelled']);
  });

  it('is finished by the background when the process died between the deletion at composer and its record', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null);
    service.composer.deletes(id, 404);
    await followNow(service);
    expect(await end(service, id)).to.deep.include({ status: 'failure', cancelled_by: 'jdoe', is_done: true });
  });

  it('is finished by whoever reads the status after that', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null);
    service.composer.hasStatus(id, {}, 404);
    const reply = await service.as().get(`/composes/${id}`);
    expect(reply.body.image_status).to.deep.equal(cancelledStatus('jdoe'));
  });

  it('is tried again by the background as long as composer does not confirm it', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null);
    service.composer.deletes(id, 500);
    await followNow(service);
    expect(await end(service, id)).to.deep.include({ status: 'pending', cancelled_by: null, is_done: false });
    service.composer.deletes(id);
    await followNow(service);
    expect(await end(service, id)).to.deep.include({ cancelled_by: 'jdoe' });
  });

  it('is finished although the compose was deleted meanwhile, and however old it is', async () => {
    await using service = await startService();
    const id = await service.given.compose({ createdAt: new Date(Date.now() - 5 * 86_400_000) });
    await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null);
    await service.as().delete(`/composes/${id}`);
    service.composer.deletes(id, 500);
    await followNow(service);
    service.composer.deletes(id);
    await followNow(service);
    expect(await end(service, id)).to.deep.include({ cancelled_by: 'jdoe', is_done: true });
  });

  it('is not forgotten by one who learns at the same time that composer does not know the build', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null);
    await service.ctx.db.composes.stopPolling(id);
    expect(await end(service, id)).to.deep.include({ is_done: false });
  });

  it('is nothing for the background where nobody asked for it', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, { image_status: { status: 'building' } });
    const { ctx } = service;
    const due = [{ job_id: id, status: 'pending', cancel_requested_by: null }];
    await pollComposes(ctx, { traceId: 't', log: ctx.log }, due, new AbortController().signal);
    expect(await end(service, id)).to.deep.include({ status: 'building' });
  });

  it('is of builds of the own organization only, and not of deleted ones', async () => {
    await using service = await startService();
    const foreign = await service.given.compose({ orgId: '000001' });
    const deleted = await service.given.compose({ deleted: true });
    for (const id of [foreign, deleted])
      expect(await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null)).to.equal(null);
  });
});
