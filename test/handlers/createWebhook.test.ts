import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Webhook } from 'standardwebhooks';
import { startService } from '../support/service.ts';
import { readTables } from '../security/tables.ts';

const URL = 'https://hooks.example.com/images?token=1';

const KEY = { headers: { 'idempotency-key': '"the same"' } };

describe('createWebhook', () => {
  it('returns an id and a signing secret of Standard Webhooks with at least 24 bytes', async () => {
    await using service = await startService();
    const { status, body } = await service.as().post('/webhooks', { url: URL });
    expect(status).to.equal(201);
    expect(Object.keys(body)).to.have.members(['id', 'secret']);
    expect(body.secret).to.match(/^whsec_[A-Za-z0-9+/]+=*$/);
    expect(Buffer.from(body.secret.slice('whsec_'.length), 'base64').length).to.be.at.least(24);
    expect(() => new Webhook(body.secret)).not.to.throw();
    const other = await service.as().post('/webhooks', { url: URL });
    expect(other.body.secret).not.to.equal(body.secret);
  });

  it('stores the secret encrypted, and reveals it in no other response and no log', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'trace' } });
    const { body } = await service.as().post('/webhooks', { url: URL }, KEY);
    const secret = body.secret.slice('whsec_'.length);
    expect(JSON.stringify(await readTables(service.sql))).not.to.contain(secret);
    for (const path of ['/webhooks', `/webhooks/${body.id}/deliveries`])
      expect((await service.as().get(path)).text).not.to.contain(secret);
    expect(service.logTexts.join()).not.to.contain(secret);
  });

  it('responds to a repetition with the same secret, and creates nothing', async () => {
    await using service = await startService();
    const first = await service.as().post('/webhooks', { url: URL }, KEY);
    const second = await service.as().post('/webhooks', { url: URL }, KEY);
    expect(first.headers['idempotency-replayed']).to.equal(undefined);
    expect([second.status, second.text, second.headers['idempotency-replayed']]).to.deep.equal([
      ...[201, first.text, 'true'],
    ]);
    expect((await service.as().get('/webhooks')).body.meta.count).to.equal(1);
  });

  it('responds to a repetition with the same secret after the process died before it stored the response', async () => {
    await using service = await startService();
    const first = await service.as().post('/webhooks', { url: URL }, KEY);
    await service.sql.query(
      `UPDATE idempotency_keys SET status = NULL, body = NULL, process_id = '00000000-0000-0000-0000-000000000000'`,
    );
    const second = await service.as().post('/webhooks', { url: URL }, KEY);
    expect([second.status, second.body]).to.deep.equal([201, first.body]);
    await service.as().delete(`/webhooks/${first.body.id}`);
    expect(await service.as().post('/webhooks', { url: URL }, KEY)).to.be.refused(404, 'webhook not found');
  });

  it('accepts a description and event types', async () => {
    await using service = await startService();
    const event_types = ['compose.finished', 'blueprint.created'];
    await service
      .as()
      .post('/webhooks', { url: URL, description: 'tests', event_types: [...event_types, ...event_types] });
    const { body } = await service.as().get('/webhooks');
    expect(body.data[0]).to.deep.include({ url: URL, description: 'tests', event_types });
  });

  it('rejects malformed addresses and addresses that are not public', async () => {
    await using service = await startService();
    for (const [url, problem] of [
      ['https://user:password@hooks.example.com/', 'must not hold a user or a password'],
      ['https://hooks.example.com:22/', 'the port must be 80, 443, or 1024 and above'],
      ['http://127.0.0.1:8080/', 'must lead to a public address'],
      ['http://[::ffff:10.0.0.1]/', 'must lead to a public address'],
      ['http://169.254.169.254/latest/meta-data', 'must lead to a public address'],
      ['https://[/', 'must be an http or https address'],
    ] as const) {
      const reply = await service.as().post('/webhooks', { url });
      expect(reply).to.be.refused(422, `url: ${problem}`, 'webhook rule violation');
    }
    expect((await service.as().get('/webhooks')).body.meta.count).to.equal(0);
  });

  it('accepts addresses that the operator allows', async () => {
    await using service = await startService({ env: { WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8,::1/128' } });
    for (const url of ['http://localhost:9000/', 'http://127.0.0.1:9000/', 'http://[::1]:9000/'])
      expect((await service.as().post('/webhooks', { url })).status, url).to.equal(201);
    expect((await service.as().post('/webhooks', { url: 'http://10.0.0.1/' })).status).to.equal(422);
  });

  it('refuses addresses that the operator denies, and names of metadata services, even where ranges are allowed', async () => {
    const env = { WEBHOOK_ALLOWED_RANGES: '10.0.0.0/8', WEBHOOK_DENIED_RANGES: '10.9.0.0/16, 203.0.113.7/32' };
    await using service = await startService({ env });
    expect((await service.as().post('/webhooks', { url: 'http://10.8.0.1/' })).status).to.equal(201);
    for (const url of ['http://10.9.0.1/', 'https://203.0.113.7/', 'http://metadata.google.internal/'])
      expect(await service.as().post('/webhooks', { url }), url).to.be.refused(
        422,
        'url: must lead to a public address',
        'webhook rule violation',
      );
  });

  for (const [what, body] of Object.entries({
    'no address': { description: 'x' },
    'another scheme': { url: 'ftp://hooks.example.com/' },
    'an address with a blank': { url: 'https://hooks.example.com/a b' },
    'an address that is too long': { url: `https://hooks.example.com/${'x'.repeat(2048)}` },
    'a description that is too long': { url: URL, description: 'x'.repeat(251) },
    'no type of event': { url: URL, event_types: [] },
    'an unknown type of event': { url: URL, event_types: ['webhook.ping'] },
  })) {
    it(`refuses ${what}`, async () => {
      await using service = await startService();
      expect(await service.as().post('/webhooks', body)).to.be.refused(400, /^request body has an error/);
    });
  }

  it('limits an organization to 20 webhooks, also for concurrent requests', async () => {
    await using service = await startService();
    await service.given.webhook({ orgId: '000001' });
    const replies = await Promise.all(
      Array.from({ length: 25 }, () => service.as().post('/webhooks', { url: 'https://hooks.example.com/' })),
    );
    const refused = replies.filter(({ status }) => status !== 201);
    expect(refused).to.have.length(5);
    for (const reply of refused)
      expect(reply).to.be.refused(422, 'An organization has 20 webhooks at most.', 'Too many webhooks');
    expect((await service.as({ orgId: '000001' }).post('/webhooks', { url: URL })).status).to.equal(201);
  });

  it('responds that webhooks are not available without an encryption key', async () => {
    await using service = await startService({ env: { WEBHOOK_SECRET_KEY: undefined } });
    expect(await service.as().post('/webhooks', { url: URL }, KEY)).to.be.refused(
      ...([422, 'Webhooks are not set up here: the operator has to set WEBHOOK_SECRET_KEY.'] as const),
      'Webhooks not available',
    );
    expect((await service.as().get('/webhooks')).body.data).to.deep.equal([]);
  });
});
