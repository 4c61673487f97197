import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createUnsettled } from '../../src/builds/unsettled.ts';
import { createLogger } from '../../src/logger.ts';
import { readConfig } from '../../src/config/index.ts';
import { captureLog } from '../support/logs.ts';

const create = (pause?: number) => {
  const log = captureLog();
  const unsettled = createUnsettled(createLogger(readConfig({ LOG_LEVEL: 'info' }), log), pause);
  return { unsettled, messages: () => log.lines.map(({ level, msg }) => `${String(level)}: ${String(msg)}`) };
};

describe('what could not be done at once', () => {
  it('is tried again until it is done, and told', async () => {
    const { unsettled, messages } = create(1);
    const done = Promise.withResolvers<number>();
    let attempts = 0;
    unsettled.add({
      ...{ what: 'it', fields: {} },
      run: async () => {
        attempts += 1;
        if (attempts < 3) throw new Error('not yet');
        done.resolve(attempts);
      },
    });
    expect(await done.promise).to.equal(3);
    while (unsettled.size() > 0) await new Promise(setImmediate);
    expect(messages()).to.deep.equal(['error: to be done later: it', 'info: done at last: it']);
  });

  it('does not wait for others that take long', async () => {
    const { unsettled } = create(1);
    unsettled.add({ what: 'what hangs', fields: {}, run: () => new Promise(() => {}) });
    let attempts = 0;
    const tried = new Promise((resolve) => {
      const run = async (): Promise<void> => {
        attempts += 1;
        if (attempts < 3) throw new Error('not yet');
        resolve(null);
      };
      unsettled.add({ what: 'what fails', fields: {}, run });
    });
    await tried;
    expect(unsettled.size()).to.be.greaterThan(0);
  });

  it('is tried one last time when the process ends, and what is left is told', async () => {
    const { unsettled, messages } = create();
    unsettled.add({ what: 'a', fields: {}, run: async () => {} });
    unsettled.add({ what: 'b', fields: {}, run: () => Promise.reject(new Error('never')) });
    unsettled.add({ what: 'c', fields: {}, run: () => new Promise(() => {}) });
    // Keeps the process alive, as its connections do.
    const busy = setInterval(() => {}, 1_000);
    await unsettled.close();
    clearInterval(busy);
    expect(messages().slice(3)).to.deep.equal(['info: done at last: a', 'fatal: given up: b', 'fatal: given up: c']);
  });
});
