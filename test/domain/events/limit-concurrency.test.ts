import { expect } from 'chai';
import { describe, it } from 'mocha';
import { limitConcurrency } from '../../../src/domain/events/limit-concurrency.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('reads of streams that catch up', () => {
  it('run as many at a time as the limit says, in their order, and make room when they fail', async () => {
    const limit = limitConcurrency(2);
    const started: number[] = [];
    const ends: PromiseWithResolvers<number>[] = [];
    const calls = Array.from({ length: 5 }, (_, number) =>
      limit(() => {
        started.push(number);
        const end = Promise.withResolvers<number>();
        ends.push(end);
        return end.promise;
      }),
    );
    const outcomes = Promise.allSettled(calls);
    await nextTurn();
    expect(started).to.deep.equal([0, 1]);
    ends[1]!.reject(new Error('the database is away'));
    await nextTurn();
    expect(started).to.deep.equal([0, 1, 2]);
    ends[0]!.resolve(0);
    ends[2]!.resolve(2);
    await nextTurn();
    expect(started).to.deep.equal([0, 1, 2, 3, 4]);
    for (const end of ends.slice(3)) end.resolve(4);
    expect((await outcomes).map(({ status }) => status)).to.deep.equal([
      ...['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
    ]);

    // What has ended leaves its place to later calls, and no more than that.
    const later = [limit(nextTurn), limit(nextTurn)];
    let isThirdRunning = false;
    later.push(
      limit(async () => {
        isThirdRunning = true;
      }),
    );
    expect(isThirdRunning).to.equal(false);
    await Promise.all(later);
    expect(isThirdRunning).to.equal(true);
  });
});
