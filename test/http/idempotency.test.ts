import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Client, Reply, RequestOptions } from '../support/client.ts';
import { blueprintBody, composeRequest, guestImageRequest } from '../support/given.ts';
import { ORG } from '../support/identity.ts';
import { reserveComposes } from '../support/reservations.ts';
import { startService, type TestService } from '../support/service.ts';

const KEY = { headers: { 'idempotency-key': '"order-1"' } };
const BLUEPRINT = { name: 'web', description: '', ...blueprintBody };

const compose = (client: Client, body: object = composeRequest, options: RequestOptions = KEY): Promise<Reply> =>
  client.post('/compose', body, options);

const countRows = async ({ sql }: TestService, table: string): Promise<number> => {
  const { rows } = await sql.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
  return rows[0]!.count;
};

const replayed = (reply: Reply): unknown => reply.headers['idempotency-replayed'];

describe('a request with an idempotency key', () => {
  it('is executed once, however often it is sent', async () => {
    await using service = await startService();
    const id = service.composer.accepts();
    const first = await compose(service.as());
    expect([first.status, first.body, replayed(first)]).to.deep.equal([201, { id }, undefined]);
    for (let again = 0; again < 3; again += 1) {
      const reply = await compose(service.as());
      expect([reply.status, reply.text, replayed(reply)]).to.deep.equal([201, first.text, 'true']);
    }
    expect(await countRows(service, 'composes')).to.equal(1);
  });

  it('is the same with its key bare or quoted', async () => {
    await using service = await startService();
    service.composer.accepts();
    const first = await compose(service.as(), composeRequest, { headers: { 'idempotency-key': 'order-1' } });
    expect((await compose(service.as())).text).to.equal(first.text);
  });

  it('is executed once when it is sent concurrently: the repetitions conflict or wait', async () => {
    await using service = await startService();
    service.composer.accepts();
    const replies = await Promise.all(Array.from({ length: 20 }, () => compose(service.as())));
    const done = replies.filter(({ status }) => status === 201);
    const waiting = replies.filter(({ status }) => status === 409);
    expect(done.length).to.be.at.least(1);
    expect(done.length + waiting.length).to.equal(20);
    expect(new Set(done.map(({ text }) => text)).size).to.equal(1);
    for (const { headers } of waiting) expect(headers['retry-after']).to.equal('1');
    expect(await countRows(service, 'composes')).to.equal(1);
  });

  it('works for blueprints', async () => {
    await using service = await startService();
    const first = await service.as().post('/blueprints', BLUEPRINT, KEY);
    expect(first.status, first.text).to.equal(201);
    const again = await service.as().post('/blueprints', BLUEPRINT, KEY);
    expect([again.status, again.text, replayed(again)]).to.deep.equal([201, first.text, 'true']);
    expect(await service.as().post('/blueprints', BLUEPRINT)).to.have.property('status', 422);
  });

  it('works for builds of a blueprint', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({
      versions: [
        { ...blueprintBody, image_requests: [guestImageRequest, { ...guestImageRequest, architecture: 'aarch64' }] },
      ],
    });
    for (let image = 0; image < 2; image += 1) service.composer.accepts();
    const first = await service.as().post(`/blueprints/${id}/compose`, undefined, KEY);
    const again = await service.as().post(`/blueprints/${id}/compose`, undefined, KEY);
    expect([again.status, again.text]).to.deep.equal([201, first.text]);
    expect(await countRows(service, 'composes')).to.equal(2);
  });

  it('is rejected if the key belongs to another request', async () => {
    await using service = await startService();
    service.composer.accepts();
    await compose(service.as());
    const other = await compose(service.as(), { ...composeRequest, image_name: 'another' });
    expect([other.status, (other.body as { errors: { title: string }[] }).errors[0]!.title]).to.deep.equal([
      ...[422, 'Idempotency key reused'],
    ]);
    expect(await countRows(service, 'composes')).to.equal(1);
  });

  it('has a key that belongs to its organization and operation', async () => {
    await using service = await startService();
    const ids = [service.composer.accepts(), service.composer.accepts()];
    const replies = [await compose(service.as()), await compose(service.as({ orgId: '000001' }))];
    expect(replies.map(({ body }) => (body as { id: string }).id)).to.deep.equal(ids);
    const blueprint = await service.as().post('/blueprints', BLUEPRINT, KEY);
    expect(blueprint.status).to.equal(201);
    const repeated = [
      ...[await compose(service.as()), await compose(service.as({ orgId: '000001' }))],
      await service.as().post('/blueprints', BLUEPRINT, KEY),
    ];
    expect(repeated.map(({ text }) => text)).to.deep.equal([...replies, blueprint].map(({ text }) => text));
    expect(repeated.map(replayed)).to.deep.equal(['true', 'true', 'true']);
  });

  it('can be repeated with its key after it was rejected without effect', async () => {
    await using service = await startService();
    expect((await compose(service.as(), { ...composeRequest, distribution: 'unknown' })).status).to.equal(400);
    service.composer.refuses(400, { id: '24', reason: 'no baseurl' });
    expect((await compose(service.as())).status).to.equal(400);
    expect(await countRows(service, 'idempotency_keys')).to.equal(0);
    service.composer.accepts();
    expect((await compose(service.as())).status).to.equal(201);
  });

  it('can be repeated with its key after an unexpected error without effect', async () => {
    await using service = await startService();
    service.composer.post('/compose').replyWithError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
    expect((await compose(service.as())).status).to.equal(500);
    const id = service.composer.accepts();
    const again = await compose(service.as());
    expect([again.status, again.body, replayed(again)]).to.deep.equal([201, { id }, undefined]);
  });

  it('returns what it created after an unexpected error', async () => {
    await using service = await startService();
    service.composer.accepts();
    // The build is stored, and what comes after fails.
    await service.sql.query(`
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NEW.status = 201 THEN RAISE EXCEPTION 'not now'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER fail BEFORE UPDATE ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION fail()`);
    const first = await compose(service.as());
    expect(first.status).to.equal(201);
    expect((await compose(service.as())).status).to.equal(409);
    await service.sql.query('DROP FUNCTION fail CASCADE');
    await service.ctx.retries.close();
    const again = await compose(service.as());
    expect([again.status, again.text, replayed(again)]).to.deep.equal([201, first.text, 'true']);
  });

  it('conflicts as long as its compose can neither be stored nor abandoned, and then returns the stored compose', async () => {
    await using service = await startService();
    await service.sql.query(`
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$;
      CREATE TRIGGER fail BEFORE INSERT ON composes FOR EACH ROW EXECUTE FUNCTION fail();
      CREATE TRIGGER fail BEFORE INSERT ON compose_statuses FOR EACH ROW WHEN (NEW.status = 'abandoned')
        EXECUTE FUNCTION fail()`);
    const id = service.composer.accepts();
    expect((await compose(service.as())).status).to.equal(500);
    expect(await countRows(service, 'composes')).to.equal(0);
    expect(await countRows(service, "build_reservations WHERE state = 'sent'")).to.equal(1);
    expect((await compose(service.as())).status).to.equal(409);
    await service.sql.query('DROP FUNCTION fail CASCADE');
    await service.ctx.retries.close();
    const reply = await compose(service.as());
    expect([reply.status, reply.body, replayed(reply)]).to.deep.equal([201, { id }, 'true']);
  });

  it('has Retry-After in every 503, replayed ones included', async () => {
    await using service = await startService();
    service.composer.accepts();
    await compose(service.as());
    // Composer had gone away after the first of several builds.
    await service.sql.query(`UPDATE idempotency_keys SET status = 503, body = '{"errors":[]}'`);
    const again = await compose(service.as());
    expect([again.status, again.headers['retry-after'], replayed(again)]).to.deep.equal([503, '30', 'true']);
  });

  it('returns the same error again if its effect is unknown: nothing is built twice', async () => {
    await using service = await startService();
    service.composer.post('/compose').replyWithError(Object.assign(new Error('x'), { code: 'ECONNRESET' }));
    const first = await compose(service.as());
    const again = await compose(service.as());
    expect([first.status, again.status, again.text, replayed(again)]).to.deep.equal([500, 500, first.text, 'true']);
  });

  it('returns the same error again if a part of it was done', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({
      versions: [
        { ...blueprintBody, image_requests: [guestImageRequest, { ...guestImageRequest, architecture: 'aarch64' }] },
      ],
    });
    service.composer.accepts();
    service.composer.refuses(400, { id: '24', reason: 'no baseurl' });
    const replies = [0, 1].map(() => () => service.as().post(`/blueprints/${id}/compose`, undefined, KEY));
    for (const send of replies) expect((await send()).status).to.equal(400);
    expect(await countRows(service, 'composes')).to.equal(1);
  });

  for (const [title, key] of [
    ['is empty', ''],
    ['is an empty string', '""'],
    ['is too long', 'x'.repeat(256)],
    ['has blanks and no quotes', 'two words'],
    ['is not closed', '"open'],
    ['has letters that are not ASCII', '"schl\u00fcssel"'],
  ] as const) {
    it(`is rejected if the key ${title}`, async () => {
      await using service = await startService();
      const reply = await compose(service.as(), composeRequest, { headers: { 'idempotency-key': key } });
      expect(reply.status).to.equal(400);
      expect(reply.text).to.contain('Idempotency-Key');
    });
  }

  it('is ignored by operations without keys', async () => {
    await using service = await startService();
    expect((await service.as().get('/distributions', { headers: { 'idempotency-key': 'two words' } })).status).to.equal(
      200,
    );
  });

  it('is executed again after the retention time of keys', async () => {
    await using service = await startService();
    service.composer.accepts();
    await compose(service.as());
    const { rows } = await service.sql.query<{ hours: number }>(
      'SELECT extract(epoch FROM expires_at - now())::float8 / 3600 AS hours FROM idempotency_keys',
    );
    expect(rows[0]!.hours).to.be.within(47.9, 48);
    await service.sql.query("UPDATE idempotency_keys SET expires_at = now() - interval '1 second'");
    service.composer.accepts();
    const again = await compose(service.as());
    expect([again.status, replayed(again)]).to.deep.equal([201, undefined]);
  });
});

describe('a request with an idempotency key whose process died', () => {
  /** The key as the process left it. */
  const died = async (service: TestService): Promise<string> => {
    service.composer.accepts();
    await compose(service.as());
    await service.sql.query('DELETE FROM composes');
    const { rows } = await service.sql.query<{ id: string }>(
      `UPDATE idempotency_keys SET status = NULL, body = NULL, created = '{}', process_id = gen_random_uuid() RETURNING id`,
    );
    return rows[0]!.id;
  };

  it('is executed again if it had no effect', async () => {
    await using service = await startService();
    await died(service);
    service.composer.accepts();
    const reply = await compose(service.as());
    expect([reply.status, replayed(reply)]).to.deep.equal([201, undefined]);
    expect(await countRows(service, 'composes')).to.equal(1);
  });

  it('counts as running for a quarter of an hour where its process had no id', async () => {
    await using service = await startService();
    await died(service);
    const began = (minutes: number) =>
      service.sql.query(
        'UPDATE idempotency_keys SET process_id = NULL, created_at = now() - make_interval(mins => $1::int)',
        [minutes],
      );
    await began(14);
    expect((await compose(service.as())).status).to.equal(409);
    await began(16);
    service.composer.accepts();
    expect((await compose(service.as())).status).to.equal(201);
  });

  it('returns what it created', async () => {
    await using service = await startService();
    const [key, build] = [await died(service), randomUUID()];
    await service.sql.query('UPDATE idempotency_keys SET created = ARRAY[$2::uuid] WHERE id = $1', [key, build]);
    const reply = await compose(service.as());
    expect([reply.status, reply.body, replayed(reply)]).to.deep.equal([201, { id: build }, 'true']);
  });

  it('does not return a part of what it was to create', async () => {
    await using service = await startService();
    const key = await died(service);
    await service.sql.query('UPDATE idempotency_keys SET created = ARRAY[$2::uuid], wanted = 2 WHERE id = $1', [
      ...[key, randomUUID()],
    ]);
    for (let again = 0; again < 2; again += 1) {
      const reply = await compose(service.as());
      expect(reply).to.be.refused(500, 'the request was interrupted after 1 of 2 builds were started');
      expect(replayed(reply)).to.equal('true');
    }
  });

  it('conflicts while composer may have its compose, and then returns the adopted compose', async () => {
    await using service = await startService();
    const [key, build] = [await died(service), randomUUID()];
    const [reservation = ''] = (await reserveComposes(service.ctx.db, { idempotencyId: key })) ?? [];
    expect(await compose(service.as())).to.have.property('status', 409);
    await service.ctx.db.reservations.markUnknown(reservation);
    expect(await compose(service.as())).to.have.property('status', 409);
    await service.ctx.db.composes.store({ jobId: build, orgId: ORG, reservationId: reservation });
    const reply = await compose(service.as());
    expect([reply.status, reply.body]).to.deep.equal([201, { id: build }]);
  });

  it('is executed once by concurrent repetitions', async () => {
    await using service = await startService();
    await died(service);
    service.composer.accepts();
    const replies = await Promise.all(Array.from({ length: 10 }, () => compose(service.as())));
    expect(replies.map(({ status }) => status).filter((status) => status !== 201 && status !== 409)).to.deep.equal([]);
    expect(await countRows(service, 'composes')).to.equal(1);
  });
});
