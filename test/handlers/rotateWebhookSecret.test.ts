import { expect } from 'chai';
import { describe, it } from 'mocha';
import { SIGNING_SECRET } from '../support/given.ts';
import { startService } from '../support/service.ts';
import { readTables } from '../security/tables.ts';
import { deliver, queueCompose, startReceiver, startWithLoopback, verified } from '../domain/webhooks/support.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';
const KEY = { headers: { 'idempotency-key': '"the same"' } };
const DAY_MS = 86_400_000;

describe('rotateWebhookSecret', () => {
  it('returns a new secret; for a day messages have signatures of both, of which a receiver verifies either', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    const id = await service.given.webhook({ url: receiver.url });
    const { status, body } = await service.as().post(`/webhooks/${id}/rotate-secret`);
    expect(status).to.equal(200);
    expect(body).to.have.all.keys('id', 'secret', 'previous_secret_expires_at');
    expect(body.secret)
      .to.match(/^whsec_/)
      .and.not.to.equal(SIGNING_SECRET);
    expect(Date.parse(body.previous_secret_expires_at) - Date.now()).to.be.within(DAY_MS - 600_000, DAY_MS);
    const [webhook] = (await service.as().get('/webhooks')).body.data;
    expect(webhook).to.deep.include({ id, previous_secret_expires_at: body.previous_secret_expires_at });
    expect(webhook).not.to.have.property('secret');

    await queueCompose(service);
    await deliver(service);
    const [message] = receiver.requests;
    expect(String(message?.headers['webhook-signature']).split(' ')).to.have.length(2);
    for (const secret of [SIGNING_SECRET, body.secret])
      expect(verified(message!, secret)).to.include({ type: 'compose.queued' });
  });

  it('ends the previous secret after the overlap, at once for none', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    const id = await service.given.webhook({ url: receiver.url });
    const rotate = async (overlap_seconds: number) =>
      (await service.as().post(`/webhooks/${id}/rotate-secret`, { overlap_seconds })).body;
    const received = async () => {
      await queueCompose(service);
      await deliver(service);
      return receiver.requests.at(-1)!;
    };
    const first = await rotate(3600);
    await service.sql.query('UPDATE webhooks SET previous_secret_until = now()');
    expect((await service.as().get('/webhooks')).body.data[0]).not.to.have.property('previous_secret_expires_at');
    const later = await received();
    expect(verified(later, first.secret)).to.include({ type: 'compose.queued' });
    expect(() => verified(later)).to.throw();

    const second = await rotate(0);
    expect(second).to.have.all.keys('id', 'secret');
    const last = await received();
    expect(verified(last, second.secret)).to.include({ type: 'compose.queued' });
    expect(() => verified(last, first.secret)).to.throw();
  });

  it('stores both secrets encrypted, and reveals them in no other response and no log', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'trace' } });
    const id = await service.given.webhook();
    const first = await service.as().post(`/webhooks/${id}/rotate-secret`, {}, KEY);
    const second = await service.as().post(`/webhooks/${id.toUpperCase()}/rotate-secret`);
    const stored = JSON.stringify(await readTables(service.sql)) + service.logTexts.join();
    for (const { body } of [first, second]) {
      const secret = body.secret.slice('whsec_'.length);
      expect(stored).not.to.contain(secret);
      for (const path of ['/webhooks', `/webhooks/${id}/deliveries`])
        expect((await service.as().get(path)).text).not.to.contain(secret);
    }
    const { rows } = await service.sql.query<{ secret: string }>('SELECT secret FROM webhooks');
    expect(await service.ctx.db.secrets.decrypt('000000', id, rows[0]!.secret)).to.equal(second.body.secret);
  });

  it('responds to a repetition with the same secret, also after the process died before it stored the response', async () => {
    await using service = await startService();
    const id = await service.given.webhook();
    const first = await service.as().post(`/webhooks/${id}/rotate-secret`, {}, KEY);
    const second = await service.as().post(`/webhooks/${id}/rotate-secret`, {}, KEY);
    expect([second.text, second.headers['idempotency-replayed']]).to.deep.equal([first.text, 'true']);
    await service.sql.query(
      `UPDATE idempotency_keys SET status = NULL, body = NULL, process_id = '00000000-0000-0000-0000-000000000000'`,
    );
    const third = await service.as().post(`/webhooks/${id}/rotate-secret`, {}, KEY);
    expect([third.status, third.body]).to.deep.equal([200, first.body]);
  });

  it('refuses an overlap of more than a week', async () => {
    await using service = await startService();
    const id = await service.given.webhook();
    for (const overlap_seconds of [-1, 604_801, 1.5, '60'])
      expect(await service.as().post(`/webhooks/${id}/rotate-secret`, { overlap_seconds })).to.be.refused(
        400,
        /^request body has an error: .*overlap_seconds/,
      );
  });

  it('responds alike for unknown webhooks and webhooks of another organization', async () => {
    await using service = await startService();
    for (const id of [UNKNOWN, await service.given.webhook({ orgId: '000001' })])
      expect(await service.as().post(`/webhooks/${id}/rotate-secret`)).to.be.refused(404, 'webhook not found');
  });

  it('responds that webhooks are not available without an encryption key', async () => {
    await using service = await startService({ env: { WEBHOOK_SECRET_KEY: undefined } });
    const reply = await service.as().post(`/webhooks/${await service.given.webhook()}/rotate-secret`);
    expect(reply).to.be.refused(422, /^Webhooks are not set up here/, 'Webhooks not available');
  });
});
