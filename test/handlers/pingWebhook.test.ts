import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';
import { deliver, letTimePass, startReceiver, startWithLoopback, verified } from '../domain/webhooks/support.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

describe('pingWebhook', () => {
  it('sends a message of its own type, for any event types of the webhook', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    const id = await service.given.webhook({ url: receiver.url, eventTypes: ['blueprint.deleted'] });
    const { status, body } = await service.as().post(`/webhooks/${id}/ping`);
    expect(status).to.equal(202);
    expect(body).to.deep.include({ event_type: 'webhook.ping', status: 'pending', attempts: 0 });
    await deliver(service);
    const [request] = receiver.requests;
    expect(request?.headers['webhook-id']).to.equal(body.id);
    expect(verified(request!)).to.deep.include({ type: 'webhook.ping', data: { webhook_id: id } });
    const deliveries = await service.as().get(`/webhooks/${id}/deliveries`);
    expect(deliveries.body.data[0]).to.deep.include({ id: body.id, status: 'delivered', last_status: 204 });
  });

  it('enables a disabled webhook when the ping is delivered, and not before', async () => {
    await using service = await startWithLoopback();
    let status = 410;
    await using receiver = await startReceiver((_request, response) => void response.writeHead(status).end());
    const id = await service.given.webhook({ url: receiver.url });
    const ping = async (): Promise<object> => {
      await service.as().post(`/webhooks/${id}/ping`);
      await deliver(service);
      return (await service.as().get('/webhooks')).body.data[0] as object;
    };
    expect(await ping()).to.include({ disabled_reason: 'the receiver answered HTTP 410: it is gone' });
    status = 500;
    expect(await ping()).to.have.property('disabled_at');
    status = 200;
    await letTimePass(service);
    expect(await ping()).to.have.all.keys('id', 'url', 'description', 'created_at');
  });

  it('allows one pending ping, and abandons it after three attempts without disabling the webhook', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver((_request, response) => void response.writeHead(500).end());
    const id = await service.given.webhook({ url: receiver.url });
    const first = await service.as().post(`/webhooks/${id}/ping`);
    const second = await service.as().post(`/webhooks/${id}/ping`);
    expect(second.body).to.deep.equal(first.body);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await deliver(service);
      await letTimePass(service);
    }
    expect(receiver.requests).to.have.length(3);
    const deliveries = await service.as().get(`/webhooks/${id}/deliveries`);
    expect(deliveries.body.data).to.have.length(1);
    expect(deliveries.body.data[0]).to.include({ status: 'failed', attempts: 3, last_error: 'HTTP 500' });
    const [webhook] = (await service.as().get('/webhooks')).body.data;
    expect(webhook).to.have.property('failing_since');
    expect(webhook).not.to.have.property('disabled_at');
    expect((await service.as().post(`/webhooks/${id}/ping`)).body.id).not.to.equal(first.body.id);
  });

  it('responds alike for unknown webhooks and webhooks of another organization', async () => {
    await using service = await startService();
    for (const id of [UNKNOWN, await service.given.webhook({ orgId: '000001' })])
      expect(await service.as().post(`/webhooks/${id}/ping`)).to.be.refused(404, 'webhook not found');
  });

  it('responds that webhooks are not available without an encryption key', async () => {
    await using service = await startService({ env: { WEBHOOK_SECRET_KEY: undefined } });
    const reply = await service.as().post(`/webhooks/${await service.given.webhook()}/ping`);
    expect(reply).to.be.refused(422, /^Webhooks are not set up here/, 'Webhooks not available');
  });
});
