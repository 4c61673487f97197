import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { startService } from '../support/service.ts';

describe('packit', () => {
  it('receives 401 without a valid token, renews it, and repeats the request once', async () => {
    await using service = await startService();
    // The gateway turns a token that it knows into an identity, and any other into none.
    let token = 'expired';
    const send = () =>
      service
        .with(token === 'renewed' ? { 'x-rh-identity': identityHeader() } : { authorization: `Bearer ${token}` })
        .post('/compose', composeRequest);
    const first = await send();
    expect(first.status).to.equal(401);

    const id = service.composer.accepts();
    token = 'renewed';
    const second = await send();
    expect([second.status, second.body]).to.deep.equal([201, { id }]);
    // What was refused left nothing behind: one build, one request to composer.
    expect(service.composer.requests).to.have.length(1);
    expect((await service.as().get('/composes')).body.meta.count).to.equal(1);
  });

  it('polls its compose until it has the URL of the image', async () => {
    await using service = await startService();
    const id = service.composer.accepts();
    await service.as().post('/compose', composeRequest);
    const upload_status = { status: 'success', type: 'aws.s3', options: { url: 'https://bucket.test/disk.qcow2' } };
    service.composer.hasStatus(id, { id, status: 'success', image_status: { status: 'success', upload_status } });
    const { body } = await service.as().get(`/composes/${id}`);
    expect(body.image_status.status).to.equal('success');
    expect(body.image_status.upload_status.options.url).to.equal('https://bucket.test/disk.qcow2');
  });
});
