import { expect } from 'chai';
import { describe, it } from 'mocha';
import { joinCalls, joinTurns, shareAnswers } from '../../src/db/joined.ts';

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
    const double = joinCalls<number, number>(
      String,
      async (numbers) => {
        asked.push(numbers);
        return numbers.map((number) => 2 * number);
      },
      3,
    );
    expect(await Promise.all([1, 2, 3, 4, 2].map((number) => double(number)))).to.deep.equal([2, 4, 6, 8, 4]);
    expect(asked).to.deep.equal([[1, 2, 3], [4]]);
  });

  it('are made together when they come on different connections before anything else is done', async () => {
    const asked: (readonly number[])[] = [];
    const same = joinCalls<number, number>(
      String,
      async (numbers) => {
        asked.push(numbers);
        return numbers;
      },
      10,
    );
    const first = same(1);
    await Promise.resolve();
    await new Promise<void>((resolve) => process.nextTick(resolve));
    await Promise.all([first, same(2)]);
    expect(asked).to.deep.equal([[1, 2]]);
  });

  it('are asked again whenever somebody calls', async () => {
    let asked = 0;
    const count = joinCalls<string, number>(String, async (names) => names.map(() => (asked += 1)), 10);
    expect([await count('one'), await count('one')]).to.deep.equal([1, 2]);
  });
});

describe('shared answers', () => {
  it('are those of one statement for all who ask the same at the same time, and of another one for whoever comes later', async () => {
    const asked: string[] = [];
    const ask = shareAnswers(async (org: string, page: { readonly limit: number }) => {
      asked.push(`${org} ${page.limit}`);
      return { total: asked.length };
    });
    const [one, same, other] = await Promise.all([
      ask('1', { limit: 10 }),
      ask('1', { limit: 10 }),
      ask('2', { limit: 10 }),
    ]);
    expect(one).to.equal(same).and.not.to.equal(other);
    expect(await ask('1', { limit: 10 })).not.to.equal(one);
    expect(asked).to.deep.equal(['1 10', '2 10', '1 10']);
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
