import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  heartbeatText,
  matchesFilter,
  missedText,
  openingText,
  serializeEvent,
  startAfter,
  type Event,
  type EventFilter,
} from '../../../src/domain/events/event.ts';

const COMPOSE = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';
const BLUEPRINT = '0b7d5f31-8c2e-4a6f-9e14-5d3c2b1a0f9e';
const TIME = '2026-03-01T08:30:00Z';
const ALL: EventFilter = { types: null, composeId: null, blueprintId: null };

const row = (type: string, subject: string, data: Readonly<Record<string, unknown>>) => ({
  ...{ id: 7, org_id: '000000', type, subject, data, occurred_at: TIME },
});

describe('an event', () => {
  it('of a compose has its id, and the members that are stored', () => {
    const data = { status: 'success', blueprint_id: BLUEPRINT, blueprint_version: 3 };
    expect(serializeEvent(row('compose.finished', COMPOSE, data)).event).to.deep.equal({
      ...{ id: 7, type: 'compose.finished', occurred_at: TIME, compose_id: COMPOSE },
      ...data,
    });
  });

  it('of a blueprint has its id, and its version as every event has it', () => {
    const { event } = serializeEvent(row('blueprint.updated', BLUEPRINT, { name: 'web', version: 2 }));
    expect(event).to.deep.equal({
      ...{ id: 7, type: 'blueprint.updated', occurred_at: TIME, blueprint_id: BLUEPRINT },
      ...{ name: 'web', blueprint_version: 2 },
    });
  });

  it('is three lines of a stream and an empty one', () => {
    const { text } = serializeEvent(row('blueprint.deleted', BLUEPRINT, { name: 'a\nb' }));
    const data = { id: 7, type: 'blueprint.deleted', occurred_at: TIME, blueprint_id: BLUEPRINT, name: 'a\nb' };
    expect(text).to.equal(`id: 7\nevent: blueprint.deleted\ndata: ${JSON.stringify(data)}\n\n`);
  });
});

describe('the other lines of a stream', () => {
  it('are its position and the pause until a client reconnects', () => {
    expect(openingText(5, 1234)).to.equal('retry: 1234\nid: 5\n\n');
  });

  it('are heartbeats with the position', () => {
    expect(heartbeatText(5)).to.equal(': heartbeat\nid: 5\n\n');
  });

  it('report that events may be missing', () => {
    const data = { id: 5, type: 'events.missed', occurred_at: TIME };
    expect(missedText(5, new Date('2026-03-01T08:30:00.987Z'))).to.equal(
      `id: 5\nevent: events.missed\ndata: ${JSON.stringify(data)}\n\n`,
    );
  });
});

describe('the filter of a stream', () => {
  const ofCompose = serializeEvent(row('compose.queued', COMPOSE, { blueprint_id: BLUEPRINT })).event;
  const ofBlueprint = serializeEvent(row('blueprint.created', BLUEPRINT, { version: 1 })).event;

  for (const [what, filter, expected] of [
    ['nothing: all events', {}, [ofCompose, ofBlueprint]],
    ['types', { types: new Set(['compose.queued', 'compose.finished']) }, [ofCompose]],
    ['other types', { types: new Set(['compose.finished']) }, []],
    ['a compose, in any case', { composeId: COMPOSE.toUpperCase() }, [ofCompose]],
    ['another compose', { composeId: BLUEPRINT }, []],
    ['a blueprint, with its composes', { blueprintId: BLUEPRINT.toUpperCase() }, [ofCompose, ofBlueprint]],
    ['another blueprint', { blueprintId: COMPOSE }, []],
    ['a type and a blueprint', { types: new Set(['blueprint.created']), blueprintId: BLUEPRINT }, [ofBlueprint]],
    ['a type of another compose', { types: new Set(['compose.queued']), composeId: BLUEPRINT }, []],
  ] as const satisfies readonly (readonly [string, Partial<EventFilter>, readonly Event[]])[])
    it(`can be ${what}`, () => {
      const found = [ofCompose, ofBlueprint].filter((event) => matchesFilter(event, { ...ALL, ...filter }));
      expect(found).to.deep.equal(expected);
    });
});

describe('the start of a stream', () => {
  /** Events up to 10 are deleted, 20 is safe to read, 25 is assigned; the last one of the caller is 18. */
  const HORIZON = { forgotten_to: 10, safe: 20, newest: 25, newest_own: 18 };

  it('is what is new, for a client without an id: it learns the id of its own last event', () => {
    expect(startAfter(null, HORIZON)).to.deep.equal({ position: 20, lastEventId: 18, hasMissed: false });
    expect(startAfter(null, { ...HORIZON, newest_own: null })).to.deep.equal({
      ...{ position: 20, lastEventId: 0, hasMissed: false },
    });
  });

  for (const [what, lastId, position, lastEventId, hasMissed] of [
    ['the oldest event for 0, without a word about deleted ones', 0, 10, 0, false],
    ['the oldest event for an id whose successors are deleted, which is reported', 9, 10, 10, true],
    ['the id itself from the oldest event on', 10, 10, 10, false],
    ['the id itself', 15, 15, 15, false],
    ['the id itself, where it is not safe to read yet', 25, 25, 25, false],
    ['what is new, for an id of a database that was replaced, which is reported', 26, 20, 20, true],
  ] as const)
    it(`is ${what}`, () => {
      expect(startAfter(lastId, HORIZON)).to.deep.equal({ position, lastEventId, hasMissed });
    });
});
