import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Outage } from '../../src/db/outage.ts';

/** An outage on a clock that the test sets, whose probes the test lets run one by one. */
const watched = () => {
  const clock = { now: 0 };
  const events: string[] = [];
  let next = Promise.withResolvers<undefined>();
  let isAway = true;
  let quiet = Promise.withResolvers<undefined>();
  const silences: number[] = [];
  const outage = new Outage({
    onBegin: (cause: unknown) => events.push(String(cause)),
    onEnd: () => events.push('end'),
    probe: () => {
      events.push('probe');
      return isAway ? Promise.reject(new Error('away')) : Promise.resolve();
    },
    timeout: 100,
    pause: () => next.promise,
    silence: (milliseconds) => {
      silences.push(milliseconds);
      clock.now += milliseconds;
      return quiet.promise;
    },
    now: () => clock.now,
  });
  return {
    ...{ clock, events, outage, silences },
    /** Ends a silence of calls, after which a probe succeeds or fails. */
    silence: async (isBack: boolean): Promise<void> => {
      isAway = !isBack;
      const { resolve } = quiet;
      quiet = Promise.withResolvers();
      resolve(undefined);
      await new Promise(setImmediate);
    },
    /** Runs a probe, which fails unless the database is back. */
    probe: async (isBack = false): Promise<void> => {
      isAway = !isBack;
      const { resolve } = next;
      next = Promise.withResolvers();
      resolve(undefined);
      await new Promise(setImmediate);
    },
  };
};

describe('an outage of the database', () => {
  it('begins with a call that has no response, and refuses calls until a probe has one', async () => {
    const { clock, events, outage, probe } = watched();
    expect(outage.refusal()).to.equal(null);
    clock.now = 100;
    outage.failed('silent', 0);
    outage.failed('silent again', 0);
    expect(outage.refusal()).to.include({ reason: 'unreachable', message: 'the database cannot be reached' });
    await probe();
    await probe();
    expect(outage.refusal()).not.to.equal(null);
    await probe(true);
    expect(outage.refusal()).to.equal(null);
    await probe();
    expect(events).to.deep.equal(['silent', 'probe', 'probe', 'probe', 'end']);
  });

  it('refuses no calls while they fail at once by themselves', () => {
    const { clock, events, outage } = watched();
    clock.now = 99;
    outage.failed('refused', 0);
    expect(outage.refusal()).to.equal(null);
    outage.responded();
    clock.now = 200;
    outage.failed('refused', 150);
    outage.failed('silent', 100);
    expect(outage.refusal()).not.to.equal(null);
    expect(events).to.deep.equal(['refused', 'end', 'refused']);
  });

  it('ends with a response to an earlier call, and begins again', async () => {
    const { clock, events, outage, probe } = watched();
    outage.failed('refused', 0);
    clock.now = 10;
    outage.responded();
    clock.now = 20;
    outage.failed('refused', 15);
    await probe(true);
    expect(events).to.deep.equal(['refused', 'end', 'refused', 'probe', 'end']);
  });

  it('does not begin while other calls have responses', () => {
    const { clock, events, outage } = watched();
    clock.now = 100;
    outage.responded();
    clock.now = 200;
    outage.failed('one connection of many', 50);
    expect(events).to.deep.equal([]);
    outage.failed('the last one', 150);
    expect(events).to.deep.equal(['the last one']);
  });

  it('is found by a probe when calls have no response for a while, and fails these calls', async () => {
    const { events, outage, silence, silences } = watched();
    const failed: string[] = [];
    const fail = ({ reason }: { readonly reason: string }): unknown => failed.push(reason);
    outage.add(fail);
    await silence(true);
    await silence(true);
    expect(failed).to.deep.equal([]);
    await silence(false);
    expect(failed).to.deep.equal(['unreachable']);
    expect(events).to.deep.equal(['probe', 'probe', 'probe', 'Error: away']);
    expect(silences.slice(0, 3)).to.deep.equal([150, 300, 600]);
  });

  it('is not suspected while calls have responses', async () => {
    const { clock, events, outage, silence, silences } = watched();
    const fail = (): void => {};
    outage.add(fail);
    clock.now += 10;
    outage.responded();
    await silence(false);
    outage.remove(fail);
    await silence(false);
    expect(events).to.deep.equal([]);
    expect(silences).to.deep.equal([150, 150]);
    outage.add(fail);
    expect(silences).to.deep.equal([150, 150, 150]);
  });

  it('is not probed after the pool was closed', async () => {
    const { events, outage, probe } = watched();
    outage.failed('refused', 0);
    outage.close();
    await probe();
    expect(events).to.deep.equal(['refused']);
  });
});
