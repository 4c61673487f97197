import { expect } from 'chai';
import { describe, it } from 'mocha';
import { openPolicyFile } from '../../../src/domain/policy-file.ts';
import {
  createRateLimitPolicy,
  parseRateLimits,
  type Limit,
  type RateLimitPolicy,
} from '../../../src/domain/rate-limits/policy.ts';
import { createDirectory } from '../distributions/support.ts';

const limit = (requests: number, seconds = 60): Limit => ({ requests, seconds });

const LIMITS = {
  default: { reads: limit(600), writes: limit(60), builds: limit(10, 3600) },
  '000001': { reads: limit(5), builds: null },
};

type Directory = ReturnType<typeof createDirectory>;

/** A policy from `limits.json`. */
const opened = (directory: Directory): RateLimitPolicy =>
  createRateLimitPolicy(openPolicyFile(directory.file('limits.json'), parseRateLimits));

describe('the limits of requests', () => {
  for (const [orgId, routeClass, expected] of [
    ['000002', 'reads', LIMITS.default.reads],
    ['000002', 'writes', LIMITS.default.writes],
    ['000001', 'reads', LIMITS['000001'].reads],
    ['000001', 'writes', LIMITS.default.writes],
    ['000001', 'builds', null],
    ['', 'builds', LIMITS.default.builds],
    ['constructor', 'reads', LIMITS.default.reads],
    ['__proto__', 'reads', LIMITS.default.reads],
  ] as const) {
    it(`of ${JSON.stringify(orgId)} on ${routeClass} are ${JSON.stringify(expected)}`, () => {
      using directory = createDirectory({ 'limits.json': LIMITS });
      expect(opened(directory).limitOf(orgId, routeClass)).to.deep.equal(expected);
    });
  }

  it('are absent without an entry', () => {
    using directory = createDirectory({ 'limits.json': { '000001': { reads: limit(1) } } });
    const policy = opened(directory);
    expect(policy.limitOf('000001', 'writes')).to.equal(null);
    expect(policy.limitOf('000002', 'reads')).to.equal(null);
  });

  for (const [what, content, message] of [
    ['no JSON', '{', /^is not JSON/],
    ['a list', [], /^must be an object/],
    ['null', 'null', /^must be an object/],
    ['an entry that is a number', { default: 5 }, /^\/default: must be an object/],
    ['an unknown class', { default: { deletes: limit(1) } }, /^\/default\/deletes: is none of reads, writes, builds$/],
    ['a limit that is a number', { a: { reads: 5 } }, /^\/a\/reads: must be null, or \{"requests"/],
    ['no requests', { a: { reads: { seconds: 5 } } }, /^\/a\/reads: must be/],
    ['no seconds', { a: { reads: { requests: 5 } } }, /^\/a\/reads: must be/],
    ['requests that are none', { a: { reads: limit(0) } }, /^\/a\/reads: must be/],
    ['too many requests', { a: { reads: limit(1e9 + 1) } }, /^\/a\/reads: must be/],
    ['half a second', { a: { reads: limit(1, 0.5) } }, /^\/a\/reads: must be/],
    ['more than a day', { a: { reads: limit(1, 86_401) } }, /^\/a\/reads: must be/],
    ['a member too many', { a: { reads: { ...limit(1), burst: 5 } } }, /^\/a\/reads: must be/],
  ] as const) {
    it(`are not read from a file with ${what}`, () => {
      using directory = createDirectory({ 'limits.json': content });
      expect(() => opened(directory)).to.throw(message);
    });
  }
});
