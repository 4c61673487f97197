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

/** Polls composer as the background does, for all composes. */
const pollNow = async ({ sql, ctx }: TestService): Promise<void> => {
  await sql.query('UPDATE compose_statuses SET next_poll_at = now() WHERE next_poll_at IS NOT NULL');
  const due = await ctx.db.composes.takeDue(10);
  await pollComposes(ctx, { traceId: 't', log: ctx.log }, due, new AbortController().signal);
};

describe('cancelling a compose', () => {
  it('gives a compose exactly one final status in each of 100 races with recording its end', async () => {
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
        expect(await events(service, id)).to.deep.equal(['compose.cancelled', 'compose.finished']);
      }
    }
  });

  it('records the first of several concurrent cancellers, and every response names that one', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const callers = Array.from({ length: 10 }, (_, index) => `user ${index}`);
    const told = await Promise.all(callers.map((by) => service.ctx.db.composes.requestCancellation(ORG, id, by, null)));
    expect(new Set(told).size).to.equal(1);
  });

  it('returns one final status to all readers after a race between cancelling and reading', async () => {
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
          // The compose is finished while its status is requested.
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
      const body = (await client.get(`/composes/${id}`)).body as { image_status: unknown };
      for (const read of reads) expect(read.status, read.text).to.equal(200);
      if (cancelled.status === 202) expect(body.image_status).to.deep.equal(cancelledStatus('jdoe'));
      else {
        expect(cancelled).to.be.refused(409, /its status is success$/);
        expect(body.image_status).to.deep.equal({ status: 'success' });
      }
    }
  });

  it('is completed by the background when the process died before it called composer', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null);
    service.composer.deletes(id);
    await pollNow(service);
    expect(await end(service, id)).to.deep.include({ status: 'failure', cancelled_by: 'jdoe', is_done: true });
    expect(await events(service, id)).to.deep.equal(['compose.cancelled', 'compose.finished']);
  });

  it('is completed by the background when the process died between deleting at composer and recording that', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null);
    service.composer.deletes(id, 404);
    await pollNow(service);
    expect(await end(service, id)).to.deep.include({ status: 'failure', cancelled_by: 'jdoe', is_done: true });
  });

  it('is completed by a request that reads the status after composer has deleted the compose', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null);
    service.composer.hasStatus(id, {}, 404);
    const reply = await service.as().get(`/composes/${id}`);
    expect((reply.body as { image_status: unknown }).image_status).to.deep.equal(cancelledStatus('jdoe'));
  });

  it('is retried by the background until composer confirms the deletion', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null);
    service.composer.deletes(id, 500);
    await pollNow(service);
    expect(await end(service, id)).to.deep.include({ status: 'pending', cancelled_by: null, is_done: false });
    service.composer.deletes(id);
    await pollNow(service);
    expect(await end(service, id)).to.deep.include({ cancelled_by: 'jdoe' });
  });

  it('is completed for a compose of any age, even if the organization has deleted it meanwhile', async () => {
    await using service = await startService();
    const id = await service.given.compose({ createdAt: new Date(Date.now() - 5 * 86_400_000) });
    await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null);
    await service.as().delete(`/composes/${id}`);
    service.composer.deletes(id, 500);
    await pollNow(service);
    service.composer.deletes(id);
    await pollNow(service);
    expect(await end(service, id)).to.deep.include({ cancelled_by: 'jdoe', is_done: true });
  });

  it('is kept when a concurrent reader gets 404 from composer', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null);
    await service.ctx.db.composes.stopPolling(id);
    expect(await end(service, id)).to.deep.include({ is_done: false });
  });

  it('is not started by the background without a request', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, { image_status: { status: 'building' } });
    const { ctx } = service;
    const due = [{ job_id: id, status: 'pending', cancel_requested_by: null }];
    await pollComposes(ctx, { traceId: 't', log: ctx.log }, due, new AbortController().signal);
    expect(await end(service, id)).to.deep.include({ status: 'building' });
  });

  it('is limited to composes of the own organization that are not deleted', async () => {
    await using service = await startService();
    const foreign = await service.given.compose({ orgId: '000001' });
    const deleted = await service.given.compose({ deleted: true });
    for (const id of [foreign, deleted])
      expect(await service.ctx.db.composes.requestCancellation(ORG, id, 'jdoe', null)).to.equal(null);
  });
});
