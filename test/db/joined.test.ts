import { expect } from 'chai';
import { describe, it } from 'mocha';
import { joinCalls, joinTurns } from '../../src/db/joined.ts';

/** Doubles numbers, when the test says so; remembers what was asked together. */
const createDoubler = () => {
  const asked: (readonly number[])[] = [];
  const turns: PromiseWithResolvers<undefined>[] = [];
  return {
    asked,
    run: async (numbers: readonly number[]): Promise<number[]> => {
      asked.push(numbers);
      const turn = Promise.withResolvers<undefined>();
      turns.push(turn);
      await turn.promise;
      return numbers.map((number) => 2 * number);
    },
    answer: () => turns.shift()?.resolve(undefined),
    fail: (error: Error) => turns.shift()?.reject(error),
  };
};

describe('joined calls', () => {
  it('are made together when they come at the same time, and get their own answers', async () => {
    const asked: (readonly number[])[] = [];
    const double = joinCalls<number, number>(async (numbers) => {
      asked.push(numbers);
      return numbers.map((number) => 2 * number);
    }, 3);
    expect(await Promise.all([1, 2, 3, 4].map(double))).to.deep.equal([2, 4, 6, 8]);
    expect(asked).to.deep.equal([[1, 2, 3], [4]]);
  });

  it('are asked again whenever somebody calls', async () => {
    let asked = 0;
    const count = joinCalls<string, number>(async (names) => names.map(() => (asked += 1)), 10);
    expect([await count('one'), await count('one')]).to.deep.equal([1, 2]);
  });
});

describe('joined turns', () => {
  it('collect while one runs what comes for the same key', async () => {
    const { asked, run, answer } = createDoubler();
    const double = joinTurns<number, number>((number) => (number < 100 ? 'small' : 'large'), run, 2);
    const answers = Promise.all([1, 2, 3, 4, 100].map(double));
    expect(asked).to.deep.equal([[1], [100]]);
    for (let turn = 0; turn < 4; turn += 1) {
      answer();
      await new Promise(setImmediate);
    }
    expect(await answers).to.deep.equal([2, 4, 6, 8, 200]);
    expect(asked).to.deep.equal([[1], [100], [2, 3], [4]]);
  });

  it('fail with those they were asked together with, and with nobody else', async () => {
    const { run, answer, fail } = createDoubler();
    const double = joinTurns<number, number>(() => '', run, 2);
    const settled = Promise.allSettled([1, 2, 3, 4].map(double));
    answer();
    await new Promise(setImmediate);
    fail(new Error('away'));
    await new Promise(setImmediate);
    answer();
    expect((await settled).map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
  });
});
