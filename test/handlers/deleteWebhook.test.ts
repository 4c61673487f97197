import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';
import { deliver, queueCompose, startReceiver, startWithLoopback } from '../domain/webhooks/support.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

describe('deleteWebhook', () => {
  it('deletes the webhook and its pending deliveries', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    const id = await service.given.webhook({ url: receiver.url });
    await queueCompose(service);
    const { status, text } = await service.as().delete(`/webhooks/${id}`);
    expect([status, text]).to.deep.equal([204, '']);
    await deliver(service);
    expect(receiver.requests).to.deep.equal([]);
    expect((await service.as().get('/webhooks')).body.data).to.deep.equal([]);
    const { rows } = await service.sql.query('SELECT FROM webhook_deliveries');
    expect(rows).to.deep.equal([]);
  });

  it('responds alike for unknown webhooks, deleted webhooks and webhooks of another organization', async () => {
    await using service = await startService();
    const theirs = await service.given.webhook({ orgId: '000001' });
    const deleted = await service.given.webhook();
    await service.as().delete(`/webhooks/${deleted}`);
    for (const id of [UNKNOWN, theirs, deleted])
      expect(await service.as().delete(`/webhooks/${id}`)).to.be.refused(404, 'webhook not found');
    expect((await service.as({ orgId: '000001' }).get('/webhooks')).body.meta.count).to.equal(1);
  });

  it('rejects a malformed id', async () => {
    await using service = await startService();
    expect(await service.as().delete('/webhooks/x')).to.be.refused(400, /^Invalid format for parameter id/);
  });
});
