import { mock } from 'node:test';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FairSlots, NoSlotError, type SlotLimits } from '../../src/lib/fair-slots.ts';
import type { Holder } from '../../src/lib/organization-use.ts';

const LIMITS: SlotLimits = {
  ...{ slots: 2, slotsPerOrganization: 2, queue: 100, queuePerOrganization: 100, timeout: 1_000 },
};

/** Slots, and calls that run until a test ends them; `started` has their names in order. */
const open = (limits: Partial<SlotLimits> = {}) => {
  const slots = new FairSlots({ ...LIMITS, ...limits });
  const started: string[] = [];
  const running = new Map<string, PromiseWithResolvers<string>>();
  const call = (holder: Holder, name: string): Promise<string> => {
    const result = slots.run(holder, () => {
      started.push(name);
      const turn = Promise.withResolvers<string>();
      running.set(name, turn);
      return turn.promise;
    });
    result.catch(() => {});
    return result;
  };
  return {
    ...{ slots, started, call },
    end: async (name: string): Promise<void> => {
      running.get(name)?.resolve(name);
      await new Promise(setImmediate);
    },
    fail: async (name: string): Promise<void> => {
      running.get(name)?.reject(new Error(name));
      await new Promise(setImmediate);
    },
  };
};

const reasonOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'made',
    (error: unknown) => (error instanceof NoSlotError ? error.reason : (error as Error).message),
  );

describe('slots', () => {
  it('start calls at once while there are free ones, and return their results and errors', async () => {
    const { call, started, end, fail } = open();
    const [a, b] = [call('1', 'a'), call('1', 'b')];
    expect(started).to.deep.equal(['a', 'b']);
    await end('a');
    await fail('b');
    expect([await a, await reasonOf(b)]).to.deep.equal(['a', 'b']);
  });

  it('are given to the organizations in turn', async () => {
    const { call, started, end } = open({ slots: 1 });
    for (const name of ['a1', 'a2', 'a3', 'a4']) void call('a', name);
    for (const name of ['b1', 'b2']) void call('b', name);
    void call(null, 'own');
    for (const name of ['a1', 'a2', 'b1', 'own', 'a3', 'b2']) await end(name);
    expect(started).to.deep.equal(['a1', 'a2', 'b1', 'own', 'a3', 'b2', 'a4']);
  });

  it('are not all given to one organization: a call of another starts at once', async () => {
    const { call, started, end, slots } = open({ slots: 4, slotsPerOrganization: 2 });
    for (const name of ['a1', 'a2', 'a3']) void call('a', name);
    void call('b', 'b1');
    expect(started).to.deep.equal(['a1', 'a2', 'b1']);
    expect([slots.running, slots.waiting, slots.hasSlot('a'), slots.hasSlot('b')]).to.deep.equal([3, 1, false, true]);
    await end('b1');
    expect(started).to.deep.equal(['a1', 'a2', 'b1']);
    await end('a1');
    expect(started).to.deep.equal(['a1', 'a2', 'b1', 'a3']);
  });

  it('are all free again once the calls have ended', async () => {
    const { call, end, slots } = open();
    for (const name of ['a', 'b', 'c', 'd']) void call('1', name);
    for (const name of ['a', 'b', 'c', 'd']) await end(name);
    expect([slots.running, slots.waiting, slots.hasSlot('1')]).to.deep.equal([0, 0, true]);
  });

  it('have a queue of limited length, for each organization and for all', async () => {
    const { call } = open({ slots: 1, queue: 3, queuePerOrganization: 2 });
    void call('a', 'a1');
    const waiting = ['a2', 'a3'].map((name) => call('a', name));
    expect(await reasonOf(call('a', 'a4'))).to.equal('organization_limit');
    void call('b', 'b1');
    expect(await reasonOf(call('c', 'c1'))).to.equal('queue_full');
    expect(waiting).to.have.length(2);
  });

  it('can be taken, and are free again when what was taken is disposed of', async () => {
    const { slots } = open({ slots: 1, queuePerOrganization: 1 });
    const order: string[] = [];
    const take = (name: string): Promise<Disposable> => slots.take('a').finally(() => order.push(name));
    const first = await take('first');
    const second = take('second');
    expect(await reasonOf(slots.take('a'))).to.equal('organization_limit');
    expect([slots.running, slots.waiting, order]).to.deep.equal([1, 1, ['first']]);
    first[Symbol.dispose]();
    (await second)[Symbol.dispose]();
    await new Promise(setImmediate);
    expect([slots.running, slots.waiting, order]).to.deep.equal([0, 0, ['first', 'second']]);
  });

  describe('that are not free in time', () => {
    beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
    afterEach(() => mock.timers.reset());

    it('are free again though what was taken is still held', async () => {
      const { slots } = open({ slots: 1, timeout: null });
      const held = await slots.take('a', 500);
      const second = slots.take('b');
      mock.timers.tick(500);
      (await second)[Symbol.dispose]();
      held[Symbol.dispose]();
      await new Promise(setImmediate);
      expect([slots.running, slots.waiting]).to.deep.equal([0, 0]);
    });

    it('end the waiting: the call is never made, and later ones are', async () => {
      const { call, started, slots } = open({ slots: 1 });
      void call('a', 'a1');
      const late = call('a', 'a2');
      mock.timers.tick(500);
      void call('a', 'a3');
      mock.timers.tick(500);
      expect(await reasonOf(late)).to.equal('queue_timeout');
      expect([slots.waiting, started]).to.deep.equal([1, ['a1']]);
    });
  });
});
