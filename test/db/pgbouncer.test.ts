// The service behind a real PgBouncer in transaction mode. Skipped where none is installed.
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { openEventStream } from '../../scripts/reliability/event-stream.ts';
import { startBackground } from '../../src/background/index.ts';
import { withMaintenanceConnection } from '../../src/db/maintenance.ts';
import { prepareDatabase } from '../../src/maintenance/prepare-database.ts';
import { insertEvent } from '../support/events.ts';
import { blueprintBody, composeRequest } from '../support/given.ts';
import { identityHeader, ORG } from '../support/identity.ts';
import { hasPgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { startService, type ServiceOptions } from '../support/service.ts';

const server = () => {
  const { PGHOST = '127.0.0.1', PGPORT = '5432', PGUSER = 'postgres', PGPASSWORD = '' } = process.env;
  return { host: PGHOST, port: Number(PGPORT), user: PGUSER, password: PGPASSWORD };
};

/** The service behind a pooler whose sessions are in another time zone, as far as the server decides. */
const startPooled = async (options: ServiceOptions = {}) => {
  const pooler = await startPgBouncer(server());
  const env = { PGHOST: '127.0.0.1', PGPORT: String(pooler.port), PGSSLMODE: 'disable', PGBOUNCER: 'transaction' };
  const service = await startService({ ...options, env: { ...env, ...options.env } });
  await service.sql.query(`ALTER DATABASE ${service.ctx.config.database.database} SET timezone TO 'Asia/Tokyo'`);
  return { pooler, service };
};

const WINDOW = 1_209_600_000_000_000;
const HOUR = 3_600_000;

const expectNow = (time: string): void => {
  expect(Math.abs(Date.parse(time) - Date.now()), time).to.be.below(HOUR);
};

describe('behind a pooler in transaction mode', () => {
  before(function () {
    if (hasPgBouncer()) return;
    console.warn('SKIPPED: pgbouncer is not installed, so nothing is known of the service behind it');
    this.skip();
  });

  it('requests succeed concurrently, more of them than the pooler has connections', async () => {
    const { pooler, service: started } = await startPooled();
    await using _ = pooler;
    await using service = started;
    const created = await Promise.all(
      Array.from({ length: 30 }, (_unused, i) =>
        service.as({ orgId: `org-${i % 3}` }).post('/blueprints', { name: `blueprint ${i}`, ...blueprintBody }),
      ),
    );
    for (const reply of created) expect(reply.status, reply.text).to.equal(201);
    const lists = await Promise.all(
      Array.from({ length: 30 }, (_unused, i) =>
        service.as({ orgId: `org-${i % 3}` }).get('/blueprints?search=blueprint'),
      ),
    );
    for (const { status, body } of lists) expect([status, body.meta?.count]).to.deep.equal([200, 10]);
  });

  it('times are those of UTC, in rows and in comparisons', async () => {
    const { pooler, service: started } = await startPooled({ quota: { default: { quota: 2, slidingWindow: WINDOW } } });
    await using _ = pooler;
    await using service = started;
    const client = service.as();
    const blueprint = await client.post('/blueprints', { name: 'a blueprint', ...blueprintBody });
    service.composer.accepts();
    service.composer.accepts();
    expect((await client.post('/compose', composeRequest)).status).to.equal(201);
    expect((await client.post(`/blueprints/${blueprint.body.id}/compose`)).status).to.equal(201);
    expect((await client.post('/compose', composeRequest)).status).to.equal(403);

    const composes = (await client.get('/composes')).body.data;
    expect(composes).to.have.lengthOf(2);
    for (const { created_at: time } of composes) expectNow(time);
    expectNow((await client.get('/blueprints')).body.data[0].last_modified_at);
    const since = new Date(Date.now() - HOUR).toISOString();
    expect((await client.get(`/composes?created_after=${since}`)).body.meta.count).to.equal(2);
    expect((await client.get(`/composes?created_before=${since}`)).body.meta.count).to.equal(0);
  });

  it('statements have their limits, and errors of the server are those of the caller', async () => {
    const { pooler, service: started } = await startPooled({ env: { PGLOCK_TIMEOUT_MS: '200' } });
    await using _ = pooler;
    await using service = started;
    const client = service.as();
    const { id } = (await client.post('/blueprints', { name: 'a blueprint', ...blueprintBody })).body;
    expect((await client.post('/blueprints', { name: 'a blueprint', ...blueprintBody })).status).to.equal(422);
    await service.sql.query('BEGIN');
    await service.sql.query('LOCK TABLE blueprints IN ACCESS EXCLUSIVE MODE');
    expect((await client.get(`/blueprints/${id}`)).status).to.equal(503);
    await service.sql.query('COMMIT');
    expect((await client.get(`/blueprints/${id}`)).status).to.equal(200);
  });

  it('rate limits count', async () => {
    const limits = { reads: { requests: 3, seconds: 3600 }, writes: null, builds: null };
    const { pooler, service: started } = await startPooled({ rateLimits: { default: limits } });
    await using _ = pooler;
    await using service = started;
    const replies = await Promise.all(Array.from({ length: 6 }, () => service.as().get('/composes')));
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 200, 200, 429, 429, 429]);
  });

  for (const direct of [true, false]) {
    it(`streams have new events ${direct ? 'from the server itself' : 'although there are no notifications'}`, async () => {
      const { host, port } = server();
      const env = direct ? { PGDIRECT_HOST: host, PGDIRECT_PORT: String(port) } : {};
      const { pooler, service: started } = await startPooled({ env });
      await using _ = pooler;
      await using service = started;
      const stream = await openEventStream({
        ...{ origin: `http://127.0.0.1:${service.port}`, organization: ORG },
        headers: { 'x-rh-identity': identityHeader({ orgId: ORG }) },
      });
      const { subject } = await insertEvent(service.sql);
      const [event] = await stream.count(1);
      expect(event?.data['compose_id']).to.equal(subject);
      stream.close();
      await stream.ended;
    });

    it(`background work runs ${direct ? 'on the server itself' : 'through the pooler'}`, async () => {
      const { host, port } = server();
      const env = direct ? { PGDIRECT_HOST: host, PGDIRECT_PORT: String(port) } : {};
      const { pooler, service: started } = await startPooled({ env });
      await using _ = pooler;
      await using service = started;
      const background = startBackground(service.ctx);
      await background.started;
      // Cleaning up deletes events that have expired.
      await service.sql.query(`INSERT INTO events (org_id, type, subject, data, occurred_at)
        VALUES ('1', 'compose.queued', '${'0'.repeat(8)}-0000-4000-8000-000000000000', '{}', now() - interval '10 years')`);
      service.ctx.background.wake('clean-up');
      while ((await service.sql.query('SELECT FROM events')).rowCount !== 0) await new Promise(setImmediate);
      await background.stop();
    });
  }

  it('migrations and maintenance take the server itself, and refuse to start without its address', async () => {
    const { host, port } = server();
    const { pooler, service: started } = await startPooled();
    await using _ = pooler;
    await using service = started;
    const { database } = service.ctx.config;
    const never = new AbortController().signal;
    const message = /^PGDIRECT_HOST: must be set/;
    for (const attempt of [
      () => prepareDatabase(database, () => {}),
      () => withMaintenanceConnection(database, never, () => Promise.resolve()),
    ]) {
      const error = await attempt().catch((reason: unknown) => reason);
      expect(error).to.be.an('error').with.property('message').that.matches(message);
    }
    const known = { ...database, direct: { host, port } };
    expect(await prepareDatabase(known, () => {})).to.equal(0);
    expect(await withMaintenanceConnection(known, never, () => Promise.resolve('done'))).to.equal('done');
  });
});
