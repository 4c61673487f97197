import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService, type TestService } from '../support/service.ts';
import {
  deliver,
  letTimePass,
  queueCompose,
  startReceiver,
  startWithLoopback,
  verified,
} from '../domain/webhooks/support.ts';

const deliveriesOf = async (service: TestService, webhook: string) =>
  (await service.as().get(`/webhooks/${webhook}/deliveries`)).body.data as readonly { id: string }[];

const redeliver = (service: TestService, webhook: string, delivery: string) =>
  service.as().post(`/webhooks/${webhook}/deliveries/${delivery}/redeliver`);

describe('redeliverWebhookMessage', () => {
  it('sends a delivered message again: the same id and body, a new signature, and no other message', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    const id = await service.given.webhook({ url: receiver.url });
    for (let sent = 0; sent < 2; sent += 1) await queueCompose(service);
    await deliver(service);
    const [newest] = await deliveriesOf(service, id);
    const { status, body } = await redeliver(service, id, newest!.id);
    expect(status).to.equal(202);
    expect(body).to.include({ id: newest?.id, status: 'pending', attempts: 0 });
    expect(body).to.have.property('next_attempt_at');
    expect(body).not.to.have.property('ended_at');
    await deliver(service);

    expect(receiver.requests).to.have.length(3);
    const same = receiver.requests.filter(({ headers }) => headers['webhook-id'] === newest?.id);
    expect(same.map((request) => request.body)).to.deep.equal([same[0]?.body, same[0]?.body]);
    for (const request of same) verified(request);
    expect((await deliveriesOf(service, id))[0]).to.include({ id: newest?.id, status: 'delivered', attempts: 1 });
  });

  it('starts a failed message anew, with pauses as at first', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver((_request, response) => void response.writeHead(500).end());
    const id = await service.given.webhook({ url: receiver.url });
    await queueCompose(service);
    await service.sql.query(`UPDATE webhook_deliveries SET status = 'failed', attempts = 11, ended_at = now()`);
    const [failed] = await deliveriesOf(service, id);
    await redeliver(service, id, failed!.id);
    await deliver(service);
    expect((await deliveriesOf(service, id))[0]).to.include({ status: 'pending', attempts: 1, last_status: 500 });
    expect((await service.as().get('/webhooks')).body.data[0]).not.to.have.property('disabled_at');
  });

  it('attempts a pending message now, and one that may be under way no earlier', async () => {
    await using service = await startWithLoopback();
    let status = 500;
    await using receiver = await startReceiver((_request, response) => void response.writeHead(status).end());
    const id = await service.given.webhook({ url: receiver.url });
    await queueCompose(service);
    await deliver(service);
    const [pending] = await deliveriesOf(service, id);
    expect((await redeliver(service, id, pending!.id)).body).to.deep.equal(pending);
    await deliver(service);
    expect(receiver.requests).to.have.length(1);

    await service.sql.query(
      `UPDATE webhook_deliveries SET attempted_at = now() - interval '1 minute', due_at = now() + interval '8 hours'`,
    );
    status = 204;
    expect((await redeliver(service, id, pending!.id)).body).to.include({ status: 'pending', attempts: 1 });
    await deliver(service);
    expect((await deliveriesOf(service, id))[0]).to.include({ status: 'delivered', attempts: 2 });
  });

  it('refuses a disabled webhook and a ping, with what to do instead', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    const id = await service.given.webhook({ url: receiver.url });
    const ping = (await service.as().post(`/webhooks/${id}/ping`)).body;
    await queueCompose(service);
    await deliver(service);
    expect(await redeliver(service, id, ping.id)).to.be.refused(409, /^a ping is not delivered again/);
    await service.sql.query('UPDATE webhooks SET disabled_at = now()');
    const before = await deliveriesOf(service, id);
    const message = before.find((one) => one.id !== ping.id);
    expect(await redeliver(service, id, message!.id)).to.be.refused(409, /^the webhook is disabled: .*\/ping/);
    await letTimePass(service);
    await deliver(service);
    expect(await deliveriesOf(service, id)).to.deep.equal(before);
  });

  it('finds a message through its own webhook only', async () => {
    await using service = await startService();
    const id = await service.given.webhook();
    const other = await service.given.webhook();
    const foreign = await service.given.webhook({ orgId: '000001' });
    const delivery = await service.given.delivery(other);
    const missing = /^delivery not found/;
    expect(await redeliver(service, id, randomUUID())).to.be.refused(404, missing);
    expect(await redeliver(service, id, delivery)).to.be.refused(404, missing);
    expect(await redeliver(service, id, await service.given.delivery(foreign))).to.be.refused(404, missing);
    for (const webhook of [randomUUID(), foreign])
      expect(await redeliver(service, webhook, delivery)).to.be.refused(404, 'webhook not found');
    expect((await redeliver(service, other.toUpperCase(), delivery)).status).to.equal(202);
  });

  it('responds that webhooks are not available without an encryption key', async () => {
    await using service = await startService({ env: { WEBHOOK_SECRET_KEY: undefined } });
    const id = await service.given.webhook();
    const reply = await redeliver(service, id, await service.given.delivery(id));
    expect(reply).to.be.refused(422, /^Webhooks are not set up here/, 'Webhooks not available');
  });
});
