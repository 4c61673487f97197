import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

describe('getWebhooks', () => {
  it('lists the webhooks of the organization, oldest first, page by page', async () => {
    await using service = await startService();
    const at = (second: number): Date => new Date(Date.UTC(2026, 2, 1, 8, 30, second));
    const ids: string[] = [];
    for (const second of [0, 1, 2]) ids.push(await service.given.webhook({ createdAt: at(second) }));
    await service.given.webhook({ orgId: '000001' });
    const { status, body } = await service.as().get('/webhooks?limit=2');
    expect(status).to.equal(200);
    expect(body.meta).to.deep.equal({ count: 3 });
    expect(body.links).to.deep.equal({
      first: '/api/image-builder/v1.0/webhooks?limit=2&offset=0',
      last: '/api/image-builder/v1.0/webhooks?limit=2&offset=2',
      next: '/api/image-builder/v1.0/webhooks?limit=2&offset=2',
    });
    expect(body.data.map(({ id }: { id: string }) => id)).to.deep.equal(ids.slice(0, 2));
    const rest = await service.as().get('/webhooks?limit=2&offset=2');
    expect(rest.body.data).to.deep.equal([
      { id: ids[2], url: 'https://hooks.example.com/x', description: '', created_at: '2026-03-01T08:30:02Z' },
    ]);
  });

  it('shows which events a webhook is for, and since when and why it is disabled', async () => {
    await using service = await startService();
    const id = await service.given.webhook({ eventTypes: ['compose.finished'], description: 'tests' });
    await service.sql.query(
      `UPDATE webhooks SET failing_since = '2026-04-01T10:00:00Z', disabled_at = '2026-04-02T10:00:00.9Z',
      disabled_reason = 'gone' WHERE id = $1`,
      [id],
    );
    const { body } = await service.as().get('/webhooks');
    expect(body.data[0]).to.deep.include({
      ...{ id, description: 'tests', event_types: ['compose.finished'], failing_since: '2026-04-01T10:00:00Z' },
      ...{ disabled_at: '2026-04-02T10:00:00Z', disabled_reason: 'gone' },
    });
  });

  it('responds 304 while nothing has changed', async () => {
    await using service = await startService();
    await service.given.webhook();
    const { headers } = await service.as().get('/webhooks');
    const again = { headers: { 'if-none-match': headers.etag } };
    expect((await service.as().get('/webhooks', again)).status).to.equal(304);
    await service.given.webhook();
    expect((await service.as().get('/webhooks', again)).status).to.equal(200);
  });
});
