import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

describe('setComposeLabels', () => {
  it('replaces the labels of a compose', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, { id, status: 'pending', image_status: { status: 'building' } });
    const client = service.as();
    const first = await client.put(`/composes/${id}/labels`, { labels: { team: 'web', stage: 'test' } });
    expect([first.status, first.body]).to.deep.equal([200, { labels: { stage: 'test', team: 'web' } }]);
    const second = await client.put(`/composes/${id}/labels`, { labels: { team: 'db' } });
    expect(second.body).to.deep.equal({ labels: { team: 'db' } });
    const [item] = (await client.get('/composes')).body.data;
    expect(item.labels).to.deep.equal({ team: 'db' });
    expect(item.request).not.to.have.property('labels');
    expect((await client.get(`/composes/${id}`)).body.labels).to.deep.equal({ team: 'db' });
  });

  it('returns the labels of a finished compose as well', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.as().put(`/composes/${id}/labels`, { labels: { team: 'web' } });
    await service.sql.query(
      `UPDATE compose_statuses SET status = 'success', image_status = '{"status": "success"}', finished_at = now()
      WHERE job_id = $1`,
      [id],
    );
    expect((await service.as().get(`/composes/${id}`)).body.labels).to.deep.equal({ team: 'web' });
  });

  it('removes all labels with an empty object, and then omits the member', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.as().put(`/composes/${id}/labels`, { labels: { team: 'web' } });
    expect((await service.as().put(`/composes/${id}/labels`, { labels: {} })).body).to.deep.equal({ labels: {} });
    expect((await service.as().get('/composes')).body.data[0]).not.to.have.property('labels');
  });

  it('refuses a malformed label, naming it', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const reply = await service.as().put(`/composes/${id}/labels`, { labels: { 'no/blank here': 'x' } });
    expect(reply).to.be.refused(400, /"\/labels\/no~1blank here"/);
  });

  it('stores one of two concurrent sets of labels, never a mixture', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const sets = [{ a: '1', same: '1' }, { b: '2', same: '2' }, { c: '3' }, {}];
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(sets.map((labels) => service.as().put(`/composes/${id}/labels`, { labels })));
      const { labels = {} } = (await service.as().get('/composes')).body.data[0];
      expect(sets).to.deep.include(labels);
    }
  });

  it('responds 404 for deleted and unknown composes, and for composes of another organization', async () => {
    await using service = await startService();
    const deleted = await service.given.compose({ deleted: true });
    const theirs = await service.given.compose({ orgId: '000001' });
    for (const id of [deleted, theirs, randomUUID()]) {
      const reply = await service.as().put(`/composes/${id}/labels`, { labels: { team: 'web' } });
      expect(reply).to.be.refused(404, 'compose entry not found');
    }
    expect((await service.sql.query('SELECT FROM compose_labels')).rowCount).to.equal(0);
  });
});
