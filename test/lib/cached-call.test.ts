import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createCachedCall } from '../../src/lib/cached-call.ts';

/** Answers that come when the test says so, and a clock that goes when the test says so. */
function setUp(keep: number) {
  const pending: PromiseWithResolvers<string>[] = [];
  const clock = { now: 0 };
  const get = createCachedCall<string>(keep, () => clock.now);
  const ask = (): Promise<string> => {
    const answer = Promise.withResolvers<string>();
    pending.push(answer);
    return answer.promise;
  };
  return { clock, pending, get: () => get(ask) };
}

const messageOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'no failure',
    (error: unknown) => (error as Error).message,
  );

describe('createCachedCall', () => {
  it('makes one call for all concurrent callers', async () => {
    const { pending, get } = setUp(0);
    const answers = [get(), get(), get()];
    expect(pending).to.have.length(1);
    pending[0]?.resolve('yes');
    expect(await Promise.all(answers)).to.deep.equal(['yes', 'yes', 'yes']);
  });

  it('caches a result from its arrival, not from the start of the call', async () => {
    const { clock, pending, get } = setUp(1_000);
    const first = get();
    clock.now = 3_000;
    pending[0]?.resolve('yes');
    await first;
    clock.now = 3_999;
    expect(await get()).to.equal('yes');
    clock.now = 4_000;
    void get();
    expect(pending).to.have.length(2);
  });

  it('caches a failure as well', async () => {
    const { clock, pending, get } = setUp(1_000);
    const first = messageOf(get());
    pending[0]?.reject(new Error('down'));
    expect(await first).to.equal('down');
    clock.now = 999;
    expect(await messageOf(get())).to.equal('down');
    expect(pending).to.have.length(1);
  });

  it('caches no result where the time is 0', async () => {
    const { pending, get } = setUp(0);
    const first = get();
    pending[0]?.resolve('yes');
    await first;
    void get();
    expect(pending).to.have.length(2);
  });

  it('repeats a call that has not completed after five seconds', async () => {
    const { clock, pending, get } = setUp(1_000);
    const hanging = messageOf(get());
    clock.now = 4_999;
    void get();
    expect(pending).to.have.length(1);
    clock.now = 5_000;
    const second = get();
    expect(pending).to.have.length(2);
    pending[1]?.resolve('yes');
    expect(await second).to.equal('yes');
    pending[0]?.reject(new Error('timed out'));
    expect(await hanging).to.equal('timed out');
    expect(await get()).to.equal('yes');
  });
});
