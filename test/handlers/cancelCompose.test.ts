import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';

const BUILDING = { status: 'pending', image_status: { status: 'building' } };
const CANCELLED = { status: 'failure', error: { id: 1000, reason: 'cancelled by user' } };

const cancel = ({ as }: TestService, id: string) => as({ user: 'user' }).post(`/composes/${id}/cancel`);

/** A build that composer is at. */
const running = async (service: TestService): Promise<string> => {
  const id = await service.given.compose();
  service.composer.hasStatus(id, BUILDING);
  return id;
};

const events = async ({ sql }: TestService, id: string): Promise<readonly string[]> =>
  (await sql.query<{ type: string }>('SELECT type FROM events WHERE subject = $1 ORDER BY id', [id])).rows.map(
    ({ type }) => type,
  );

describe('cancelCompose', () => {
  it('deletes the compose at composer, and reports it as failed with the user who cancelled it, without calling composer', async () => {
    await using service = await startService();
    const id = await running(service);
    service.composer.deletes(id);
    const reply = await cancel(service, id);
    expect([reply.status, reply.text]).to.deep.equal([202, '']);
    const read = await service.as().get(`/composes/${id}`);
    expect(read.body).to.deep.equal({ image_status: CANCELLED, request: composeRequest });
    expect(read.headers).to.have.property('etag');
  });

  it('reports the organization when the caller has no name', async () => {
    await using service = await startService();
    const id = await running(service);
    service.composer.deletes(id);
    await service.as({ type: 'ServiceAccount', user: '' }).post(`/composes/${id}/cancel`);
    expect((await service.as().get(`/composes/${id}`)).body.image_status.error.reason).to.equal(
      'cancelled by a user of the organization',
    );
  });

  it('is idempotent: a repetition succeeds, calls no service and changes nothing', async () => {
    await using service = await startService();
    const id = await running(service);
    service.composer.deletes(id);
    await cancel(service, id);
    expect((await service.as({ user: 'else' }).post(`/composes/${id}/cancel`)).status).to.equal(202);
    expect((await service.as().get(`/composes/${id}`)).body.image_status).to.deep.equal(CANCELLED);
    expect(await events(service, id)).to.deep.equal(['compose.status', 'compose.cancelled', 'compose.finished']);
  });

  it('ends in the event of every end, with the status of a cancelled compose', async () => {
    await using service = await startService();
    const id = await running(service);
    service.composer.deletes(id);
    await cancel(service, id);
    const { text } = await service.as().get(`/events?last_event_id=0&follow_seconds=0&compose_id=${id}`);
    const [, cancelled, finished] = [...text.matchAll(/^data: (.+)$/gm)].map(
      ([, data = '']) => JSON.parse(data) as Record<string, unknown>,
    );
    const end = { compose_id: id, status: 'failure', cancelled: true };
    expect(cancelled).to.include({ type: 'compose.cancelled', ...end });
    expect(finished).to.include({ type: 'compose.finished', ...end });
  });

  it('succeeds when composer no longer has the compose', async () => {
    await using service = await startService();
    const id = await running(service);
    service.composer.deletes(id, 404);
    expect((await cancel(service, id)).status).to.equal(202);
    expect((await service.as().get(`/composes/${id}`)).body.image_status).to.deep.equal(CANCELLED);
  });

  for (const status of ['success', 'failure']) {
    it(`refuses a build of which composer says that it is over: ${status}`, async () => {
      await using service = await startService();
      const id = await service.given.compose();
      service.composer.hasStatus(id, { image_status: { status } });
      const detail = `the build is over and cannot be cancelled: its status is ${status}`;
      expect(await cancel(service, id)).to.be.refused(409, detail);
      // It is known now: nobody is asked.
      expect(await cancel(service, id)).to.be.refused(409, detail);
      expect((await service.as().get(`/composes/${id}`)).body.image_status).to.deep.equal({ status });
      expect(await events(service, id)).to.deep.equal(['compose.finished']);
    });
  }

  it('rejects a compose that finishes before the cancellation is recorded, and keeps its status', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.get(`/composes/${id}`).reply(200, async () => {
      await service.ctx.db.composes.recordStatus(id, 'success', JSON.stringify({ status: 'success' }));
      return BUILDING;
    });
    expect(await cancel(service, id)).to.be.refused(409, /its status is success$/);
    expect((await service.as().get(`/composes/${id}`)).body.image_status).to.deep.equal({ status: 'success' });
  });

  it('yields to a reader that stored the final status while composer deleted the compose', async () => {
    await using service = await startService();
    const id = await running(service);
    service.composer.delete(`/composes/${id}`).reply(200, async () => {
      await service.ctx.db.composes.recordStatus(id, 'success', JSON.stringify({ status: 'success' }));
      return {};
    });
    expect(await cancel(service, id)).to.be.refused(409, /its status is success$/);
    expect(await events(service, id)).to.deep.equal(['compose.status', 'compose.finished']);
  });

  it('takes precedence over a late reader with an earlier final status: all clients see the cancellation', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const { db } = service.ctx;
    service.composer.get(`/composes/${id}`).reply(200, async () => {
      await db.composes.requestCancellation('000000', id, 'user', null);
      await db.composes.recordCancelled(id, JSON.stringify(CANCELLED));
      return { image_status: { status: 'success' } };
    });
    expect((await service.as().get(`/composes/${id}`)).body.image_status).to.deep.equal(CANCELLED);
  });

  it('is accepted while composer does not respond, and completes as soon as it does', async () => {
    await using service = await startService();
    const id = await running(service);
    service.composer.deletes(id, 500);
    expect((await cancel(service, id)).status).to.equal(202);
    service.composer.hasStatus(id, BUILDING);
    expect((await service.as().get(`/composes/${id}`)).body.image_status).to.deep.equal({ status: 'building' });
    service.composer.deletes(id);
    expect((await cancel(service, id)).status).to.equal(202);
    expect((await service.as().get(`/composes/${id}`)).body.image_status).to.deep.equal(CANCELLED);
    expect(service.ctx.retries.size()).to.equal(1);
    service.composer.deletes(id, 404);
    await service.ctx.retries.close();
    expect(service.ctx.retries.size()).to.equal(0);
  });

  it('is not started when composer does not report the status of the compose', async () => {
    await using service = await startService();
    for (const [status, body, detail] of [
      [503, 'away', 'Failed querying compose status (code 503)'],
      [200, '{}', 'Failed to decode compose status'],
    ] as const) {
      const id = await service.given.compose();
      service.composer.hasStatus(id, body, status);
      expect(await cancel(service, id)).to.be.refused(500, detail);
      const { rows } = await service.sql.query('SELECT 1 FROM compose_statuses WHERE job_id = $1', [id]);
      expect(rows).to.have.length(0);
    }
    const id = await service.given.compose();
    service.composer.get(`/composes/${id}`).replyWithError('connection refused');
    expect(await cancel(service, id)).to.be.refused(500, 'Failed to get compose status from client');
  });

  it('forwards the 404 of composer for a compose that composer has deleted', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, '{"reason":"gone"}', 404);
    expect(await cancel(service, id)).to.be.refused(404, '{"reason":"gone"}');
  });

  it('finds a compose that another request is cancelling, although composer has deleted it', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.get(`/composes/${id}`).reply(404, async () => {
      await service.ctx.db.composes.requestCancellation('000000', id, 'the first', null);
      return {};
    });
    expect((await cancel(service, id)).status).to.equal(202);
    expect((await service.as().get(`/composes/${id}`)).body.image_status.error.reason).to.equal(
      'cancelled by the first',
    );
  });

  it('keeps the compose in the lists, with empty metadata, and in the quota', async () => {
    const quota = { default: { quota: 1, slidingWindow: 1209600000000000 } };
    await using service = await startService({ quota });
    const { id: blueprint, versionIds } = await service.given.blueprint();
    const id = await service.given.compose({ blueprintVersionId: versionIds[0] ?? null });
    service.composer.hasStatus(id, BUILDING);
    service.composer.deletes(id);
    await cancel(service, id);
    expect((await service.as().get('/composes')).body.data[0]).to.deep.include({ id });
    expect((await service.as().get(`/blueprints/${blueprint}/composes`)).body.data[0]).to.deep.include({ id });
    expect((await service.as().get(`/composes/${id}/metadata`)).body).to.deep.equal({});
    expect(await service.as().post('/compose', composeRequest)).to.be.refused(403, /^Quota of 1 builds/);
  });

  it('contains a hint when the request asks for hints', async () => {
    await using service = await startService();
    const id = await running(service);
    service.composer.deletes(id);
    await cancel(service, id);
    const { error } = (await service.as().get(`/composes/${id}?hints=true`)).body.image_status;
    expect(error).to.deep.include(CANCELLED.error);
    expect(error.hint).to.match(/was cancelled/);
  });

  it('responds 404 for composes of other organizations, deleted composes and unknown ids', async () => {
    await using service = await startService();
    const foreign = await service.given.compose({ orgId: '000001' });
    const deleted = await service.given.compose({ deleted: true });
    for (const id of [foreign, deleted, randomUUID()])
      expect(await cancel(service, id)).to.be.refused(404, 'compose entry not found');
  });

  it('rejects a malformed id', async () => {
    await using service = await startService();
    expect(await cancel(service, '1')).to.be.refused(400, /composeId/);
  });
});
