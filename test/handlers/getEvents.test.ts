import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  openEventStream,
  type EventStreamClient,
  type EventStreamRequest,
} from '../../scripts/reliability/event-stream.ts';
import type { Repeat } from '../../src/domain/events/distributor.ts';
import { createEventHub } from '../../src/domain/events/hub.ts';
import { MAX_BUFFERED_BYTES } from '../../src/domain/events/stream.ts';
import { connectTo } from '../../scripts/support/databases.ts';
import { insertEvent } from '../support/events.ts';
import { composeRequest } from '../support/given.ts';
import { identityHeader, ORG } from '../support/identity.ts';
import { startService, type ServiceOptions, type TestService } from '../support/service.ts';

const OTHER = '000001';

interface Followed extends AsyncDisposable {
  readonly service: TestService;
  /** Opens a stream, which is closed with the service. */
  readonly follow: (request?: Partial<EventStreamRequest>) => Promise<EventStreamClient>;
  /** Records that composes of an organization were queued, one after the other. @returns the composes */
  readonly build: (count?: number, orgId?: string) => Promise<readonly string[]>;
}

const start = async (options: ServiceOptions = {}): Promise<Followed> => {
  const service = await startService(options);
  const opened: EventStreamClient[] = [];
  return {
    service,
    follow: async (request = {}) => {
      const organization = request.organization ?? ORG;
      const stream = await openEventStream({
        ...{ origin: `http://127.0.0.1:${service.port}`, organization, ...request },
        headers: { 'x-rh-identity': identityHeader({ orgId: organization }), ...request.headers },
      });
      opened.push(stream);
      return stream;
    },
    build: async (count = 1, orgId = ORG) => {
      const ids: string[] = [];
      for (let i = 0; i < count; i += 1) ids.push((await insertEvent(service.sql, { orgId })).subject);
      return ids;
    },
    [Symbol.asyncDispose]: async () => {
      for (const stream of opened) stream.close();
      await Promise.all(opened.map(({ ended }) => ended));
      await service[Symbol.asyncDispose]();
    },
  };
};

const ids = ({ events }: Pick<EventStreamClient, 'events'>): unknown[] => events.map(({ data }) => data['compose_id']);

/** Waits until the service has noticed how many streams are open. */
const untilOpen = async ({ ctx }: TestService, streams: number): Promise<void> => {
  for (;;) {
    const { values } = await ctx.metrics.events.openStreams.get();
    if ((values[0]?.value ?? 0) === streams) return;
    await new Promise(setImmediate);
  }
};

describe('getEvents', () => {
  it('sends events of composes as they happen', async () => {
    await using followed = await start();
    const { service, follow } = followed;
    const stream = await follow();
    expect(stream.status).to.equal(200);
    expect(stream.headers).to.include({
      ...{ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    });
    const id = service.composer.accepts();
    await service.as().post('/compose', { ...composeRequest, image_name: 'my image' });
    await stream.count(1);
    service.composer.hasStatus(id, { image_status: { status: 'building' } });
    await service.as().get(`/composes/${id}`);
    service.composer.hasStatus(id, { image_status: { status: 'success' } });
    await service.as().get(`/composes/${id}`);
    const events = await stream.count(3);
    expect(events.map(({ type, data }) => [type, data['status']])).to.deep.equal([
      ...[
        ['compose.queued', 'pending'],
        ['compose.status', 'building'],
        ['compose.finished', 'success'],
      ],
    ]);
    const { id: number, data } = events[2]!;
    expect(data['occurred_at']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(data).to.deep.equal({
      ...{ id: number, type: 'compose.finished', occurred_at: data['occurred_at'] },
      ...{ compose_id: id, status: 'success', image_name: 'my image' },
    });
  });

  it('sends events of blueprints and of their composes', async () => {
    await using followed = await start();
    const { service, follow } = followed;
    const stream = await follow();
    const body = { ...composeRequest, name: 'web', customizations: {} };
    const { id } = (await service.as().post('/blueprints', body)).body;
    await service.as().put(`/blueprints/${id}`, { ...body, name: 'web server' });
    const compose = service.composer.accepts();
    await service.as().post(`/blueprints/${id}/compose`);
    await service.as().delete(`/blueprints/${id}`);
    const told = (await stream.count(4)).map(({ type, data: { id: _id, occurred_at: _at, ...data } }) => ({
      ...data,
      type,
    })) as Readonly<Record<string, unknown>>[];
    expect(told).to.deep.equal([
      { type: 'blueprint.created', blueprint_id: id, name: 'web', blueprint_version: 1 },
      { type: 'blueprint.updated', blueprint_id: id, name: 'web server', blueprint_version: 2 },
      {
        ...{ type: 'compose.queued', compose_id: compose, status: 'pending' },
        ...{ blueprint_id: id, blueprint_version: 2, image_name: told[2]?.['image_name'] },
      },
      { type: 'blueprint.deleted', blueprint_id: id, name: 'web server' },
    ]);
  });

  it('sends the cancellation of a compose', async () => {
    await using followed = await start();
    const { service, follow, build } = followed;
    const [id] = await build();
    const stream = await follow();
    await insertEvent(service.sql, { type: 'compose.cancelled', subject: id ?? '', data: { status: 'failure' } });
    const [event] = await stream.count(1);
    expect([event?.type, event?.data['status'], event?.data['compose_id']]).to.deep.equal([
      ...['compose.cancelled', 'failure', id],
    ]);
  });

  it('tells nothing of other organizations, neither live nor of what was missed, and no id of theirs', async () => {
    await using followed = await start();
    const { follow, build } = followed;
    await build(3, OTHER);
    const [live, missed, theirs] = [await follow(), await follow({ lastId: 0 }), await follow({ organization: OTHER })];
    await live.until(() => live.lastId() !== null);
    expect(live.lastId()).to.equal(0);
    await build(3, OTHER);
    await build(1);
    await theirs.count(3);
    const own = await live.count(1);
    expect(ids(await missed.count(1).then(() => missed))).to.deep.equal(own.map(({ data }) => data['compose_id']));
    expect(live.events).to.have.length(1);
    for (const { data } of theirs.events) expect(ids(live)).not.to.include(data['compose_id']);
    for (const [name, value] of [
      ['compose_id', theirs.events[0]?.data['compose_id']],
      ['blueprint_id', theirs.events[0]?.data['compose_id']],
    ]) {
      const asked = await follow({ lastId: 0, query: `${String(name)}=${String(value)}&follow_seconds=0` });
      await asked.ended;
      expect(asked.events).to.deep.equal([]);
    }
  });

  describe('for a client that has seen events', () => {
    it('tells what was missed first, then what happens', async () => {
      await using followed = await start();
      const { follow, build } = followed;
      const first = await follow();
      const [seen] = await build(1);
      await first.count(1);
      first.close();
      const missed = await build(3);
      const again = await follow({ lastId: first.lastId() });
      await again.count(3);
      const live = await build(2);
      await again.count(5);
      expect(ids(again)).to.deep.equal([...missed, ...live]);
      expect(ids(again)).not.to.include(seen);
    });

    it('takes the id from the query as well, and rather from the header of one that came back', async () => {
      await using followed = await start();
      const { follow, build } = followed;
      const built = await build(3);
      const all = await follow({ query: 'last_event_id=0&follow_seconds=0' });
      await all.ended;
      expect(ids(all)).to.deep.equal(built);
      const [first] = all.events;
      const rest = await follow({ lastId: first!.id, query: 'last_event_id=0&follow_seconds=0' });
      await rest.ended;
      expect(ids(rest)).to.deep.equal(built.slice(1));
    });

    it('reads it in pages, however much it is', async () => {
      await using followed = await start();
      const { service, follow } = followed;
      const COUNT = 1_234;
      await service.sql.query(
        `INSERT INTO events (org_id, type, subject, data)
        SELECT $1, 'compose.queued', md5(random()::text)::uuid, '{}' FROM generate_series(1, ${COUNT})`,
        [ORG],
      );
      const stream = await follow({ lastId: 0 });
      const numbers = (await stream.count(COUNT)).map(({ id }) => id);
      expect(new Set(numbers).size).to.equal(COUNT);
      expect(numbers).to.deep.equal(numbers.toSorted((a, b) => a - b));
    });

    it('loses nothing and tells nothing twice when it comes back while builds go on', async () => {
      await using followed = await start();
      const { service, follow } = followed;
      const COUNT = 400;
      const STREAMS = 6;
      const { database } = service.ctx.config;
      const writer = async (): Promise<void> => {
        const sql = await connectTo(database, database.database);
        for (let i = 0; i < COUNT / 4 || streams < STREAMS; i += 1) await insertEvent(sql);
        await sql.end();
      };
      const seen: number[] = [];
      let lastId: number | null = 0;
      let streams = 0;
      const writing = Promise.all(Array.from({ length: 4 }, writer));
      while (seen.length < COUNT || streams < STREAMS) {
        const stream = await follow({ lastId });
        const wanted = Math.max(1, Math.min(COUNT - seen.length, 1 + (streams % 9)));
        await stream.count(wanted);
        stream.close();
        await stream.ended;
        seen.push(...stream.events.map(({ id }) => id));
        lastId = stream.lastId();
        streams += 1;
      }
      await writing;
      const { rows } = await service.sql.query<{ id: number }>('SELECT id::int AS id FROM events ORDER BY id');
      expect(seen).to.deep.equal(rows.slice(0, seen.length).map(({ id }) => id));
    });

    it('misses nothing that happens after a recovery of the database, by the statement of docs/data.md', async () => {
      await using followed = await start();
      const { service, follow, build } = followed;
      await build(3);
      // The client has seen more than what was recovered.
      const lastId = 40;
      const page = await readFile(join(import.meta.dirname, '../../docs/data.md'), 'utf8');
      const [, statement = ''] = /```sql\n\s*(SELECT setval.*;)\n/.exec(page) ?? [];
      await service.sql.query(statement);
      const [next] = await build(1);
      const stream = await follow({ lastId });
      await stream.count(1);
      expect(ids(stream)).to.deep.equal([next]);
    });

    it('says so when it may have missed what is no longer kept, and goes on with the oldest that is', async () => {
      await using followed = await start();
      const { service, follow, build } = followed;
      await build(4);
      await service.sql.query(`UPDATE events SET occurred_at = now() - interval '9 days' WHERE id <= 2`);
      const retention = new Date(Date.now() - 7 * 24 * 3600_000);
      expect(await service.ctx.db.expired.deleteSome('events', retention, 100)).to.equal(2);
      const kept = (await service.sql.query<{ id: number }>('SELECT min(id)::int AS id FROM events')).rows[0]!.id;
      const stream = await follow({ lastId: 1 });
      const [missed, next] = await stream.count(3);
      expect(missed?.type).to.equal('events.missed');
      expect(missed?.data).to.have.all.keys('id', 'type', 'occurred_at');
      expect(missed?.id).to.be.below(kept);
      expect(next?.id).to.equal(kept);
      // A client that reconnects with that position misses nothing, nor does one that reads from the start.
      for (const lastId of [missed!.id, 0]) {
        const again = await follow({ lastId, query: 'follow_seconds=0' });
        await again.ended;
        expect(again.events.map(({ type }) => type)).to.deep.equal(['compose.queued', 'compose.queued']);
      }
    });

    it('says so when it has seen what there never was: the database is another one', async () => {
      await using followed = await start();
      const { follow, build } = followed;
      await build(1);
      const stream = await follow({ lastId: 1_000_000 });
      const [missed] = await stream.count(1);
      expect(missed?.type).to.equal('events.missed');
      const [id] = await build(1);
      expect((await stream.count(2))[1]?.data['compose_id']).to.equal(id);
    });

    it('receives its position at once, so that nothing is lost when it is interrupted before the first event', async () => {
      await using followed = await start();
      const { follow, build } = followed;
      await build(2);
      const stream = await follow();
      await stream.until(() => stream.lastId() !== null);
      stream.close();
      const missed = await build(2);
      const again = await follow({ lastId: stream.lastId() });
      await again.count(2);
      expect(ids(again)).to.deep.equal(missed);
    });
  });

  describe('filters', () => {
    it('leave out types that were not asked for', async () => {
      await using followed = await start();
      const { service, follow } = followed;
      const stream = await follow({ query: 'type=blueprint.created&type=compose.finished' });
      const missed = 'last_event_id=0&follow_seconds=0&type=blueprint.created';
      const created = { type: 'blueprint.created', data: { name: 'web', version: 1 } };
      const { subject: id } = await insertEvent(service.sql, created);
      await insertEvent(service.sql);
      await insertEvent(service.sql, created);
      await stream.count(2);
      expect(stream.events.map(({ type }) => type)).to.deep.equal(['blueprint.created', 'blueprint.created']);
      expect(stream.events[0]?.data['blueprint_id']).to.equal(id);
      const replayed = await follow({ query: missed });
      await replayed.ended;
      expect(replayed.events.map((event) => event.id)).to.deep.equal(stream.events.map((event) => event.id));
    });

    it('leave out other builds and blueprints', async () => {
      await using followed = await start();
      const { service, follow } = followed;
      const created = { type: 'blueprint.created', data: { name: 'web', version: 1 } };
      const { subject: id } = await insertEvent(service.sql, created);
      const { subject: compose } = await insertEvent(service.sql, { data: { status: 'pending', blueprint_id: id } });
      await insertEvent(service.sql);
      await insertEvent(service.sql, created);
      const byBuild = await follow({ query: `last_event_id=0&follow_seconds=0&compose_id=${compose.toUpperCase()}` });
      await byBuild.ended;
      expect(byBuild.events.map(({ type }) => type)).to.deep.equal(['compose.queued']);
      const byBlueprint = await follow({ query: `last_event_id=0&follow_seconds=0&blueprint_id=${id}` });
      await byBlueprint.ended;
      expect(byBlueprint.events.map(({ type }) => type)).to.deep.equal(['blueprint.created', 'compose.queued']);
    });
  });

  describe('ends', () => {
    it('when it was asked to, after what was missed or after a time', async () => {
      await using followed = await start();
      const { follow, build } = followed;
      await build(2);
      const stream = await follow({ query: 'follow_seconds=0' });
      expect(await stream.ended).to.equal(true);
      expect(stream.events).to.deep.equal([]);
      const longer = await follow({ lastId: 0, query: 'follow_seconds=1' });
      expect(await longer.ended).to.equal(true);
      expect(longer.events).to.have.length(2);
    });

    it('when the service stops, at once and in order, and new ones are refused', async () => {
      await using followed = await start();
      const { service, follow, build } = followed;
      const stream = await follow();
      await build(1);
      await stream.count(1);
      service.ctx.events.stop();
      expect(await stream.ended).to.equal(true);
      const refused = await service.as().get('/events');
      expect(refused).to.be.refused(503, 'the service is stopping');
      expect(Number(refused.headers['retry-after'])).to.be.above(0);
    });

    it('for a client that does not take what it is sent, which loses nothing by it', async () => {
      await using followed = await start();
      const { service, follow } = followed;
      const stream = await follow();
      await stream.until(() => stream.lastId() !== null);
      stream.pause();
      const isDropped = async (): Promise<boolean> => {
        const { values } = await service.ctx.metrics.events.endedStreams.get();
        return values.some(({ labels, value }) => labels.reason === 'slow' && value === 1);
      };
      // More than what the system keeps for both ends.
      const text = 'x'.repeat(MAX_BUFFERED_BYTES);
      let written = 0;
      while (!(await isDropped())) {
        await insertEvent(service.sql, { data: { image_name: text } });
        written += 1;
        await new Promise(setImmediate);
      }
      stream.resume();
      expect(await stream.ended).to.equal(false);
      const again = await follow({ lastId: stream.lastId(), query: 'follow_seconds=0' });
      await again.ended;
      expect(stream.events.length + again.events.length).to.equal(written);
      await untilOpen(service, 0);
    });
  });

  describe('refuses', () => {
    for (const [name, value] of [
      ['Last-Event-ID', 'abc'],
      ['Last-Event-ID', '-1'],
      ['Last-Event-ID', '1.5'],
      ['Last-Event-ID', '9'.repeat(19)],
    ] as const) {
      it(`${name}: ${value}, by its name`, async () => {
        await using service = await startService();
        const reply = await service.as().get('/events', { headers: { 'last-event-id': value } });
        expect(reply).to.be.refused(400, /^parameter "Last-Event-ID" in header has an error/);
      });
    }

    it('what is wrong with the query, by its name', async () => {
      await using service = await startService();
      for (const [query, name] of [
        ['last_event_id=x', 'last_event_id'],
        ['type=compose.exploded', 'type'],
        ['compose_id=1', 'compose_id'],
        ['follow_seconds=-1', 'follow_seconds'],
      ] as const) {
        expect(await service.as().get(`/events?${query}`)).to.be.refused(400, new RegExp(name));
      }
    });

    it('more streams than an organization, and than a process may have', async () => {
      await using followed = await start({
        env: { EVENT_STREAMS_MAX: '3', EVENT_STREAMS_PER_ORGANIZATION: '2' },
      });
      const { service, follow } = followed;
      const [first] = [await follow(), await follow()];
      const refused = await service.as().get('/events');
      expect(refused).to.be.refused(429, 'the organization has 2 event streams open, which is the most it may have');
      expect(Number(refused.headers['retry-after'])).to.be.above(0);
      await follow({ organization: OTHER });
      const full = await service.as({ orgId: '000002' }).get('/events');
      expect(full).to.be.refused(503, 'too many event streams are open');
      expect(Number(full.headers['retry-after'])).to.be.above(0);
      first?.close();
      await untilOpen(service, 2);
      expect((await follow()).status).to.equal(200);
    });
  });

  it('sends a heartbeat while nothing happens, with the position', async () => {
    const beats: (() => void)[] = [];
    const repeat: Repeat = (milliseconds, work) => {
      if (milliseconds === 7_000) beats.push(work);
      return () => {};
    };
    await using own = await startService();
    const hub = createEventHub({
      ...{ db: own.ctx.db, log: own.ctx.log, metrics: own.ctx.metrics.events, repeat },
      listen: () => ({ close: async () => {} }),
      limits: { streams: 10, streamsPerOrganization: 10, heartbeat: 7_000 },
    });
    await using followed = await start({ context: { events: hub, db: own.ctx.db } });
    await insertEvent(own.sql);
    const stream = await followed.follow();
    await stream.until(() => stream.lastId() === 1);
    expect(beats).to.have.length(1);
    expect(stream.comments()).to.equal(0);
    beats[0]?.();
    await stream.until(() => stream.comments() === 1);
    beats[0]?.();
    await stream.until(() => stream.comments() === 2);
    expect(stream.text()).to.match(/^retry: \d{4}\nid: 1\n\n: heartbeat\nid: 1\n\n: heartbeat\nid: 1\n\n$/);
  });

  it('is measured until it begins, and logged when it has ended', async () => {
    await using followed = await start({ env: { LOG_LEVEL: 'info' } });
    const { service, follow, build } = followed;
    const stream = await follow();
    await build(1);
    await stream.count(1);
    expect(service.ctx.lifecycle.running).to.equal(0);
    const { text } = await service.ctx.metrics.page();
    expect(text).to.match(/imagebuilder_operation_duration_seconds_count\{operation="getEvents",status="2xx"\} 1/);
    expect(text)
      .to.match(/^imagebuilder_event_streams 1$/m)
      .and.to.match(/^imagebuilder_events_sent_total 1$/m);
    const lines = () => service.logs.filter(({ operation_id }) => operation_id === 'getEvents');
    expect(lines()).to.deep.equal([]);
    stream.close();
    while (lines().length === 0) await new Promise(setImmediate);
    expect(lines()).to.have.length(1);
    expect(lines()[0]).to.include({ msg: '200: OK', org_id: ORG });
    expect(lines()[0]?.['latency_ms']).to.be.a('number');
    expect((lines()[0]?.['request'] as { ip?: string }).ip).to.match(/^127\.0\.0\.1:\d+$/);
    await untilOpen(service, 0);
  });

  it('tells of the limit of requests that it counted against', async () => {
    await using followed = await start({ rateLimits: { default: { reads: { requests: 2, seconds: 60 } } } });
    const stream = await followed.follow();
    expect(stream.status).to.equal(200);
    expect(stream.headers['ratelimit']).to.match(/"reads";r=1/);
    await followed.build(1);
    await stream.count(1);
  });
});
