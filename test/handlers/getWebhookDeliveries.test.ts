import { expect } from 'chai';
import { describe, it } from 'mocha';
import { recordEvent } from '../support/events.ts';
import { startService } from '../support/service.ts';
import { deliver, queueCompose, startReceiver, startWithLoopback } from '../domain/webhooks/support.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

describe('getWebhookDeliveries', () => {
  it('lists deliveries, newest first, with their outcome', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver((request, response) => {
      if (request.body.includes('"compose.')) response.writeHead(204).end();
      else response.writeHead(503, { 'content-type': 'text/plain' }).end('later\n\nplease, with token=abcdefgh');
    });
    const id = await service.given.webhook({ url: receiver.url });
    const compose = await queueCompose(service);
    const blueprint = await recordEvent(service.ctx.config.database, {
      type: 'blueprint.created',
      data: { name: 'web' },
    });
    await deliver(service);

    const { status, body } = await service.as().get(`/webhooks/${id}/deliveries`);
    expect(status).to.equal(200);
    expect(body.meta).to.deep.equal({ count: 2 });
    const [newest, oldest] = body.data;
    expect(newest).to.deep.include({
      ...{ event_id: 2, event_type: 'blueprint.created', subject: blueprint, status: 'pending', attempts: 1 },
      ...{ last_status: 503, last_error: 'HTTP 503: later please, with token=[redacted]' },
    });
    expect(newest).to.have.all.keys([
      ...['id', 'event_id', 'event_type', 'subject', 'status', 'attempts', 'last_status', 'last_error'],
      ...['created_at', 'attempted_at', 'next_attempt_at'],
    ]);
    expect(oldest).to.deep.include({
      ...{
        event_id: 1,
        event_type: 'compose.queued',
        subject: compose,
        status: 'delivered',
        attempts: 1,
        last_status: 204,
      },
    });
    expect(oldest).to.have.all.keys([
      ...['id', 'event_id', 'event_type', 'subject', 'status', 'attempts', 'last_status', 'created_at', 'attempted_at'],
      'ended_at',
    ]);
    expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).to.have.members([newest.id, oldest.id]);
  });

  it('is a list with pages', async () => {
    await using service = await startService();
    const id = await service.given.webhook();
    for (let i = 0; i < 3; i += 1) await queueCompose(service);
    const { body } = await service.as().get(`/webhooks/${id}/deliveries?limit=2&offset=2`);
    expect(body.meta).to.deep.equal({ count: 3 });
    expect(body.links.last).to.equal(`/api/image-builder/v1.0/webhooks/${id}/deliveries?limit=2&offset=2`);
    expect(body.data.map(({ event_id }: { event_id: number }) => event_id)).to.deep.equal([1]);
  });

  it('responds alike for unknown webhooks and webhooks of another organization', async () => {
    await using service = await startService();
    for (const id of [UNKNOWN, await service.given.webhook({ orgId: '000001' })])
      expect(await service.as().get(`/webhooks/${id}/deliveries`)).to.be.refused(404, 'webhook not found');
  });
});
