// What callers get while the database is away, silent, locked or busy. A relay stands between it and the service.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { sql } from 'slonik';
import { z } from 'zod';
import { BACKGROUND_TIMEOUTS, createDatabaseAccess } from '../../src/db/database.ts';
import type { Reply } from '../support/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { blueprintBody } from '../support/given.ts';
import { startRelay } from '../support/relay.ts';
import { startService, type ServiceOptions, type TestService } from '../support/service.ts';

const startRelayed = async (env: ServiceOptions['env'] = {}) => {
  const { PGHOST = '127.0.0.1', PGPORT = '5432' } = process.env;
  const relay = await startRelay({ host: PGHOST, port: Number(PGPORT) });
  const service = await startService({
    env: { PGHOST: '127.0.0.1', PGPORT: String(relay.port), PGSSLMODE: 'disable', LOG_LEVEL: 'info', ...env },
  });
  return { relay, service };
};

const expectUnavailable = (reply: Reply, detail: string): void => {
  expect(reply).to.be.refused(503, detail);
  expect(reply.headers['retry-after']).to.match(/^[1-5]$/);
};

const UNREACHABLE = 'the database cannot be reached';

const unavailable = async ({ root }: TestService, reason: string): Promise<boolean> =>
  new RegExp(`^imagebuilder_database_unavailable_total\\{pool="requests",reason="${reason}"\\} [1-9]`, 'm').test(
    (await root.get('/metrics')).text,
  );

/** Repeats a request until it succeeds. */
const untilOk = async (send: () => Promise<Reply>): Promise<Reply> => {
  for (;;) {
    const reply = await send();
    if (reply.status === 200) return reply;
    expect(reply.status, reply.text).to.equal(503);
    await nextTurn();
  }
};

describe('a database that was stopped', () => {
  it('fails what needs it with 503, serves the rest, and is used again once it has started', async () => {
    const { relay, service: started } = await startRelayed();
    await using _ = relay;
    await using service = started;
    const client = service.as();
    expect((await client.get('/composes')).status).to.equal(200);

    await relay.stop();
    for (let i = 0; i < 5; i += 1) {
      expectUnavailable(await client.get('/composes'), UNREACHABLE);
      expectUnavailable(await client.post('/blueprints', { name: 'a blueprint', ...blueprintBody }), UNREACHABLE);
    }
    expect((await client.get('/distributions')).status).to.equal(200);
    expect(await unavailable(service, 'unreachable')).to.equal(true);

    await relay.restart();
    await untilOk(() => client.get('/composes'));
    expect((await client.post('/blueprints', { name: 'a blueprint', ...blueprintBody })).status).to.equal(201);
    const events = service.logs.map(({ event }) => event).filter((event) => String(event).startsWith('database.'));
    expect(events).to.deep.equal(['database.unreachable', 'database.reachable']);
  });

  it('was never there: the service starts without it', async () => {
    const { relay, service: started } = await startRelayed();
    await using _ = relay;
    await using service = started;
    await relay.stop();
    expectUnavailable(await service.as().get('/blueprints'), UNREACHABLE);
    await relay.restart();
    await untilOk(() => service.as().get('/blueprints'));
  });
});

describe('a database behind a network that loses everything', () => {
  it('fails a request that would need a new connection, after PGCONNECT_TIMEOUT_MS', async () => {
    const { relay, service: started } = await startRelayed({ PGCONNECT_TIMEOUT_MS: '100' });
    await using _ = relay;
    await using service = started;
    relay.silence();
    expectUnavailable(await service.as().get('/composes'), UNREACHABLE);
    await relay.restart();
    await untilOk(() => service.as().get('/composes'));
  });

  it('fails a request whose connection is silent, and later ones at once', async () => {
    const { relay, service: started } = await startRelayed({
      ...{ PGCONNECT_TIMEOUT_MS: '200', PGWRITE_TIMEOUT_SECONDS: '1', PGPOOLSIZE: '1' },
    });
    await using _ = relay;
    await using service = started;
    const read = () => service.as().get('/composes');
    // On a busy machine a connection takes longer than that.
    await untilOk(read);

    relay.silence();
    expectUnavailable(await read(), UNREACHABLE);
    expectUnavailable(await read(), UNREACHABLE);
    await relay.restart();
    // The silent connection is closed, and takes its place in the pool until then.
    await untilOk(read);
  });
});

describe('a locked table', () => {
  it('fails what needs it within PGLOCK_TIMEOUT_MS, and nothing else', async () => {
    await using service = await startService({ env: { PGLOCK_TIMEOUT_MS: '200', PGPOOLSIZE: '2' } });
    const client = service.as();
    expect((await client.get('/composes')).status).to.equal(200);
    await service.sql.query('BEGIN');
    await service.sql.query('LOCK TABLE composes IN ACCESS EXCLUSIVE MODE');
    const detail = 'another statement holds a lock in the database for too long';
    const replies = await Promise.all([
      ...Array.from({ length: 6 }, () => client.get('/composes')),
      ...Array.from({ length: 6 }, () => client.get('/blueprints')),
    ]);
    for (const reply of replies.slice(0, 6)) expectUnavailable(reply, detail);
    for (const reply of replies.slice(6)) expect(reply.status, reply.text).to.equal(200);
    expect(await unavailable(service, 'lock_timeout')).to.equal(true);
    await service.sql.query('COMMIT');
    expect((await client.get('/composes')).status).to.equal(200);
  });
});

describe('a pool whose connections are all in use', () => {
  it('fails a request that waits, in the time of its kind', async () => {
    await using service = await startService({ env: { PGPOOLSIZE: '1', PGREAD_TIMEOUT_SECONDS: '1' } });
    const client = service.as();
    const { id } = await service.given.blueprint();
    await service.sql.query('BEGIN');
    await service.sql.query('SELECT FROM blueprints WHERE id = $1 FOR UPDATE', [id]);
    const deletion = client.delete(`/blueprints/${id}`);
    while (service.ctx.db.connections().used === 0) await nextTurn();
    expectUnavailable(await client.get('/composes'), 'no connection to the database became free in time');
    expect(await unavailable(service, 'pool_timeout')).to.equal(true);
    await service.sql.query('COMMIT');
    expect((await deletion).status).to.equal(204);
    await untilOk(() => client.get('/composes'));
  });

  it('does not run a statement later whose caller has left', async () => {
    await using database = await createTestDatabase({ empty: true });
    await database.sql.query('CREATE TABLE t (i integer)');
    const timeouts = { ...BACKGROUND_TIMEOUTS, read: 100 };
    const { use, close } = createDatabaseAccess({ ...database.config, poolSize: 1, timeouts });
    const insert = sql.type(z.strictObject({}))`INSERT INTO t VALUES (1)`;
    await database.sql.query('BEGIN');
    await database.sql.query('LOCK TABLE t');
    const first = use((db) => db.query(insert));
    const late = await use((db) => db.query(insert), undefined, 'read').catch((error: unknown) => error);
    expect(late).to.be.an('error').with.property('reason', 'pool_timeout');
    await database.sql.query('COMMIT');
    await first;
    await use((db) => db.query(sql.type(z.strictObject({}))`SELECT`));
    expect((await database.sql.query('SELECT FROM t')).rowCount).to.equal(1);
    await close();
  });
});

describe('background work', () => {
  it('has connections of its own', async () => {
    await using service = await startService({ env: { PGPOOLSIZE: '1' } });
    const { db, backgroundDb } = service.ctx;
    await service.sql.query('BEGIN');
    await service.sql.query('LOCK TABLE composes IN ACCESS EXCLUSIVE MODE');
    const waiting = service.as().get('/composes');
    while (db.connections().used === 0) await nextTurn();
    await backgroundDb.ping();
    await service.sql.query('COMMIT');
    expect((await waiting).status).to.equal(200);
  });
});
