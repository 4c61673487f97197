import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createFairQueue } from '../../src/lib/fair-queue.ts';

/** Runs tasks with these keys, which wait for each other, and returns the order in which they ran. */
const orderOf = async (keys: readonly string[], concurrency: number): Promise<string> => {
  const queue = createFairQueue(concurrency);
  const ran: string[] = [];
  const run = (key: string): Promise<void> =>
    queue.run(key, async () => {
      ran.push(key);
      await Promise.resolve();
    });
  await Promise.all(keys.map(run));
  return ran.join('');
};

describe('a fair queue', () => {
  for (const { given, concurrency, order } of [
    { given: 'a', concurrency: 1, order: 'a' },
    { given: 'aaaab', concurrency: 1, order: 'aabaa' },
    { given: 'aaaabbcc', concurrency: 1, order: 'aabcabca' },
    { given: 'aaaab', concurrency: 2, order: 'aaaba' },
  ])
    it(`runs ${given} in the order ${order}, ${concurrency} at a time`, async () => {
      expect(await orderOf([...given], concurrency)).to.equal(order);
    });

  it('runs no more tasks at a time than it may', async () => {
    const queue = createFairQueue(3);
    let running = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => queue.run(`${index % 4}`, task)));
    expect(most).to.equal(3);
  });

  it('counts the tasks of a key until they have ended, and goes on after a task that failed', async () => {
    const queue = createFairQueue(1);
    const failed = queue.run('a', () => Promise.reject(new Error('no'))).catch((error: unknown) => error);
    const second = queue.run('a', () => Promise.resolve('yes'));
    expect(queue.countOf('a')).to.equal(2);
    expect(queue.countOf('b')).to.equal(0);
    expect(await failed).to.be.instanceOf(Error);
    expect(await second).to.equal('yes');
    expect(queue.countOf('a')).to.equal(0);
  });
});
