import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startBackground } from '../../src/background/index.ts';
import { prepareDatabase } from '../../src/maintenance/prepare-database.ts';
import { createTestDatabase } from '../support/database.ts';
import { composeRequest } from '../support/given.ts';
import { startService, type ServiceOptions, type TestService } from '../support/service.ts';

/** A service that does its background work; stopping it is part of the test. */
async function startWorking(options: ServiceOptions = {}): Promise<TestService> {
  await using stack = new AsyncDisposableStack();
  const service = stack.use(await startService(options));
  const background = startBackground(service.ctx);
  stack.defer(() => background.stop());
  await background.started;
  const owned = stack.move();
  return { ...service, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Waits until a query gives a row. */
async function eventually<Row extends object>({ sql }: TestService, query: string): Promise<Row> {
  for (;;) {
    const { rows } = await sql.query<Row>(query);
    if (rows[0]) return rows[0];
    await new Promise(setImmediate);
  }
}

describe('background work', () => {
  it('stores the end of a compose that a webhook waits for, although no client reads it', async () => {
    await using service = await startWorking();
    const id = service.composer.accepts();
    service.composer.hasStatus(id, { image_status: { status: 'success' } });
    service.composer.get(`/composes/${id}/metadata`).reply(200, { packages: [] });
    await service.given.webhook();
    await service.as().post('/compose', composeRequest);
    const kept = await eventually<{ status: string }>(
      service,
      'SELECT status FROM compose_statuses WHERE finished_at IS NOT NULL AND metadata IS NOT NULL',
    );
    expect(kept.status).to.equal('success');
  });

  it('marks composes that a dead process had sent as unknown, and does not call composer', async () => {
    await using service = await startWorking();
    await service.sql.query(
      `INSERT INTO build_reservations (org_id, expires_at, process_id, state, compose, fingerprint, sent_at)
      VALUES ('1', now() + interval '1 hour', $1, 'sent', '{}', '', now())`,
      [randomUUID()],
    );
    await eventually(service, "SELECT 1 FROM build_reservations WHERE state = 'unknown'");
  });

  it('searches composer for unknown composes where the tenant is exclusive', async () => {
    await using service = await startWorking({ env: { COMPOSER_TENANT_EXCLUSIVE: 'true' } });
    const orphan = randomUUID();
    service.composer.get('/composes/').reply(200, [{ id: orphan, status: 'pending' }]);
    service.composer
      .get('/composes/')
      .optionally()
      .times(9)
      .reply(200, { items: [], kind: 'x', page: 0, size: 0, total: 0 });
    service.composer.get(`/composes/${orphan}/metadata`).reply(200, {});
    const deleted = new Promise((resolve) => {
      service.composer.delete(`/composes/${orphan}`).reply(200, () => {
        resolve(null);
        return {};
      });
    });
    await deleted;
  });

  it('deletes expired idempotency keys', async () => {
    await using service = await startService();
    await service.sql.query(
      `INSERT INTO idempotency_keys (org_id, operation, key, id, fingerprint, expires_at)
      VALUES ('1', 'composeImage', 'k', md5(random()::text)::uuid, '', now() - interval '1 second')`,
    );
    const background = startBackground(service.ctx);
    await eventually(service, 'SELECT 1 WHERE NOT EXISTS (SELECT FROM idempotency_keys)');
    await background.stop();
  });

  it('records that the process is alive, and that it has stopped', async () => {
    await using service = await startService();
    const background = startBackground(service.ctx);
    await background.started;
    const alive = await service.sql.query('SELECT id FROM service_processes WHERE alive_until > now()');
    expect(alive.rows).to.deep.equal([{ id: await service.ctx.heartbeat.processId() }]);
    await background.stop();
    await service.ctx.heartbeat.stop();
    expect((await service.sql.query('SELECT 1 FROM service_processes')).rows).to.deep.equal([]);
    expect(await service.ctx.heartbeat.processId()).to.equal(null);
  });

  it('starts once the database can be reached, and stops without a database as well', async () => {
    await using service = await startService({ env: { PGPORT: '1' } });
    const background = startBackground(service.ctx);
    await background.stop();
    expect(await service.ctx.heartbeat.processId()).to.equal(null);
  });

  it('starts as soon as the database is migrated, and leaves no connection open meanwhile', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'warn' } });
    await service.sql.query('DROP SCHEMA graphile_worker CASCADE');
    const background = startBackground(service.ctx);
    while (!service.logs.some(({ msg }) => String(msg).startsWith('background work cannot start yet')))
      await new Promise(setImmediate);
    await eventually(
      service,
      `SELECT 1 WHERE NOT EXISTS (
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'image-builder-jobs'
      )`,
    );
    await prepareDatabase(service.ctx.config.database, () => {});
    await background.started;
    await background.stop();
  });

  it('logs a task that failed', async () => {
    await using service = await startWorking({ env: { COMPOSER_TENANT_EXCLUSIVE: 'true', LOG_LEVEL: 'warn' } });
    service.composer.get('/composes/').reply(500, {});
    service.composer.get('/composes/').optionally().times(9).reply(500, {});
    const failed = () => service.logs.find(({ job, msg }) => job === 'reconcile-builds' && msg !== undefined);
    while (!failed()) await new Promise(setImmediate);
    expect(failed()).to.include({ level: 'warn', msg: 'background work failed: the service retries' });
  });

  it('stops although composer does not respond', async () => {
    const response = Promise.withResolvers<object>();
    {
      await using service = await startWorking();
      const id = service.composer.accepts();
      const called = Promise.withResolvers<undefined>();
      service.composer.get(`/composes/${id}`).reply(200, () => {
        called.resolve(undefined);
        return response.promise;
      });
      await service.given.webhook();
      await service.as().post('/compose', composeRequest);
      await called.promise;
    }
    response.resolve({});
  });

  it('reports the number of composes of unknown outcome in every process', async () => {
    await using service = await startService();
    await service.sql.query(
      `INSERT INTO build_reservations (org_id, expires_at, state, compose, fingerprint, sent_at)
      VALUES ('1', now() + interval '1 hour', 'unknown', '{}', '', now())`,
    );
    const background = startBackground(service.ctx);
    await background.started;
    const gauge = async () => (await service.ctx.metrics.unknownBuilds.get()).values[0]?.value;
    while ((await gauge()) !== 1) await new Promise(setImmediate);
    await background.stop();
  });

  it('gets its tables from the migration, once', async () => {
    await using database = await createTestDatabase({ empty: true });
    expect(await prepareDatabase(database.config, () => {})).to.be.greaterThan(0);
    expect(await prepareDatabase(database.config, () => {})).to.equal(0);
  });
});
