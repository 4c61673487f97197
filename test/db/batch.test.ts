import { expect } from 'chai';
import { describe, it } from 'mocha';
import { batch } from '../../src/db/batch.ts';

/** Doubles numbers, a batch at a time, when the test says so; remembers the batches. */
function createDoubler() {
  const batches: (readonly number[])[] = [];
  const waiting: PromiseWithResolvers<undefined>[] = [];
  return {
    batches,
    run: async (numbers: readonly number[]): Promise<number[]> => {
      batches.push(numbers);
      const turn = Promise.withResolvers<undefined>();
      waiting.push(turn);
      await turn.promise;
      return numbers.map((number) => 2 * number);
    },
    finish: () => waiting.shift()?.resolve(undefined),
    fail: (error: Error) => waiting.shift()?.reject(error),
  };
}

const nextTurn = () => new Promise(setImmediate);

const rejected = Object.assign(new Error('violates a constraint'), { code: '23505' });

describe('batched calls', () => {
  it('share a batch in the same turn of the event loop, and each gets its own result', async () => {
    const { batches, run, finish } = createDoubler();
    const double = batch(run, { most: 10, inFlight: 1 });
    const results = Promise.all([double(1), Promise.resolve().then(() => double(2)), double(1)]);
    await nextTurn();
    expect(batches).to.deep.equal([[1, 1, 2]]);
    finish();
    expect(await results).to.deep.equal([2, 4, 2]);
  });

  it('start at once below the limit of running batches, and otherwise wait for the next batch', async () => {
    const { batches, run, finish } = createDoubler();
    const double = batch(run, { most: 2, inFlight: 2 });
    const results: Promise<number>[] = [];
    for (let number = 1; number <= 5; number += 1) {
      results.push(double(number));
      await nextTurn();
    }
    expect(batches).to.deep.equal([[1], [2]]);
    for (let turn = 0; turn < 4; turn += 1) {
      finish();
      await nextTurn();
    }
    expect(batches).to.deep.equal([[1], [2], [3, 4], [5]]);
    expect(await Promise.all(results)).to.deep.equal([2, 4, 6, 8, 10]);
  });

  it('run alone if they are large, and never exceed the size of a batch together', async () => {
    const { batches, run, finish } = createDoubler();
    const double = batch(run, { most: 10, inFlight: 9, sizeOf: (number) => number, mostSize: 10 });
    const results = Promise.all([4, 6, 1, 50, 3].map(double));
    await nextTurn();
    expect(batches).to.deep.equal([[4, 6], [1], [50], [3]]);
    for (const _ of batches) finish();
    expect(await results).to.deep.equal([8, 12, 2, 100, 6]);
  });

  it('run beside the batches if they are large: others do not wait for them, and they wait for no other', async () => {
    const { batches, run, finish } = createDoubler();
    const double = batch(run, { most: 10, inFlight: 1, sizeOf: (number) => number, mostSize: 10 });
    const results = [double(50), double(1)];
    await nextTurn();
    results.push(double(2), double(60));
    await nextTurn();
    expect(batches).to.deep.equal([[50], [1], [60]]);
    for (let turn = 0; turn < 4; turn += 1) {
      finish();
      await nextTurn();
    }
    expect(batches.slice(3)).to.deep.equal([[2]]);
    expect(await Promise.all(results)).to.deep.equal([100, 2, 4, 120]);
  });

  it('are repeated one by one when the server rejects the batch, so that each fails by itself', async () => {
    const batches: (readonly number[])[] = [];
    const double = batch(
      (numbers: readonly number[]) => {
        batches.push(numbers);
        if (numbers.includes(2)) return Promise.reject(new Error('wrapped', { cause: rejected }));
        return Promise.resolve(numbers.map((number) => 2 * number));
      },
      { most: 10, inFlight: 1 },
    );
    const results = await Promise.allSettled([1, 2, 3].map(double));
    expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    expect(batches).to.deep.equal([[1, 2, 3], [1], [2], [3]]);
  });

  for (const [title, error] of [
    ['a lost connection', new Error('Connection terminated unexpectedly')],
    ['a connection that the server ended', Object.assign(new Error('terminating'), { code: '57P01' })],
    ['a connection that failed', Object.assign(new Error('failed'), { code: '08006' })],
    ['a broken socket', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
  ] as const) {
    it(`all fail with ${title}, and are not repeated: the server may have executed them`, async () => {
      const { batches, run, fail, finish } = createDoubler();
      const double = batch(run, { most: 10, inFlight: 1 });
      const results = Promise.allSettled([double(1), double(2)]);
      await nextTurn();
      const later = double(3);
      fail(error);
      expect((await results).map((result): unknown => result.status === 'rejected' && result.reason)).to.deep.equal([
        error,
        error,
      ]);
      finish();
      expect(await later).to.equal(6);
      expect(batches).to.deep.equal([[1, 2], [3]]);
    });
  }
});
