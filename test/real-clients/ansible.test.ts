import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest } from '../support/given.ts';
import { startService } from '../support/service.ts';

const request = { ...composeRequest, image_name: 'nightly', image_description: 'made by the nightly play' };

describe('an Ansible role', () => {
  it('takes 201 for a build that was started', async () => {
    await using service = await startService();
    const id = service.composer.accepts();
    const reply = await service.as().post('/compose', request);
    expect([reply.status, reply.body]).to.deep.equal([201, { id }]);
  });

  it('reads its description in the request that comes with a status', async () => {
    await using service = await startService();
    const id = service.composer.accepts();
    await service.as().post('/compose', request);
    service.composer.hasStatus(id, { id, status: 'pending', image_status: { status: 'pending' } });
    const { body } = await service.as().get(`/composes/${id}`);
    expect(body.request.image_description).to.equal('made by the nightly play');
  });

  it('reads its description in the list of builds', async () => {
    await using service = await startService();
    service.composer.accepts();
    await service.as().post('/compose', request);
    const { body } = await service.as().get('/composes?limit=100');
    expect(body.data[0].request.image_description).to.equal('made by the nightly play');
  });

  it('takes 200, without a body, for a build that was deleted', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const reply = await service.as().delete(`/composes/${id}`);
    expect([reply.status, reply.text]).to.deep.equal([200, '']);
  });
});
