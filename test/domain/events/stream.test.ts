import { expect } from 'chai';
import { describe, it } from 'mocha';
import { serializeEvent, type EventFilter, type SerializedEvent } from '../../../src/domain/events/event.ts';
import { EventSource, MAX_BUFFERED_BYTES, type FollowRequest } from '../../../src/domain/events/stream.ts';
import { StreamRegistry } from '../../../src/domain/events/stream-registry.ts';

const ORG = '000000';
const ALL: EventFilter = { types: null, composeId: null, blueprintId: null };
const BLUEPRINTS: EventFilter = { ...ALL, types: new Set(['blueprint.created']) };

const event = (id: number, type = 'compose.queued', size = 0): SerializedEvent =>
  serializeEvent({
    ...{ id, org_id: ORG, type, subject: '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10', occurred_at: '2026-03-01T08:30:00Z' },
    data: { image_name: 'x'.repeat(size) },
  });

const batchOf = (...events: readonly SerializedEvent[]) => ({
  ...{ events, bytes: Buffer.from(events.map(({ text }) => text).join('')) },
});

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Options extends Partial<Pick<FollowRequest, 'filter' | 'seconds'>> {
  readonly position?: number;
  /** The position of the hub. */
  readonly readUpTo?: number;
  readonly stored?: readonly SerializedEvent[];
  readonly readPage?: () => Promise<never>;
}

/** A stream of a hub that has these events, and what happens to it. */
const open = ({
  filter = ALL,
  seconds = null,
  position = 0,
  readUpTo = position,
  stored = [],
  readPage,
}: Options = {}) => {
  const ends: string[] = [];
  const failures: unknown[] = [];
  const hub = { readUpTo, sent: 0 };
  const stream = new EventSource(
    { orgId: ORG, lastId: position, filter, seconds },
    { position, lastEventId: position, hasMissed: false },
    {
      readUpTo: () => hub.readUpTo,
      readPage:
        readPage ??
        (async (_orgId, after) => {
          const events = stored.filter((one) => one.event.id > after).slice(0, 2);
          return { events, to: events.length === 2 ? events[1]!.event.id : hub.readUpTo };
        }),
      onSent: (events) => void (hub.sent += events),
      onEnd: (_stream, end) => void ends.push(end),
      onFailure: (error) => void failures.push(error),
    },
  );
  let text = '';
  const read = async (): Promise<void> => {
    stream.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk));
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  };
  const ids = (): number[] => [...text.matchAll(/^id: (\d+)\nevent/gm)].map(([, id]) => Number(id));
  return { stream, hub, ends, failures, read, ids, text: () => text };
};

describe('an event stream', () => {
  it('begins with its position, and with a pause of one to four seconds until a client reconnects', async () => {
    const pauses = new Set<number>();
    for (let streams = 0; streams < 20; streams += 1) {
      const { read, text } = open({ position: 5 });
      await read();
      const [, retry] = /^retry: (\d+)\nid: 5\n\n$/.exec(text()) ?? [];
      expect(Number(retry)).to.be.within(1_000, 3_999);
      pauses.add(Number(retry));
    }
    expect(pauses.size, 'clients do not reconnect at the same time').to.be.greaterThan(1);
  });

  it('reads missed events in pages, and then receives those of the hub', async () => {
    const { stream, hub, read, ids } = open({ readUpTo: 5, stored: [1, 2, 3, 5].map((id) => event(id)) });
    await read();
    expect(ids()).to.deep.equal([1, 2, 3, 5]);
    stream.advance(batchOf(event(6), event(7)), 7);
    await nextTurn();
    expect(ids()).to.deep.equal([1, 2, 3, 5, 6, 7]);
    expect(hub.sent).to.equal(6);
  });

  it('receives nothing of the hub before it has caught up', async () => {
    const { stream, read, ids } = open({ readUpTo: 2, stored: [event(1), event(2)] });
    stream.advance(batchOf(event(2)), 2);
    await read();
    expect(ids()).to.deep.equal([1, 2]);
  });

  it('leaves out what it has sent, and what the filter excludes', async () => {
    const all = open({ position: 5 });
    await all.read();
    all.stream.advance(batchOf(event(4), event(5), event(6)), 6);
    const some = open({ filter: BLUEPRINTS });
    await some.read();
    some.stream.advance(batchOf(event(1), event(2, 'blueprint.created')), 2);
    some.stream.advance(batchOf(event(3)), 3);
    some.stream.advance(undefined, 4);
    await nextTurn();
    expect([all.ids(), some.ids()]).to.deep.equal([[6], [2]]);
    expect([all.hub.sent, some.hub.sent]).to.deep.equal([1, 1]);
  });

  it('reads events itself again when the hub has read them without its organization', async () => {
    const stored = [event(1), event(2)];
    const { stream, hub, read, ids } = open({ stored });
    await read();
    hub.readUpTo = 2;
    stream.fallBehind();
    await nextTurn();
    expect(ids()).to.deep.equal([1, 2]);
  });

  it('has heartbeats with the last id that it sent, when it has caught up and its client reads', async () => {
    const { stream, read, text } = open({ filter: BLUEPRINTS });
    stream.sendHeartbeat();
    await read();
    expect(text()).to.not.include('heartbeat');
    stream.advance(batchOf(event(1, 'blueprint.created'), event(2)), 2);
    await nextTurn();
    stream.sendHeartbeat();
    await nextTurn();
    expect(text()).to.match(/: heartbeat\nid: 1\n\n$/);
    stream.pause();
    stream.advance(batchOf(event(3, 'blueprint.created')), 3);
    stream.sendHeartbeat();
    stream.resume();
    await nextTurn();
    expect(text().match(/heartbeat/g)).to.have.length(1);
  });

  it('takes ids again that a reset database assigns again', async () => {
    const { stream, read, ids } = open({ position: 9 });
    await read();
    stream.rewind(3);
    stream.advance(batchOf(event(4)), 4);
    stream.rewind(8);
    stream.advance(batchOf(event(4), event(5)), 5);
    await nextTurn();
    expect(ids()).to.deep.equal([4, 5]);
  });

  it('ends when it has caught up, if its client wants no more than that', async () => {
    const { read, ends, ids } = open({ seconds: 0, readUpTo: 2, stored: [event(1), event(2)] });
    await read();
    expect([ids(), ends]).to.deep.equal([[1, 2], ['asked']]);
  });

  it('ends with the process, once', async () => {
    const { stream, read, ends } = open();
    stream.end('stopping');
    stream.end('asked');
    stream.advance(batchOf(event(1)), 1);
    stream.sendHeartbeat();
    await read();
    expect(ends).to.deep.equal(['stopping']);
  });

  it('is broken off when events cannot be read: its client reconnects', async () => {
    const error = new Error('the database is away');
    const { read, ends, failures } = open({ readUpTo: 1, readPage: () => Promise.reject(error) });
    await read();
    expect([ends, failures]).to.deep.equal([['failed'], [error]]);
  });

  it('is broken off when its client reads too slowly', async () => {
    const { stream, read, ends } = open();
    await read();
    stream.pause();
    const half = MAX_BUFFERED_BYTES / 2;
    for (const id of [1, 2]) stream.advance(batchOf(event(id, 'compose.queued', half)), id);
    await nextTurn();
    expect(ends).to.deep.equal([]);
    stream.advance(batchOf(event(3)), 3);
    await nextTurn();
    expect(ends).to.deep.equal(['slow']);
  });

  it('ends as its client leaves', async () => {
    const { stream, ends } = open();
    stream.destroy();
    await nextTurn();
    expect(ends).to.deep.equal(['client']);
  });
});

describe('the open streams of a process', () => {
  it('are counted by organization, each once', () => {
    const registry = new StreamRegistry();
    const [first, second] = [open().stream, open().stream];
    registry.add(first);
    registry.add(second);
    expect([registry.size, registry.all(), [...registry.byOrganization.keys()]]).to.deep.equal([
      ...[2, [first, second], [ORG]],
    ]);
    expect([registry.delete(first), registry.delete(first), registry.size]).to.deep.equal([true, false, 1]);
    expect(registry.delete(second)).to.equal(true);
    expect([registry.size, registry.all(), registry.byOrganization.size]).to.deep.equal([0, [], 0]);
    expect(registry.delete(second)).to.equal(false);
  });
});
