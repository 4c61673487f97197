// What happens to builds and blueprints arrives at receivers, whatever these do.
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startBackground } from '../../../src/background/index.ts';
import { expireMessages } from '../../../src/domain/webhooks/expiry.ts';
import { createWebhookWorker } from '../../../src/domain/webhooks/worker.ts';
import { blueprintBody } from '../../support/given.ts';
import type { TestService } from '../../support/service.ts';
import { deliver, letTimePass, queueCompose, startReceiver, startWithLoopback, verified } from './support.ts';

const webhooks = async (service: TestService) =>
  (await service.as().get('/webhooks')).body.data as Record<string, unknown>[];
const deliveries = async (service: TestService, id: string) =>
  (await service.as().get(`/webhooks/${id}/deliveries`)).body.data as Record<string, unknown>[];

/** Attempts of a delivery before it is abandoned. */
const ATTEMPTS = 11;

describe('messages to webhooks', () => {
  it('report each event once, with a signature that the library of Standard Webhooks verifies', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    await service.given.webhook({ url: `${receiver.url}/hook?x=1` });
    service.composer.accepts();
    const created = await service.as().post('/blueprints', { ...blueprintBody, name: 'web' });
    const [built] = (await service.as().post(`/blueprints/${created.body.id}/compose`)).body;
    await service.as().delete(`/blueprints/${created.body.id}`);
    await deliver(service);
    await deliver(service);

    const messages = receiver.requests.map((request) => verified(request));
    messages.sort((a, b) => (a.event_id ?? 0) - (b.event_id ?? 0));
    expect(messages.map(({ type, data }) => [type, data])).to.deep.equal([
      ['blueprint.created', { blueprint_id: created.body.id, name: 'web', blueprint_version: 1 }],
      [
        'compose.queued',
        {
          compose_id: built.id,
          status: 'pending',
          image_name: 'web',
          blueprint_id: created.body.id,
          blueprint_version: 1,
        },
      ],
      ['blueprint.deleted', { blueprint_id: created.body.id, name: 'web' }],
    ]);
    for (const { timestamp } of messages) expect(timestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    for (const { method, url, headers } of receiver.requests) {
      expect([method, url]).to.deep.equal(['POST', '/hook?x=1']);
      expect(Object.keys(headers)).to.have.members([
        ...['host', 'user-agent', 'content-type', 'content-length', 'connection'],
        ...['webhook-id', 'webhook-timestamp', 'webhook-signature'],
      ]);
    }
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).to.equal(3);
  });

  it('go to the webhooks of the organization that are for events of that type', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    const hook = (path: string, more: object = {}) =>
      service.given.webhook({ url: `${receiver.url}/${path}`, ...more });
    await hook('all');
    await hook('builds', { eventTypes: ['compose.queued', 'compose.finished'] });
    await hook('blueprints', { eventTypes: ['blueprint.created'] });
    await hook('others', { orgId: '000001' });
    await queueCompose(service);
    await deliver(service);
    expect(receiver.requests.map(({ url }) => url)).to.have.members(['/all', '/builds']);
  });

  it('are not sent about what happened before the webhook was created', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    await queueCompose(service);
    await service.given.webhook({ url: receiver.url });
    await deliver(service);
    expect(receiver.requests).to.deep.equal([]);
  });

  it('are sent again under the same id, with the same body and a new signature, until they are taken', async () => {
    await using service = await startWithLoopback();
    let status = 500;
    await using receiver = await startReceiver((_request, response) => void response.writeHead(status).end());
    const id = await service.given.webhook({ url: receiver.url });
    await queueCompose(service);
    await deliver(service);
    expect((await webhooks(service))[0]).to.have.property('failing_since');
    await deliver(service);
    expect(receiver.requests, 'not before its time').to.have.length(1);
    await letTimePass(service);
    status = 202;
    await deliver(service);

    const [first, second] = receiver.requests;
    expect(receiver.requests).to.have.length(2);
    expect(second?.headers['webhook-id']).to.equal(first?.headers['webhook-id']);
    expect(second?.body).to.equal(first?.body);
    for (const request of receiver.requests) verified(request);
    expect((await deliveries(service, id))[0]).to.include({ status: 'delivered', attempts: 2, last_status: 202 });
    expect((await webhooks(service))[0]).not.to.have.property('failing_since');
  });

  it('are abandoned after about a day; the webhook is disabled with a reason, and what waits for it ends', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver((_request, response) => void response.writeHead(500).end('oops'));
    const id = await service.given.webhook({ url: receiver.url });
    await queueCompose(service);
    for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
      await deliver(service);
      await letTimePass(service);
    }
    expect((await webhooks(service))[0]).not.to.have.property('disabled_at');
    await queueCompose(service);
    await service.sql.query(`UPDATE webhook_deliveries SET due_at = now() + interval '1 day' WHERE event_id = 2`);
    await deliver(service);
    expect(receiver.requests).to.have.length(ATTEMPTS);
    expect((await webhooks(service))[0]).to.include({
      disabled_reason: `a delivery failed ${ATTEMPTS} times, at last with: HTTP 500: oops`,
    });
    const [waiting, first] = await deliveries(service, id);
    expect(first).to.include({ status: 'failed', attempts: ATTEMPTS, last_error: 'HTTP 500: oops' });
    expect(waiting).to.include({ status: 'failed', attempts: 0, last_error: 'the webhook was disabled' });
    for (const one of [first, waiting]) expect(one).to.have.property('ended_at').and.not.to.equal(undefined);

    await queueCompose(service);
    expect(await deliveries(service, id), 'nothing is put on its way to it').to.have.length(2);
    expect(await samples(service, 'imagebuilder_webhooks_disabled_total{reason="failing"}')).to.equal(1);
  });

  it('end at once for a receiver that says it is gone', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver((_request, response) => void response.writeHead(410).end());
    const id = await service.given.webhook({ url: receiver.url });
    await queueCompose(service);
    await deliver(service);
    expect((await webhooks(service))[0]).to.include({
      disabled_reason: 'the receiver answered HTTP 410: it is gone',
    });
    expect((await deliveries(service, id))[0]).to.include({ status: 'failed', last_status: 410 });
  });

  it('do not follow redirects, wherever they lead', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver((request, response) => {
      if (request.url !== '/') response.writeHead(200).end();
      else response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const id = await service.given.webhook({ url: receiver.url });
    await queueCompose(service);
    await deliver(service);
    expect(receiver.requests).to.have.length(1);
    expect((await deliveries(service, id))[0]).to.include({
      ...{ status: 'pending', last_status: 307, last_error: 'HTTP 307, and redirects are not followed' },
    });
  });

  it('are not sent to an address that the operator no longer allows', async () => {
    await using service = await startWithLoopback({ env: { WEBHOOK_ALLOWED_RANGES: '' } });
    await using receiver = await startReceiver();
    const id = await service.given.webhook({ url: receiver.url });
    await queueCompose(service);
    await deliver(service);
    expect(receiver.connections()).to.equal(0);
    expect((await deliveries(service, id))[0]?.['last_error']).to.equal('the url must lead to a public address');
  });

  it('cannot be signed with a secret whose key is lost, which the delivery tells', async () => {
    await using service = await startWithLoopback({
      env: { WEBHOOK_SECRET_KEY: Buffer.alloc(32, 'another').toString('base64') },
    });
    await using receiver = await startReceiver();
    const id = await service.given.webhook({ url: receiver.url });
    await queueCompose(service);
    await deliver(service);
    expect(receiver.requests).to.deep.equal([]);
    expect((await deliveries(service, id))[0]?.['last_error']).to.match(/^the signing secret cannot be read/);
  });

  it('are stored for seven days after they ended', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    const id = await service.given.webhook({ url: receiver.url });
    for (let i = 0; i < 3; i += 1) await queueCompose(service);
    await deliver(service);
    const age = (event: number, interval: string) =>
      service.sql.query('UPDATE webhook_deliveries SET ended_at = now() - $2::interval WHERE event_id = $1', [
        ...[event, interval],
      ]);
    await age(1, '6 days 23 hours');
    await age(2, '7 days 1 hour');
    await service.sql.query(
      `UPDATE webhook_deliveries SET status = 'pending', ended_at = NULL, created_at = now() - interval '9 days'
      WHERE event_id = 3`,
    );
    expect(await service.ctx.db.expired.deleteSome('deliveries', new Date(), 100)).to.equal(1);
    expect((await deliveries(service, id)).map(({ event_id }) => event_id)).to.have.members([1, 3]);
  });

  /** A service that sends messages, with one that has been due for some time. */
  const startWithOverdue = async (interval: string, env: Readonly<Record<string, string>> = {}) => {
    const service = await startWithLoopback({ env });
    const receiver = await startReceiver();
    const id = await service.given.webhook({ url: receiver.url });
    await queueCompose(service);
    await service.sql.query('UPDATE webhook_deliveries SET due_at = now() - $1::interval', [interval]);
    await queueCompose(service);
    return { service, receiver, id };
  };

  it('expire instead of being sent when they are overdue for a day, as after a rollback', async () => {
    const overdue = await startWithOverdue('24 hours 1 minute', { LOG_LEVEL: 'WARN' });
    await using service = overdue.service;
    await using receiver = overdue.receiver;
    await deliver(service);
    expect(receiver.requests.map((request) => verified(request).event_id)).to.deep.equal([2]);
    const [recent, old] = await deliveries(service, overdue.id);
    expect(recent).to.include({ event_id: 2, status: 'delivered' });
    expect(old).to.include({ event_id: 1, status: 'expired', attempts: 0 });
    expect(old).to.include({ last_error: 'the message was overdue for too long' });
    expect(old).to.have.property('ended_at');
    expect(old).not.to.have.property('next_attempt_at');
    expect((await webhooks(service))[0], 'the webhook is not failing').not.to.have.property('failing_since');
    expect(await samples(service, 'imagebuilder_webhook_messages_expired_total')).to.equal(1);
    expect(service.logTexts.join()).to.contain('webhook.messages_expired');

    await service.as().post(`/webhooks/${overdue.id}/deliveries/${String(old?.['id'])}/redeliver`);
    await deliver(service);
    expect(
      receiver.requests.map((request) => verified(request).event_id),
      'on request',
    ).to.deep.equal([2, 1]);
  });

  it('are sent within their limit, which is a setting', async () => {
    const overdue = await startWithOverdue('71 hours', { WEBHOOK_MESSAGE_HOURS: '72' });
    await using service = overdue.service;
    await using receiver = overdue.receiver;
    await deliver(service);
    expect(receiver.requests).to.have.length(2);
  });

  it('expire also in a service that cannot send them', async () => {
    const overdue = await startWithOverdue('25 hours', { WEBHOOK_SECRET_KEY: '' });
    await using service = overdue.service;
    await using _receiver = overdue.receiver;
    expect(await expireMessages(service.ctx)).to.equal(1);
    const { rows } = await service.sql.query('SELECT status FROM webhook_deliveries ORDER BY event_id');
    expect(rows).to.deep.equal([{ status: 'expired' }, { status: 'pending' }]);
  });

  it('show in logs and metrics without the path and the query of an address', async () => {
    await using service = await startWithLoopback({ env: { LOG_LEVEL: 'trace' } });
    await using receiver = await startReceiver((_request, response) => void response.writeHead(410).end());
    await service.given.webhook({ url: `${receiver.url}/path-secret?query-secret=1` });
    await queueCompose(service);
    await deliver(service);
    const log = service.logTexts.join();
    expect(log).to.contain('a webhook was disabled').and.contain(`localhost:${receiver.port}`);
    expect(log).not.to.contain('path-secret').and.not.to.contain('query-secret');
    const { text } = await service.root.get('/metrics');
    expect(text).to.match(/^imagebuilder_webhook_delivery_duration_seconds_count\{outcome="failed"\} 1$/m);
    expect(text).not.to.contain('localhost');
  });
});

const samples = async (service: TestService, series: string): Promise<number> => {
  const { text } = await service.root.get('/metrics');
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
};

describe('a receiver that hangs', () => {
  it('gets four messages at a time, then one, and delays no other receiver', async () => {
    await using service = await startWithLoopback();
    const hanging: ServerResponse[] = [];
    await using slow = await startReceiver((_request, response) => void hanging.push(response));
    await using quick = await startReceiver();
    await service.given.webhook({ url: slow.url });
    await service.given.webhook({ url: quick.url });
    for (let i = 0; i < 50; i += 1) await queueCompose(service);
    const worker = createWebhookWorker(service.ctx);
    await worker.deliver();
    while (quick.requests.length < 50 || hanging.length < 4) await new Promise((resolve) => setImmediate(resolve));
    expect(slow.requests).to.have.length(4);
    // Once it is known to fail it has one place among those that fail.
    for (const response of hanging.splice(0)) response.writeHead(500).end();
    while (hanging.length < 1) await new Promise((resolve) => setImmediate(resolve));
    for (let i = 0; i < 50; i += 1) await queueCompose(service);
    await worker.deliver();
    while (quick.requests.length < 100) await new Promise((resolve) => setImmediate(resolve));
    expect(slow.requests.length).to.be.within(5, 8);
    await worker.stop();
  });
});

describe('messages that several processes deliver', () => {
  it('are taken by one of them each', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    for (let i = 0; i < 5; i += 1) await service.given.webhook({ url: `${receiver.url}/${i}` });
    for (let i = 0; i < 20; i += 1) await queueCompose(service);
    const workers = Array.from({ length: 4 }, () => createWebhookWorker(service.ctx));
    await Promise.all(
      workers.map(async (worker) => {
        await worker.deliver();
        await worker.idle();
      }),
    );
    expect(receiver.requests).to.have.length(100);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).to.equal(100);
  });

  it('are delivered by another process when the first records no outcome', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    await service.given.webhook({ url: receiver.url });
    await queueCompose(service);
    const options = {
      failing: false,
      most: 10,
      perWebhook: 4,
      running: new Map<string, number>(),
      lease: 20,
      age: 3600,
    };
    const [taken] = await service.ctx.db.deliveries.takeDue(options);
    await deliver(service);
    expect(receiver.requests, 'as long as it may still').to.have.length(0);
    await letTimePass(service);
    await deliver(service);
    expect(receiver.requests).to.have.length(1);
    expect(receiver.requests[0]?.headers['webhook-id']).to.equal(taken?.id);
    // What the first one has to say comes too late.
    const failure = { status: 500, error: 'x' };
    await service.ctx.db.deliveries.recordAttempt(taken!, { ...failure, pause: 5, disabledReason: null });
    await service.ctx.db.deliveries.recordAttempt(taken!, { ...failure, pause: null, disabledReason: 'x' });
    const [webhook] = await webhooks(service);
    expect(webhook).not.to.have.property('disabled_at');
    expect((await deliveries(service, String(webhook?.['id'])))[0]).to.include({ status: 'delivered', attempts: 2 });
  });

  it('are left to others at once by a process that stops', async () => {
    await using service = await startWithLoopback();
    let hang = true;
    await using receiver = await startReceiver((_request, response) => {
      if (!hang) response.writeHead(204).end();
    });
    const id = await service.given.webhook({ url: receiver.url });
    await queueCompose(service);
    const worker = createWebhookWorker(service.ctx);
    await worker.deliver();
    while (receiver.requests.length < 1) await new Promise((resolve) => setImmediate(resolve));
    await worker.stop();
    hang = false;
    await deliver(service);
    expect(receiver.requests).to.have.length(2);
    expect((await deliveries(service, id))[0]).to.include({ status: 'delivered' });
    expect((await webhooks(service))[0]).not.to.have.property('failing_since');
  });
});

describe('a worker', () => {
  it('returns when the next delivery is due, and nothing while none is pending', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver((_request, response) => void response.writeHead(500).end());
    await service.given.webhook({ url: receiver.url });
    const worker = createWebhookWorker(service.ctx);
    expect(await worker.deliver()).to.equal(null);
    await queueCompose(service);
    await worker.deliver();
    await worker.idle();
    // The pause after the first attempt: five seconds, of which a part is left to chance.
    expect(await worker.deliver()).to.be.within(1, 6_000);
    await worker.stop();
    await letTimePass(service);
    expect(await worker.deliver(), 'once it has stopped').to.equal(null);
    expect(receiver.requests).to.have.length(1);
  });

  it('does nothing without a key', async () => {
    await using service = await startWithLoopback({ env: { WEBHOOK_SECRET_KEY: undefined } });
    const worker = createWebhookWorker(service.ctx);
    expect(await worker.deliver()).to.equal(null);
    await worker.stop();
    expect(service.ctx.db.connections()).to.deep.equal({ idle: 0, used: 0, waiting: 0 });
  });

  it('is woken by the statement that records an event', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    await service.given.webhook({ url: receiver.url });
    const background = startBackground(service.ctx);
    await background.started;
    await queueCompose(service);
    while (receiver.requests.length < 1) await new Promise(setImmediate);
    await background.stop();
  });
});

describe('an event', () => {
  it('is recorded with its deliveries, or neither', async () => {
    await using service = await startWithLoopback();
    await service.given.webhook();
    const count = async (table: string): Promise<unknown> =>
      (await service.sql.query(`SELECT count(*)::int AS total FROM ${table}`)).rows[0]?.total;
    await service.sql.query(
      `ALTER TABLE webhook_deliveries ADD CONSTRAINT refused CHECK (event_type <> 'compose.queued')`,
    );
    await queueCompose(service).catch(() => {});
    expect([await count('events'), await count('webhook_deliveries')]).to.deep.equal([0, 0]);
    await service.sql.query('ALTER TABLE webhook_deliveries DROP CONSTRAINT refused');
    await queueCompose(service);
    expect([await count('events'), await count('webhook_deliveries')]).to.deep.equal([1, 1]);
  });

  it('is recorded although webhooks are created and deleted meanwhile', async () => {
    await using service = await startWithLoopback();
    const total = 60;
    const work = async (): Promise<void> => {
      for (let i = 0; i < total / 3; i += 1) {
        const { body } = await service.as().post('/webhooks', { url: 'https://hooks.example.com/' });
        await service.as().post('/blueprints', { ...blueprintBody, name: randomUUID() });
        expect((await service.as().delete(`/webhooks/${body.id}`)).status).to.equal(204);
      }
    };
    await Promise.all([work(), work(), work()]);
    const { rows } = await service.sql.query('SELECT count(*)::int AS total FROM events');
    expect(rows).to.deep.equal([{ total }]);
  });
});
