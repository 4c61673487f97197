import { utimesSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { openPolicyFile } from '../../src/domain/policy-file.ts';
import { createQuotaPolicy, parseQuotas, quotaExceededMessage } from '../../src/domain/quota.ts';
import { createDirectory, type TemporaryDirectory } from './distributions/support.ts';

const HOUR = 3600 * 1e9;
const DAY = 24 * HOUR;
const LIMITS = {
  '000001': { quota: 3, slidingWindow: 14 * DAY },
  'jane@example.test': { quota: 0, slidingWindow: HOUR },
  default: { quota: 100, slidingWindow: DAY },
};

/** The quotas of `quota.json`, which is polled at every read, as in the service. */
const open = (directory: TemporaryDirectory) =>
  createQuotaPolicy(openPolicyFile(directory.file('quota.json'), parseQuotas, { interval: 0 }));

describe('the quota', () => {
  it('is unlimited without a file', () => {
    expect(createQuotaPolicy(null).limitOf('000001')).to.equal(null);
  });

  for (const [org, limit] of [
    ['000001', LIMITS['000001']],
    ['jane@example.test', LIMITS['jane@example.test']],
    ['000002', LIMITS.default],
    ['', LIMITS.default],
    ['constructor', LIMITS.default],
  ] as const) {
    it(`of ${JSON.stringify(org)} is ${JSON.stringify(limit)}`, () => {
      using directory = createDirectory({ 'quota.json': LIMITS });
      expect(open(directory).limitOf(org)).to.deep.equal(limit);
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
    it(`counts what ${JSON.stringify(entry)} does not say as 0`, () => {
      using directory = createDirectory({ 'quota.json': { default: entry } });
      expect(open(directory).limitOf('x')).to.deep.equal(limit);
    });
  }

  for (const [title, content, message] of [
    ['a file that is no JSON', '{', /^is not JSON/],
    ['a file with a list', '[]', /^must be an object/],
    ['a file with null', 'null', /^must be an object/],
    ['a file with a text', '"default"', /^must be an object/],
    ['an entry that is a number', { default: 3 }, /^\/default: must be an object$/],
    [
      'a quota that is a text',
      { default: { quota: '3', slidingWindow: 1 } },
      /^\/default\/quota: must be a whole number$/,
    ],
    ['a quota that is a fraction', { default: { quota: 1.5, slidingWindow: 1 } }, /^\/default\/quota: must be/],
    ['a window that is a fraction', { default: { quota: 1, slidingWindow: 1.5 } }, /^\/default\/slidingWindow: must/],
    [
      'a window beyond 64 bits',
      '{"default": {"quota": 1, "slidingWindow": 10000000000000000000}}',
      /^\/default\/slidingWindow: must/,
    ],
  ] as const) {
    it(`is not read from ${title}: the process does not start`, () => {
      using directory = createDirectory({ 'quota.json': content });
      expect(() => open(directory)).to.throw(message);
    });
  }

  it('is not read from a file that is missing: the process does not start', () => {
    using directory = createDirectory();
    expect(() => open(directory)).to.throw(/ENOENT/);
  });

  it('is unknown without an entry and a default, which is the operator’s to mend and no refusal', () => {
    using directory = createDirectory({ 'quota.json': { '000002': LIMITS['000001'] } });
    const policy = open(directory);
    expect(() => policy.limitOf('000001'))
      .to.throw(Error, /^quota file: neither /)
      .with.property('name', 'Error');
  });

  it('follows the file: what is written is what holds for the next request', () => {
    using directory = createDirectory({ 'quota.json': LIMITS });
    const policy = open(directory);
    expect(policy.limitOf('000001')?.quota).to.equal(3);
    directory.write('quota.json', { '000001': { quota: 4, slidingWindow: 14 * DAY } });
    // On a coarse clock this may be the same moment: set by hand, so that the test does not depend on it.
    utimesSync(directory.file('quota.json'), new Date(), new Date('2026-01-02'));
    expect(policy.limitOf('000001')?.quota).to.equal(4);
    expect(() => policy.limitOf('000002')).to.throw();
  });

  it('stays as it was while the file is wrong', () => {
    using directory = createDirectory({ 'quota.json': LIMITS });
    const policy = open(directory);
    directory.write('quota.json', '{');
    expect(policy.limitOf('000001')?.quota).to.equal(3);
    directory.write('quota.json', { default: { quota: 7, slidingWindow: DAY } });
    expect(policy.limitOf('000001')?.quota).to.equal(7);
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
