import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRetries } from '../../../src/domain/composes/retries.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { readConfig } from '../../../src/config/index.ts';
import { captureLog } from '../../support/logs.ts';

const create = (pause?: number) => {
  const log = captureLog();
  const retries = createRetries(createLogger(readConfig({ LOG_LEVEL: 'info' }), log), pause);
  return { retries, messages: () => log.lines.map(({ level, msg }) => `${String(level)}: ${String(msg)}`) };
};

describe('retries', () => {
  it('repeat work until it succeeds, and log that', async () => {
    const { retries, messages } = create(1);
    const done = Promise.withResolvers<number>();
    let attempts = 0;
    retries.add({
      ...{ what: 'it', fields: {} },
      run: () => {
        attempts += 1;
        if (attempts < 3) return Promise.reject(new Error('not yet'));
        done.resolve(attempts);
        return Promise.resolve();
      },
    });
    expect(await done.promise).to.equal(3);
    while (retries.size() > 0) await new Promise(setImmediate);
    expect(messages()).to.deep.equal(['error: to be retried: it', 'info: retry succeeded: it']);
  });

  it('do not wait for slow work', async () => {
    const { retries } = create(1);
    retries.add({ what: 'what hangs', fields: {}, run: () => new Promise(() => {}) });
    let attempts = 0;
    const tried = new Promise((resolve) => {
      const run = (): Promise<void> => {
        attempts += 1;
        if (attempts < 3) return Promise.reject(new Error('not yet'));
        resolve(null);
        return Promise.resolve();
      };
      retries.add({ what: 'what fails', fields: {}, run });
    });
    await tried;
    expect(retries.size()).to.be.greaterThan(0);
  });

  it('try all work a last time when the process stops, and log what is not done', async () => {
    const { retries, messages } = create();
    retries.add({ what: 'a', fields: {}, run: async () => {} });
    retries.add({ what: 'b', fields: {}, run: () => Promise.reject(new Error('never')) });
    retries.add({ what: 'c', fields: {}, run: () => new Promise(() => {}) });
    // Keeps the process alive, as its connections do.
    const busy = setInterval(() => {}, 1_000);
    await retries.close();
    clearInterval(busy);
    expect(messages().slice(3)).to.deep.equal([
      ...['info: retry succeeded: a', 'fatal: not done when the process stopped: b'],
      'fatal: not done when the process stopped: c',
    ]);
  });
});
