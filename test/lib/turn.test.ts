import { mock } from 'node:test';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { startTurn } from '../../src/lib/turn.ts';

describe('a turn of a long computation', () => {
  let now = 0;
  beforeEach(() => {
    now = 1_000;
    mock.method(performance, 'now', () => now);
  });
  afterEach(() => mock.restoreAll());

  it('is long after five milliseconds of computing, and short again after a pause', async () => {
    const turn = startTurn();
    now += 5;
    expect(turn.isLong()).to.equal(false);
    now += 1;
    expect(turn.isLong()).to.equal(true);
    await turn.next();
    expect(turn.isLong()).to.equal(false);
  });

  it('does not count the wait for something else', async () => {
    const turn = startTurn();
    const answer = turn.outside(Promise.resolve('an answer'));
    now += 100;
    expect(await answer).to.equal('an answer');
    expect(turn.isLong()).to.equal(false);
    now += 6;
    expect(turn.isLong()).to.equal(true);
  });
});
