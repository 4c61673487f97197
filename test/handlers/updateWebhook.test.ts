import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';
import {
  deliver,
  letTimePass,
  queueCompose,
  startReceiver,
  startWithLoopback,
  verified,
} from '../domain/webhooks/support.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

describe('updateWebhook', () => {
  it('changes what the request has, and returns the webhook', async () => {
    await using service = await startService();
    const id = await service.given.webhook({
      ...{ url: 'https://hooks.example.com/old', description: 'tests', createdAt: new Date(Date.UTC(2026, 2, 1)) },
      ...{ eventTypes: ['compose.finished'], labels: { team: 'web' } },
    });
    const before = {
      ...{ id, description: 'tests', event_types: ['compose.finished'], labels: { team: 'web' } },
      created_at: '2026-03-01T00:00:00Z',
    };
    const url = 'https://hooks.example.com/new';
    const moved = await service.as().patch(`/webhooks/${id}`, { url });
    expect([moved.status, moved.body]).to.deep.equal([200, { ...before, url }]);

    const change = { description: '', event_types: ['compose.queued', 'compose.queued'], labels: { stage: 'test' } };
    const filtered = await service.as().patch(`/webhooks/${id}`, change);
    expect(filtered.body).to.deep.equal({ ...before, url, ...change, event_types: ['compose.queued'] });
    expect((await service.as().get('/webhooks')).body.data).to.deep.equal([filtered.body]);
  });

  it('removes filters that are null, and labels that are none', async () => {
    await using service = await startService();
    const given = { eventTypes: ['compose.finished'], labels: { team: 'web' } };
    const id = await service.given.webhook(given);
    const { body } = await service.as().patch(`/webhooks/${id}`, { event_types: null, labels: null });
    expect(body).to.have.all.keys('id', 'url', 'description', 'created_at');
    const other = await service.as().patch(`/webhooks/${await service.given.webhook(given)}`, { labels: {} });
    expect(other.body).to.have.all.keys('id', 'url', 'description', 'created_at', 'event_types');
  });

  it('keeps id and secret, and sends pending messages to the new address', async () => {
    await using service = await startWithLoopback();
    await using old = await startReceiver((_request, response) => void response.writeHead(500).end());
    await using receiver = await startReceiver();
    const id = await service.given.webhook({ url: old.url });
    await queueCompose(service);
    await deliver(service);
    await service.as().patch(`/webhooks/${id}`, { url: receiver.url });
    await letTimePass(service);
    await deliver(service);
    expect(old.requests).to.have.length(1);
    expect(verified(receiver.requests[0]!)).to.include({ type: 'compose.queued' });
    expect(receiver.requests[0]?.headers['webhook-id']).to.equal(old.requests[0]?.headers['webhook-id']);
  });

  it('refuses what createWebhook refuses, and changes nothing then', async () => {
    await using service = await startService();
    const id = await service.given.webhook();
    const before = (await service.as().get('/webhooks')).text;
    const refusal = 'url: must lead to a public address';
    const inside = await service.as().patch(`/webhooks/${id}`, { description: 'x', url: 'http://10.0.0.1/' });
    expect(inside).to.be.refused(422, refusal, 'webhook rule violation');
    for (const body of [
      ...[{}, { url: 'ftp://hooks.example.com/' }, { url: null }, { description: null }, { event_types: [] }],
      ...[{ event_types: ['webhook.ping'] }, { labels: { 'no blanks': 'x' } }, { labels: { key: 1 } }],
    ])
      expect(await service.as().patch(`/webhooks/${id}`, body), JSON.stringify(body)).to.be.refused(
        400,
        /^request body has an error/,
      );
    expect((await service.as().get('/webhooks')).text).to.equal(before);
  });

  it('responds alike for unknown webhooks and webhooks of another organization', async () => {
    await using service = await startService();
    for (const id of [UNKNOWN, await service.given.webhook({ orgId: '000001' })])
      expect(await service.as().patch(`/webhooks/${id}`, { description: 'x' })).to.be.refused(404, 'webhook not found');
  });
});
