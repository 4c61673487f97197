import { expect } from 'chai';
import { describe, it } from 'mocha';
import { listenForEvents } from '../../../src/db/event-listener.ts';
import {
  createEventHub,
  type EventHub,
  type EventHubLimits,
  type EventHubParts,
} from '../../../src/domain/events/hub.ts';
import type { EventSource, FollowRequest } from '../../../src/domain/events/stream.ts';
import { unusedPort } from '../../upstream/loopback.ts';
import { insertEvent, recordEvent } from '../../support/events.ts';
import { startService, type TestService } from '../../support/service.ts';

const ORG = '000000';
const ALL = { types: null, composeId: null, blueprintId: null } as const;
const LIMITS: EventHubLimits = { streams: 100, streamsPerOrganization: 100, heartbeat: 3_600_000 };

const request = (more: Partial<FollowRequest> = {}): FollowRequest => ({
  ...{ orgId: ORG, lastId: null, filter: ALL, seconds: null },
  ...more,
});

/** Looks for events only when somebody tells of them. */
const neverRepeat = () => () => {};

const hubOf = ({ ctx }: TestService, parts: Partial<EventHubParts> = {}): EventHub =>
  createEventHub({
    ...{ db: ctx.db, log: ctx.log, metrics: ctx.metrics.events, limits: LIMITS, repeat: neverRepeat },
    listen: (onNews, onProblem) => listenForEvents(ctx.config.database, onNews, onProblem),
    ...parts,
  });

/** Reads a stream; gives how many events have come. */
const read = (stream: EventSource) => {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk));
  const count = (): number => text.match(/^data: /gm)?.length ?? 0;
  return {
    text: () => text,
    count,
    until: async (events: number): Promise<void> => {
      while (count() < events) await new Promise(setImmediate);
    },
  };
};

const event = ({ ctx }: TestService, orgId = ORG): Promise<string> => recordEvent(ctx.config.database, { orgId });

/** Backends of the connections that hear of new events. */
const listeners = async ({ sql }: TestService): Promise<readonly number[]> => {
  const { rows } = await sql.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity
    WHERE application_name = 'image-builder-events' AND datname = current_database() AND query LIKE 'LISTEN%'`,
  );
  return rows.map(({ pid }) => pid);
};

const untilListening = async (service: TestService, but: readonly number[] = []): Promise<readonly number[]> => {
  for (;;) {
    const pids = await listeners(service);
    if (pids.length > 0 && !pids.some((pid) => but.includes(pid))) return pids;
  }
};

describe('the event hub', () => {
  it('listens on one connection while streams are open', async () => {
    await using service = await startService();
    expect(await listeners(service)).to.deep.equal([]);
    let repeated = 0;
    await using hub = hubOf(service, {
      repeat: () => {
        repeated += 1;
        return () => void (repeated -= 1);
      },
    });
    const streams = await Promise.all(['1', '2', '3'].map((orgId) => hub.follow(request({ orgId }))));
    const received = streams.map((open) => read(open()));
    expect(await untilListening(service)).to.have.length(1);
    for (const orgId of ['1', '2', '2', '3']) await event(service, orgId);
    await Promise.all([1, 2, 1].map(async (events, index) => received[index]?.until(events)));
    expect(received.map(({ count }) => count())).to.deep.equal([1, 2, 1]);
    expect(repeated).to.be.greaterThan(0);
    await hub[Symbol.asyncDispose]();
    expect(repeated).to.equal(0);
    while ((await listeners(service)).length > 0);
  });

  it('sends a later event only after the transaction of an earlier event has ended, in order', async () => {
    await using service = await startService();
    let reads = 0;
    const { events } = service.ctx.db;
    const findSafeId: typeof events.findSafeId = async () => {
      const ids = await events.findSafeId();
      reads += 1;
      return ids;
    };
    await using hub = hubOf(service, { db: { events: { ...events, findSafeId } } });
    const received = read((await hub.follow(request()))());
    await untilListening(service);
    await service.sql.query('BEGIN');
    await insertEvent(service.sql);
    await event(service);
    // The hub reads again by itself as long as a transaction holds events back.
    const before = reads;
    while (reads < before + 3) await new Promise(setImmediate);
    expect(received.count()).to.equal(0);
    await service.sql.query('COMMIT');
    await received.until(2);
    expect([...received.text().matchAll(/^id: (\d+)\nevent/gm)].map(([, id]) => id)).to.deep.equal(['1', '2']);
  });

  it('has composes followed closely that are open when a stream opens, or are queued later', async () => {
    await using service = await startService();
    const calls: unknown[] = [];
    await using hub = hubOf(service, {
      followers: {
        organization: (orgId) => void calls.push(orgId),
        composes: (jobIds) => void calls.push(...jobIds),
      },
    });
    const open = async (more: Partial<FollowRequest>) => read((await hub.follow(request(more)))());
    await open({ filter: { ...ALL, types: new Set(['blueprint.created']) } });
    await open({ seconds: 0 });
    expect(calls).to.deep.equal([]);
    const received = await open({});
    await open({});
    await untilListening(service);
    await recordEvent(service.ctx.config.database, { orgId: ORG, type: 'compose.finished' });
    const subject = await event(service);
    await received.until(2);
    expect(calls).to.deep.equal([ORG, subject]);
  });

  it('reads new events once for all streams', async () => {
    await using service = await startService();
    let reads = 0;
    const { events } = service.ctx.db;
    await using hub = hubOf(service, {
      db: {
        events: {
          ...events,
          listOfOrganizations: (...given) => {
            reads += 1;
            return events.listOfOrganizations(...given);
          },
        },
      },
    });
    const received = [];
    for (let i = 0; i < 50; i += 1) received.push(read((await hub.follow(request()))()));
    await untilListening(service);
    await event(service);
    await Promise.all(received.map(({ until }) => until(1)));
    expect(reads).to.equal(1);
  });

  it('reconnects after a lost connection, and sends the events in between', async () => {
    await using service = await startService();
    await using hub = hubOf(service);
    const received = read((await hub.follow(request()))());
    let lost: readonly number[] = [];
    for (let round = 1; round <= 3; round += 1) {
      lost = await untilListening(service, lost);
      await service.sql.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [lost]);
      await event(service);
      await received.until(round);
    }
    const numbers = [...received.text().matchAll(/^id: (\d+)\nevent/gm)].map(([, id]) => id);
    expect(numbers).to.deep.equal(['1', '2', '3']);
  });

  it('polls for events without notifications, and warns once that notifications are missing', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'warn' } });
    const looks: (() => void)[] = [];
    const nowhere = { ...service.ctx.config.database, port: await unusedPort() };
    await using hub = hubOf(service, {
      listen: (onNews, onProblem) => listenForEvents(nowhere, onNews, onProblem),
      repeat: (_milliseconds, work) => {
        looks.push(work);
        return () => {};
      },
    });
    const received = read((await hub.follow(request()))());
    while (service.logs.length === 0) await new Promise(setImmediate);
    await event(service);
    for (const look of looks) look();
    await received.until(1);
    expect(service.logs.map(({ msg }) => msg)).to.deep.equal([
      'new events are not announced at the moment: the service polls for them',
    ]);
  });

  it('sends no event twice that was inserted while the hub read events of other organizations', async () => {
    await using service = await startService();
    const reading = Promise.withResolvers<undefined>();
    const goOn = Promise.withResolvers<undefined>();
    let isHeld = true;
    let tellNews = (): void => {};
    const { events } = service.ctx.db;
    await using hub = hubOf(service, {
      listen: (onNews) => {
        tellNews = onNews;
        return { close: async () => {} };
      },
      db: {
        events: {
          ...events,
          listOfOrganizations: async (...given) => {
            const rows = await events.listOfOrganizations(...given);
            if (isHeld) {
              isHeld = false;
              reading.resolve(undefined);
              await goOn.promise;
            }
            return rows;
          },
        },
      },
    });
    const first = read((await hub.follow(request({ orgId: '1' })))());
    // While the hub reads for one organization, streams of others and of the same begin, each from its own point.
    await event(service, '1');
    await event(service, '2');
    tellNews();
    await reading.promise;
    const other = read((await hub.follow(request({ orgId: '2', lastId: 0 })))());
    const same = read((await hub.follow(request({ orgId: '1', lastId: 0 })))());
    const late = read((await hub.follow(request({ orgId: '1' })))());
    await late.until(0);
    goOn.resolve(undefined);
    await Promise.all([first.until(1), other.until(1), same.until(1)]);
    for (const orgId of ['1', '2']) await event(service, orgId);
    tellNews();
    await Promise.all([first.until(2), other.until(2), same.until(2), late.until(1)]);
    expect([first, other, same, late].map(({ count }) => count())).to.deep.equal([2, 2, 2, 1]);
  });

  it('continues with the ids of a database that was reset', async () => {
    await using service = await startService();
    let tellNews = (): void => {};
    await using hub = hubOf(service, {
      listen: (onNews) => {
        tellNews = onNews;
        return { close: async () => {} };
      },
    });
    for (let i = 0; i < 3; i += 1) await event(service);
    const received = read((await hub.follow(request({ lastId: 0 })))());
    await received.until(3);
    await service.sql.query(`DELETE FROM events WHERE id > 1; ALTER TABLE events ALTER COLUMN id RESTART WITH 2`);
    tellNews();
    await received.until(3);
    await event(service);
    // Twice: the first look may still have seen what was there before.
    tellNews();
    await received.until(4);
    expect(received.text()).to.match(/id: 3\n[^]*\nid: 2\n/);
  });

  it('lets clients come and go a thousand times without losing an event or leaving anything behind', async () => {
    await using service = await startService();
    await using hub = hubOf(service);
    let lastId = 0;
    const seen: number[] = [];
    for (let round = 0; round < 1_000; round += 1) {
      if (round % 10 === 0) await event(service);
      const stream = (await hub.follow(request({ lastId })))();
      const received = read(stream);
      // Every other one leaves before it has been told anything.
      if (round % 2 === 0) await received.until(round % 10 === 0 ? 1 : 0);
      stream.destroy();
      const told = [...received.text().matchAll(/^id: (\d+)\nevent/gm)].map(([, id]) => Number(id));
      seen.push(...told);
      lastId = told.at(-1) ?? lastId;
    }
    expect(seen).to.deep.equal(Array.from({ length: 100 }, (_, index) => index + 1));
    const { values } = await service.ctx.metrics.events.openStreams.get();
    expect(values[0]?.value).to.equal(0);
    expect(await untilListening(service)).to.have.length(1);
  });
});
