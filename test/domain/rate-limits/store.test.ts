import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mock } from 'node:test';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Limit } from '../../../src/domain/rate-limits/policy.ts';
import { createCountStore, type CountStore } from '../../../src/domain/rate-limits/store.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const HOUR = 3600;
const limit = (requests: number, seconds = HOUR): Limit => ({ requests, seconds });

interface Opened extends AsyncDisposable {
  readonly database: TestDatabase;
  /** Each as a process of its own would have it. */
  readonly stores: readonly [CountStore, CountStore];
}

const open = async (): Promise<Opened> => {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const stores = [stack.use(createCountStore(database.config)), stack.use(createCountStore(database.config))] as const;
  const owned = stack.move();
  return { database, stores, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};

describe('the counts of requests', () => {
  it('are shared by all processes', async () => {
    await using opened = await open();
    const [one, other] = opened.stores;
    const remaining = [];
    for (const store of [one, other, one]) remaining.push((await store.count('reads a', limit(3))).remaining);
    expect(remaining).to.deep.equal([2, 1, 0]);
    for (const store of [one, other]) {
      expect(await store.count('reads a', limit(3))).to.include({ allowed: false, remaining: 0 });
    }
  });

  it('are exact however many come at the same time', async () => {
    await using opened = await open();
    const counts = await Promise.all(
      Array.from({ length: 100 }, (_, i) => opened.stores[i % 2 === 0 ? 0 : 1].count('reads a', limit(37))),
    );
    expect(counts.filter(({ allowed }) => allowed)).to.have.length(37);
  });

  it('are apart for each key', async () => {
    await using opened = await open();
    const [store] = opened.stores;
    const keys = ['reads a', 'reads b', 'writes a', 'reads \u0000', `reads ${'x'.repeat(10_000)}`, 'reads Å', ''];
    for (const key of keys) expect((await store.count(key, limit(1))).allowed, key).to.equal(true);
    for (const key of keys) expect((await store.count(key, limit(1))).allowed, key).to.equal(false);
  });

  it('tell when the window ends, and begin anew after it', async () => {
    await using opened = await open();
    const [store] = opened.stores;
    const first = await store.count('a', limit(5));
    expect(first.remaining).to.equal(4);
    expect(first.resetIn).to.be.within(1, HOUR * 1000);
    await opened.database.sql.query('UPDATE rate_limits SET expire = expire - $1', [HOUR * 1000]);
    expect((await store.count('a', limit(5))).remaining).to.equal(4);
  });

  it('can be read without counting a request', async () => {
    await using opened = await open();
    const [store, other] = opened.stores;
    expect(await store.read('a', limit(2))).to.deep.equal({ remaining: 2, resetIn: 0 });
    await store.count('a', limit(2));
    for (const one of [store, other, store]) {
      const { remaining, resetIn } = await one.read('a', limit(2));
      expect(remaining).to.equal(1);
      expect(resetIn).to.be.within(1, HOUR * 1000);
    }
    await store.count('a', limit(2));
    await store.count('a', limit(2));
    expect((await store.read('a', limit(2))).remaining).to.equal(0);
    expect((await store.read('a', limit(1))).remaining).to.equal(0);
    await opened.database.sql.query('UPDATE rate_limits SET expire = expire - $1', [HOUR * 1000]);
    expect(await store.read('a', limit(2))).to.deep.equal({ remaining: 2, resetIn: 0 });
  });

  it('go by the limit of the moment', async () => {
    await using opened = await open();
    const [store] = opened.stores;
    expect((await store.count('a', limit(1))).allowed).to.equal(true);
    expect((await store.count('a', limit(1))).allowed).to.equal(false);
    expect(await store.count('a', limit(5))).to.include({ allowed: true });
    expect((await store.count('a', limit(1))).allowed).to.equal(false);
  });

  it('of requests over the limit are rejected without a query', async () => {
    await using opened = await open();
    const [store] = opened.stores;
    for (let i = 0; i < 20; i += 1) await store.count('a', limit(2));
    const { rows } = await opened.database.sql.query('SELECT points FROM rate_limits');
    expect(rows).to.deep.equal([{ points: 2 }]);
  });

  it('are deleted an hour after their window has ended', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      await using opened = await open();
      const { sql } = opened.database;
      await opened.stores[0].count('new', limit(2));
      await sql.query('INSERT INTO rate_limits VALUES ($1, 1, $2)', ['old', Date.now() - HOUR * 1000 - 1]);
      await sql.query('INSERT INTO rate_limits VALUES ($1, 1, $2)', ['recent', Date.now() - HOUR * 500]);
      const keys = async () => (await sql.query('SELECT key FROM rate_limits')).rows.map(({ key }) => key).sort();
      mock.timers.tick(300_000);
      while ((await keys()).includes('old'));
      expect(await keys()).to.deep.equal(['new', 'recent']);
    } finally {
      mock.timers.reset();
    }
  });

  it('cannot be known of a database that is not there, and can as soon as it is', async () => {
    await using database = await createTestDatabase();
    const { port } = database.config;
    const config = { ...database.config, port: 1, sslMode: 'prefer' as const };
    await using store = createCountStore(config);
    expect(await store.count('a', limit(2)).catch((error: unknown) => (error as NodeJS.ErrnoException).code)).to.equal(
      'ECONNREFUSED',
    );
    config.port = port;
    expect((await store.count('a', limit(2))).remaining).to.equal(1);
  });

  it('are not awaited beyond the timeout', async () => {
    // Takes connections and says nothing.
    await using server = createServer((socket) => socket.resume().on('error', () => {})).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await using database = await createTestDatabase();
    const { port } = server.address() as AddressInfo;
    await using store = createCountStore({ ...database.config, host: '127.0.0.1', port, sslMode: 'disable' });
    const failure = await store.count('a', limit(2)).catch((error: unknown) => error);
    expect(failure).to.be.an('error');
  });

  it('are unavailable after the store is closed', async () => {
    await using opened = await open();
    const [store] = opened.stores;
    await store.count('a', limit(2));
    await store[Symbol.asyncDispose]();
    expect(await store.count('a', limit(2)).catch((error: unknown) => (error as Error).message)).to.equal(
      'the counts are closed',
    );
  });
});
