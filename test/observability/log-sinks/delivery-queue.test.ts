import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  createDeliveryQueue,
  DEFAULT_LIMITS,
  DeliveryError,
  type Deliver,
  type QueueLimits,
} from '../../../src/observability/log-sinks/delivery-queue.ts';
import { QUICK } from './support.ts';

/** Something that happens once. */
const event = (): PromiseWithResolvers<void> => Promise.withResolvers();

const never = new Promise<number>(() => {});

/** A queue in front of a sink of which everything is known. */
const watched = (deliver: Deliver, limits: Partial<QueueLimits> = {}) => {
  const batches: string[][] = [];
  const drops: { lines: number; reason: string }[] = [];
  const queue = createDeliveryQueue(
    { ...DEFAULT_LIMITS, ...QUICK, ...limits },
    async (lines, signal) => {
      const refused = await deliver(lines, signal);
      batches.push(lines.map(({ text }) => text));
      return refused;
    },
    (lines, reason) => void drops.push({ lines, reason }),
  );
  const dropped = () => drops.reduce((sum, { lines }) => sum + lines, 0);
  return { queue, batches, drops, dropped };
};

const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}`);

describe('a delivery queue', () => {
  it('delivers lines in their order, without their line breaks', async () => {
    const { queue, batches, drops } = watched(async () => 0);
    for (const line of lines(10)) queue.write(`${line}\n`);
    await queue.close(1000);
    expect(batches.flat()).to.deep.equal(lines(10));
    expect(drops).to.deep.equal([]);
  });

  it('delivers without being closed, after lines have waited for others', async () => {
    const delivered = event();
    const { queue, batches } = watched(async () => {
      delivered.resolve();
      return 0;
    });
    queue.write('a\n');
    queue.write('b\n');
    await delivered.promise;
    await queue.close(1000);
    expect(batches).to.deep.equal([['a', 'b']]);
  });

  it('continues with lines that are written later', async () => {
    const rounds = [event(), event(), event()];
    let round = 0;
    const { queue, batches } = watched(async () => {
      rounds[round++]?.resolve();
      return 0;
    });
    for (const [index, { promise }] of rounds.entries()) {
      queue.write(`${index}\n`);
      await promise;
    }
    await queue.close(1000);
    expect(batches).to.deep.equal([['0'], ['1'], ['2']]);
  });

  it('respects the limits of a batch', async () => {
    const byLines = watched(async () => 0, { batchLines: 3 });
    for (const line of lines(10)) byLines.queue.write(line);
    await byLines.queue.close(1000);
    expect(byLines.batches.map((batch) => batch.length)).to.deep.equal([3, 3, 3, 1]);

    const byBytes = watched(async () => 0, { batchBytes: 30, overheadBytes: 4 });
    for (const line of lines(10)) byBytes.queue.write(line);
    await byBytes.queue.close(1000);
    expect(byBytes.batches.map((batch) => batch.length)).to.deep.equal([3, 3, 3, 1]);
    expect(byBytes.batches.flat()).to.deep.equal(lines(10));
  });

  it('counts bytes, not characters', async () => {
    const { queue, batches } = watched(async () => 0, { batchBytes: 8 });
    for (const line of ['ää', 'öö', 'üü']) queue.write(line);
    await queue.close(1000);
    expect(batches).to.deep.equal([['ää', 'öö'], ['üü']]);
  });

  it('drops a line that no batch can hold', async () => {
    const { queue, batches, drops } = watched(async () => 0, { batchBytes: 10 });
    for (const line of ['short', 'much longer than that', 'again']) queue.write(line);
    await queue.close(1000);
    expect(batches.flat()).to.deep.equal(['short', 'again']);
    expect(drops).to.deep.equal([{ lines: 1, reason: 'line too long' }]);
  });

  it('holds a bounded number of lines for a sink that fails', async () => {
    const { queue, drops, dropped } = watched(() => never, { queuedLines: 100, batchLines: 10 });
    for (const line of lines(10_000)) queue.write(line);
    // Ten are on their way, and a hundred wait.
    expect(dropped()).to.equal(10_000 - 110);
    expect(new Set(drops.map(({ reason }) => reason))).to.deep.equal(new Set(['queue full']));
    await queue.close(0);
    expect(dropped()).to.equal(10_000);
  });

  it('holds a bounded number of bytes for a sink that fails', async () => {
    const { queue, dropped } = watched(() => never, { queuedBytes: 10_000, batchBytes: 1_000 });
    for (let count = 0; count < 1_000; count += 1) queue.write('x'.repeat(100));
    expect(dropped()).to.equal(1_000 - 10 - 100);
    await queue.close(0);
  });

  it('retries a retryable failure with the same lines', async () => {
    let tries = 0;
    const { queue, batches, drops } = watched(async () => {
      tries += 1;
      if (tries < 6) throw tries % 2 === 0 ? new DeliveryError('HTTP 503', true) : new Error('connection lost');
      return 0;
    });
    const done = event();
    queue.write('a\n');
    const poll = (): void => void (batches.length > 0 ? done.resolve() : setImmediate(poll));
    poll();
    await done.promise;
    expect(tries).to.equal(6);
    expect(batches).to.deep.equal([['a']]);
    expect(drops).to.deep.equal([]);
    await queue.close(1000);
  });

  it('drops lines after five retries, and continues with the next lines', async () => {
    let tries = 0;
    const gaveUp = event();
    const batches: string[] = [];
    const queue = createDeliveryQueue(
      { ...DEFAULT_LIMITS, ...QUICK, batchLines: 2 },
      async (batch) => {
        tries += 1;
        if (batch.some(({ text }) => text === 'bad')) throw Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
        batches.push(...batch.map(({ text }) => text));
        return 0;
      },
      (count, reason) => {
        expect({ count, reason }).to.deep.equal({ count: 2, reason: 'ECONNREFUSED' });
        gaveUp.resolve();
      },
    );
    for (const line of ['a', 'bad', 'c', 'd']) queue.write(line);
    await gaveUp.promise;
    await queue.close(1000);
    expect(tries).to.equal(6 + 1);
    expect(batches).to.deep.equal(['c', 'd']);
  });

  it('does not retry a permanent failure', async () => {
    let tries = 0;
    const { queue, drops } = watched(async () => {
      tries += 1;
      throw new DeliveryError('HTTP 403', false);
    });
    queue.write('a');
    await queue.close(1000);
    expect(tries).to.equal(1);
    expect(drops).to.deep.equal([{ lines: 1, reason: 'HTTP 403' }]);
  });

  it('counts lines that the sink rejected', async () => {
    const { queue, drops } = watched(async () => 2);
    for (const line of lines(5)) queue.write(line);
    await queue.close(1000);
    expect(drops).to.deep.equal([{ lines: 2, reason: 'refused' }]);
  });

  it('times out without a response, and aborts the client', async () => {
    const signals: AbortSignal[] = [];
    const dropped = Promise.withResolvers<string>();
    const queue = createDeliveryQueue(
      { ...DEFAULT_LIMITS, ...QUICK, pauses: [1], timeout: 5 },
      (_lines, signal) => {
        signals.push(signal);
        return never;
      },
      (_count, reason) => dropped.resolve(reason),
    );
    queue.write('a');
    expect(await dropped.promise).to.equal('no answer in time');
    expect(signals.map(({ aborted }) => aborted)).to.deep.equal([true, true]);
    await queue.close(0);
  });

  it('delivers all that waits when it is closed, and takes no more', async () => {
    const { queue, batches, drops } = watched(async () => 0, { linger: 3_600_000, batchLines: 4 });
    for (const line of lines(10)) queue.write(line);
    await queue.close(1000);
    expect(batches.flat()).to.deep.equal(lines(10));
    queue.write('late');
    expect(drops).to.deep.equal([{ lines: 1, reason: 'stopped' }]);
  });

  it('drops all lines after one attempt if it is closed while the sink fails', async () => {
    let tries = 0;
    const { queue, dropped } = watched(
      async () => {
        tries += 1;
        throw new Error('no');
      },
      { linger: 3_600_000, batchLines: 2 },
    );
    queue.write('a');
    for (const line of lines(4_000)) queue.write(line);
    await queue.close(1000);
    expect(tries).to.be.lessThan(4);
    expect(dropped()).to.equal(4_001);
  });

  it('closes within its bound if the sink does not respond', async () => {
    const { queue, drops } = watched(() => never, { linger: 3_600_000 });
    queue.write('a');
    await queue.close(5);
    expect(drops).to.deep.equal([{ lines: 1, reason: 'no answer in time' }]);
  });

  it('ends a pause when it is closed', async () => {
    const failed = event();
    let tries = 0;
    const { queue, dropped } = watched(
      async () => {
        tries += 1;
        failed.resolve();
        throw new Error('no');
      },
      { pauses: [3_600_000] },
    );
    queue.write('a');
    await failed.promise;
    // The failure is dealt with before the next turn of the event loop.
    await new Promise(setImmediate);
    await queue.close(3_600_000);
    expect(tries).to.equal(2);
    expect(dropped()).to.equal(1);
  });

  it('delivers or counts every line, in order and once, whatever the sink does', async () => {
    const outcome = fc.constantFrom('takes', 'fails', 'refuses', 'rejects', 'hangs');
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { maxLength: 12 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        async (outcomes, count, batchLines, pausing) => {
          const left = [...outcomes];
          let refused = 0;
          const { queue, batches, dropped } = watched(
            async () => {
              const next = left.shift() ?? 'takes';
              if (next === 'fails') throw new Error('no');
              if (next === 'rejects') throw new DeliveryError('no', false);
              if (next === 'hangs') return never;
              refused += next === 'refuses' ? 1 : 0;
              return next === 'refuses' ? 1 : 0;
            },
            { batchLines, queuedLines: 20, timeout: 2, pauses: [0, 0] },
          );
          for (const [index, line] of lines(count).entries()) {
            queue.write(line);
            if (pausing && index % 7 === 0) await new Promise(setImmediate);
          }
          await queue.close(50);
          const delivered = batches.flat();
          expect(delivered.length - refused + dropped()).to.equal(count);
          const order = delivered.map((line) => Number(line.slice('line '.length)));
          expect(order).to.deep.equal([...new Set(order)].sort((a, b) => a - b));
        },
      ),
      { numRuns: 100 },
    );
  });
});
