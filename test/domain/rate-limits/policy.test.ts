import { rmSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRateLimitPolicy, type Limit, type RateLimitPolicy } from '../../../src/domain/rate-limits/policy.ts';
import { createDirectory } from '../distributions/support.ts';

const limit = (requests: number, seconds = 60): Limit => ({ requests, seconds });

const LIMITS = {
  default: { reads: limit(600), writes: limit(60), builds: limit(10, 3600) },
  '000001': { reads: limit(5), builds: null },
};

type Directory = ReturnType<typeof createDirectory>;

/** A policy from `limits.json` with a clock that stands still until a test moves it, and a log. */
const opened = (directory: Directory) => {
  const clock = { now: 0 };
  const logged: object[] = [];
  const keep = (line: object): void => void logged.push(line);
  const log = { info: keep, error: keep };
  const policy = createRateLimitPolicy(directory.file('limits.json'), log, () => clock.now);
  return { policy, clock, logged };
};

const reads = (policy: RateLimitPolicy, orgId = 'any'): Promise<Limit | null> => policy.limitOf(orgId, 'reads');

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
    it(`of ${JSON.stringify(orgId)} on ${routeClass} are ${JSON.stringify(expected)}`, async () => {
      using directory = createDirectory({ 'limits.json': LIMITS });
      expect(await opened(directory).policy.limitOf(orgId, routeClass)).to.deep.equal(expected);
    });
  }

  it('are absent without an entry', async () => {
    using directory = createDirectory({ 'limits.json': { '000001': { reads: limit(1) } } });
    const { policy } = opened(directory);
    expect(await policy.limitOf('000001', 'writes')).to.equal(null);
    expect(await policy.limitOf('000002', 'reads')).to.equal(null);
  });

  for (const [what, content, message] of [
    ['no JSON', '{', /^is not JSON$/],
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

  it('change with the file, at the latest after a second', async () => {
    using directory = createDirectory({ 'limits.json': LIMITS });
    const { policy, clock, logged } = opened(directory);
    directory.write('limits.json', { default: { reads: limit(1) } });
    clock.now = 999;
    expect(await reads(policy)).to.deep.equal(LIMITS.default.reads);
    clock.now = 1000;
    expect(await reads(policy)).to.deep.equal(limit(1));
    expect(logged).to.have.length(1);
  });

  it('stay as they were when the file cannot be used any more, which is logged once', async () => {
    using directory = createDirectory({ 'limits.json': LIMITS });
    const { policy, clock, logged } = opened(directory);
    const later = async (): Promise<Limit | null> => {
      clock.now += 1000;
      return reads(policy);
    };
    directory.write('limits.json', '{"default": {"reads": ');
    expect([await later(), await later()]).to.deep.equal([LIMITS.default.reads, LIMITS.default.reads]);
    expect(logged).to.deep.equal([{ event: 'rate_limits.file_invalid', reason: 'is not JSON' }]);

    rmSync(directory.file('limits.json'));
    expect([await later(), await later()]).to.deep.equal([LIMITS.default.reads, LIMITS.default.reads]);
    expect(logged.slice(1)).to.deep.equal([{ event: 'rate_limits.file_invalid', reason: 'ENOENT' }]);

    directory.write('limits.json', { default: { reads: limit(2) } });
    expect(await later()).to.deep.equal(limit(2));
    expect(logged).to.have.length(3);
  });
});
