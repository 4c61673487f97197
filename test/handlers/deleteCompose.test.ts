import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest } from '../support/given.ts';
import { startService } from '../support/service.ts';

const NOT_FOUND = 'compose entry not found';

describe('deleteCompose', () => {
  it('hides the build from then on, and answers without a body', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const reply = await service.as().delete(`/composes/${id}`);
    expect([reply.status, reply.text]).to.deep.equal([200, '']);
    expect(reply.headers).not.to.have.property('content-type');

    expect((await service.as().get('/composes')).body.meta.count).to.equal(0);
    expect(await service.as().get(`/composes/${id}`)).to.be.refused(404);
    expect(await service.as().get(`/composes/${id}/metadata`)).to.be.refused(404);
  });

  it('keeps the row', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.as().delete(`/composes/${id}`);
    const { rows } = await service.sql.query('SELECT deleted, request FROM composes WHERE job_id = $1', [id]);
    expect(rows).to.deep.equal([{ deleted: true, request: composeRequest }]);
  });

  it('succeeds again for a build that is deleted already', async () => {
    await using service = await startService();
    const id = await service.given.compose({ deleted: true });
    expect((await service.as().delete(`/composes/${id}`)).status).to.equal(200);
  });

  it('does not know builds of other organizations, and leaves them alone', async () => {
    await using service = await startService();
    const id = await service.given.compose({ orgId: '000001' });
    expect(await service.as().delete(`/composes/${id}`)).to.be.refused(404, NOT_FOUND);
    const { rows } = await service.sql.query('SELECT deleted FROM composes');
    expect(rows).to.deep.equal([{ deleted: false }]);
  });

  it('does not know a build that never was', async () => {
    await using service = await startService();
    expect(await service.as().delete(`/composes/${randomUUID()}`)).to.be.refused(404, NOT_FOUND);
  });

  it('rejects a malformed id', async () => {
    await using service = await startService();
    expect(await service.as().delete('/composes/1')).to.be.refused(400, /composeId/);
  });

  it('does not give the build back to the quota', async () => {
    const quota = { default: { quota: 1, slidingWindow: 1209600000000000 } };
    await using service = await startService({ quota });
    const id = await service.given.compose();
    await service.as().delete(`/composes/${id}`);
    expect(await service.as().post('/compose', composeRequest)).to.be.refused(
      403,
      'Quota of 1 builds per 14 days exceeded for user',
    );
  });

  it('ignores a body', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const reply = await service
      .as()
      .delete(`/composes/${id}`, 'not json', { headers: { 'content-type': 'text/plain' } });
    expect(reply.status).to.equal(200);
  });
});
