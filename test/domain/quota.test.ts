import { utimesSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createQuotaPolicy, quotaExceededMessage } from '../../src/domain/quota.ts';
import { createDirectory } from './distributions/support.ts';

const HOUR = 3600 * 1e9;
const DAY = 24 * HOUR;
const LIMITS = {
  '000001': { quota: 3, slidingWindow: 14 * DAY },
  'jane@example.test': { quota: 0, slidingWindow: HOUR },
  default: { quota: 100, slidingWindow: DAY },
};

describe('the quota', () => {
  it('is unlimited without a file', async () => {
    expect(await createQuotaPolicy(null).limitOf('000001')).to.equal(null);
  });

  for (const [org, limit] of [
    ['000001', LIMITS['000001']],
    ['jane@example.test', LIMITS['jane@example.test']],
    ['000002', LIMITS.default],
    ['', LIMITS.default],
    ['constructor', LIMITS.default],
  ] as const) {
    it(`of ${JSON.stringify(org)} is ${JSON.stringify(limit)}`, async () => {
      using directory = createDirectory({ 'quota.json': LIMITS });
      expect(await createQuotaPolicy(directory.file('quota.json')).limitOf(org)).to.deep.equal(limit);
    });
  }

  for (const [entry, limit] of [
    [{}, { quota: 0, slidingWindow: 0 }],
    [{ quota: 5 }, { quota: 5, slidingWindow: 0 }],
    [null, { quota: 0, slidingWindow: 0 }],
    [
      { quota: -1, slidingWindow: 1, more: true },
      { quota: -1, slidingWindow: 1 },
    ],
  ] as const) {
    it(`counts what ${JSON.stringify(entry)} does not say as 0`, async () => {
      using directory = createDirectory({ 'quota.json': { default: entry } });
      expect(await createQuotaPolicy(directory.file('quota.json')).limitOf('x')).to.deep.equal(limit);
    });
  }

  for (const [title, content, message] of [
    ['a file that is no JSON', '{', /JSON/],
    ['a file with a list', '[]', /^quota file: must be an object/],
    ['a file with null', 'null', /^quota file: must be an object/],
    ['a file with a text', '"default"', /^quota file: must be an object/],
    ['neither an entry nor a default', { '000002': { quota: 1, slidingWindow: 1 } }, /^quota file: neither /],
    ['a quota that is a text', { default: { quota: '3', slidingWindow: 1 } }, /^quota file: an entry is malformed$/],
    ['a quota that is a fraction', { default: { quota: 1.5, slidingWindow: 1 } }, /malformed/],
    ['a window that is a fraction', { default: { quota: 1, slidingWindow: 1.5 } }, /malformed/],
    ['a window beyond 64 bits', '{"default": {"quota": 1, "slidingWindow": 10000000000000000000}}', /malformed/],
  ] as const) {
    it(`cannot be told with ${title}, which is the operator's to mend and no refusal`, async () => {
      using directory = createDirectory({ 'quota.json': content });
      const failure = await createQuotaPolicy(directory.file('quota.json'))
        .limitOf('000001')
        .catch((error: unknown) => error);
      expect(failure).to.be.an.instanceOf(Error);
      expect((failure as Error).name).to.not.equal('ServiceError');
      expect((failure as Error).message).to.match(message);
    });
  }

  it('cannot be told without the file, and can once it is there', async () => {
    using directory = createDirectory();
    const policy = createQuotaPolicy(directory.file('quota.json'));
    expect(await policy.limitOf('000001').catch((error: unknown) => error)).to.be.an.instanceOf(Error);
    directory.write('quota.json', LIMITS);
    expect(await policy.limitOf('000001')).to.deep.equal(LIMITS['000001']);
  });

  it('follows the file: what is written is what holds for the next request', async () => {
    using directory = createDirectory({ 'quota.json': LIMITS });
    const policy = createQuotaPolicy(directory.file('quota.json'));
    expect((await policy.limitOf('000001'))?.quota).to.equal(3);
    directory.write('quota.json', { '000001': { quota: 4, slidingWindow: 14 * DAY } });
    // On a coarse clock this may be the same moment: said by hand, so that the test does not depend on it.
    utimesSync(directory.file('quota.json'), new Date(), new Date('2026-01-02'));
    expect((await policy.limitOf('000001'))?.quota).to.equal(4);
    expect(await policy.limitOf('000002').catch((error: unknown) => error)).to.be.an.instanceOf(Error);
  });

  it('is not forgotten by a file that was wrong for a while', async () => {
    using directory = createDirectory({ 'quota.json': '{' });
    const policy = createQuotaPolicy(directory.file('quota.json'));
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await policy.limitOf('000001').catch((error: unknown) => error)).to.be.an.instanceOf(Error);
    }
    directory.write('quota.json', LIMITS);
    expect((await policy.limitOf('000001'))?.quota).to.equal(3);
  });
});

describe('the text of an exceeded quota', () => {
  for (const [quota, slidingWindow, text] of [
    [3, 14 * DAY, 'Quota of 3 builds per 14 days exceeded for user'],
    [100, DAY, 'Quota of 100 builds per 1 days exceeded for user'],
    [1, HOUR, 'Quota of 1 builds per 0 days exceeded for user'],
    [1, 2 * DAY - 1, 'Quota of 1 builds per 1 days exceeded for user'],
    [0, 0, 'Quota of 0 builds per 0 days exceeded for user'],
  ] as const) {
    it(`counts whole days: ${slidingWindow} ns in "${text}"`, () =>
      expect(quotaExceededMessage({ quota, slidingWindow })).to.equal(text));
  }
});
