import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createImageTypeOptions } from '../../../src/domain/build-rules/option-cache.ts';
import type { ComposerOperations } from '../../../src/upstream/operations.ts';
import { capturedLogger } from '../../upstream/support.ts';

/** A composer whose answers the test gives, one after the other. */
const fakeComposer = () => {
  const calls: { readonly answer: (supported: string) => void; readonly fail: () => void }[] = [];
  const getDistribution = () =>
    new Promise((resolve, reject) => {
      calls.push({
        answer: (supported) => {
          const types = { qcow2: { name: 'qcow2', supported_blueprint_options: [supported] } };
          const json = { name: 'x', architectures: { x86_64: { name: 'x86_64', image_types: types } } };
          resolve({ status: 200, text: '', json: () => json });
        },
        fail: () => reject(new Error('composer is away')),
      });
    });
  return { calls, composer: { getDistribution } as unknown as ComposerOperations };
};

/** Lets everything that is ready run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const start = (ttl = 60_000) => {
  let time = 1;
  const { calls, composer } = fakeComposer();
  const { log, captured } = capturedLogger();
  const options = createImageTypeOptions(composer, ttl, () => time);
  const call = { traceId: 'trace', log };
  const supported = (found: Awaited<ReturnType<typeof options.read>>) =>
    found?.get('x86_64')?.optionsOf('guest-image')?.supported ?? null;
  return {
    ...{ calls, captured },
    passes: (milliseconds: number) => {
      time += milliseconds;
    },
    known: () => supported(options.known('centos-9', call)),
    read: async () => supported(await options.read('centos-9', call)),
  };
};

describe('the cache of what image types take', () => {
  it('asks composer once, also for concurrent callers', async () => {
    const { calls, known, read } = start();
    expect(known()).to.equal(null);
    const reads = Promise.all([read(), read()]);
    calls[0]?.answer('packages');
    expect(await reads).to.deep.equal([['packages'], ['packages']]);
    expect(known()).to.deep.equal(['packages']);
    expect(calls).to.have.length(1);
  });

  it('uses an old copy while the service calls composer again', async () => {
    const { calls, known, read, passes } = start();
    const first = read();
    calls[0]?.answer('old');
    await first;
    passes(60_001);
    expect(await read()).to.deep.equal(['old']);
    expect(calls).to.have.length(2);
    calls[1]?.answer('new');
    await settle();
    expect(known()).to.deep.equal(['new']);
  });

  it('keeps an old copy while composer is away', async () => {
    const { calls, known, read, passes } = start();
    const first = read();
    calls[0]?.answer('old');
    await first;
    passes(60_001);
    expect(known()).to.deep.equal(['old']);
    calls[1]?.fail();
    await settle();
    expect(known()).to.deep.equal(['old']);
  });

  it('knows nothing without a copy, reports that, and does not ask with every request', async () => {
    const { calls, captured, read } = start();
    const first = read();
    calls[0]?.fail();
    expect(await first).to.equal(null);
    expect(await read()).to.equal(null);
    expect(calls).to.have.length(1);
    expect(captured.lines.map(({ event }) => event)).to.deep.equal(['composer.options_unavailable']);
  });

  it('does not ask when it is turned off', async () => {
    const { calls, known, read } = start(0);
    expect(known()).to.equal(null);
    expect(await read()).to.equal(null);
    expect(calls).to.deep.equal([]);
  });
});
