import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { TurnQueue } from '../../src/lib/turn-queue.ts';

describe('work that starts in turns', () => {
  it('starts in order, four pieces of each organization in a turn of the event loop', async () => {
    const queue = new TurnQueue();
    const started: string[] = [];
    const add = (orgId: string, count: number): void => {
      for (let i = 1; i <= count; i += 1) queue.add(orgId, () => started.push(`${orgId}${i}`));
    };
    add('a', 6);
    add('b', 1);
    expect(started).to.deep.equal([]);
    await nextTurn();
    expect(started).to.deep.equal(['a1', 'a2', 'a3', 'a4', 'b1']);
    await nextTurn();
    expect(started.slice(5)).to.deep.equal(['a5', 'a6']);
    add('a', 1);
    await nextTurn();
    expect(started.slice(7)).to.deep.equal(['a1']);
  });

  it('may add more work, which starts in a later turn', async () => {
    const queue = new TurnQueue();
    const started: number[] = [];
    queue.add('a', () => {
      started.push(1);
      for (let i = 2; i <= 9; i += 1) queue.add('a', () => started.push(i));
    });
    for (const expected of [1, 5, 9]) {
      await nextTurn();
      expect(started).to.have.length(expected);
    }
  });
});
