import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRateLimiter, rateLimitExceeded, type CountedRequest } from '../../../src/domain/rate-limits/limiter.ts';
import type { Limit, RateLimitPolicy } from '../../../src/domain/rate-limits/policy.ts';
import type { Count, CountStore } from '../../../src/domain/rate-limits/store.ts';

const LIMIT: Limit = { requests: 10, seconds: 60 };
const ALLOWED: Count = { allowed: true, remaining: 7, resetIn: 41_001 };

interface Stage {
  readonly limit?: Limit | null;
  readonly count: (key: string) => Promise<Count>;
}

/** A limiter over a count of the test's own, with what it tells the operator. */
const limiterOf = ({ limit = LIMIT, count }: Stage) => {
  const clock = { now: 0 };
  const recorded = { warnings: 0, limited: [] as string[], unchecked: 0 };
  const keys: string[] = [];
  const policy: RateLimitPolicy = { limitOf: () => limit };
  const store: CountStore = {
    count: (key) => {
      keys.push(key);
      return count(key);
    },
    read: (key) => {
      keys.push(key);
      return count(key);
    },
    [Symbol.asyncDispose]: async () => {},
  };
  const metrics = {
    limitedRequests: { inc: (labels: { class: string }) => void recorded.limited.push(labels.class) },
    uncheckedRequests: { inc: () => void (recorded.unchecked += 1) },
  };
  const limiter = createRateLimiter({
    ...{ policy, store, now: () => clock.now, log: { warn: () => void (recorded.warnings += 1) } },
    metrics: metrics as unknown as Parameters<typeof createRateLimiter>[0]['metrics'],
  });
  return { limiter, clock, recorded, keys };
};

describe('the limiter of requests', () => {
  it('reports the remaining requests, in whole seconds and as structured fields', async () => {
    const { limiter, recorded } = limiterOf({ count: () => Promise.resolve(ALLOWED) });
    const taken = await limiter.take('org', 'reads');
    expect(taken).to.deep.equal({
      ...{ allowed: true, routeClass: 'reads', limit: LIMIT, resetIn: 42 },
      fields: { RateLimit: '"reads";r=7;t=42', 'RateLimit-Policy': '"reads";q=10;w=60' },
    });
    expect(recorded).to.deep.equal({ warnings: 0, limited: [], unchecked: 0 });
  });

  it('counts organizations and classes apart', async () => {
    const { limiter, keys } = limiterOf({ count: () => Promise.resolve(ALLOWED) });
    await limiter.take('a', 'reads');
    await limiter.take('b', 'reads');
    await limiter.take('a', 'builds');
    expect(new Set(keys)).to.have.property('size', 3);
  });

  it('refuses with the time to wait, at least a second', async () => {
    const { limiter, recorded } = limiterOf({
      count: () => Promise.resolve({ allowed: false, remaining: 0, resetIn: 1 }),
    });
    const taken = (await limiter.take('org', 'writes')) as CountedRequest;
    expect(taken).to.include({ allowed: false, resetIn: 1 });
    expect(taken.fields.RateLimit).to.equal('"writes";r=0;t=1');
    expect(rateLimitExceeded(taken)).to.include({
      ...{ kind: 'tooManyRequests', retryAfter: 1 },
      message: 'Rate limit of 10 writes in 60 seconds exceeded for the organization',
    });
    expect(recorded.limited).to.deep.equal(['writes']);
  });

  it('does not query the store without a limit', async () => {
    const { limiter, keys } = limiterOf({ limit: null, count: () => Promise.resolve(ALLOWED) });
    expect(await limiter.take('org', 'reads')).to.equal(null);
    expect(keys).to.deep.equal([]);
  });

  it('reports the limits without counting', async () => {
    const { limiter, recorded, keys } = limiterOf({ count: () => Promise.resolve(ALLOWED) });
    const left = { remaining: 7, resetIn: 42 };
    expect(await limiter.readAll('org')).to.deep.equal(
      ['reads', 'writes', 'builds'].map((routeClass) => ({ routeClass, limit: LIMIT, left })),
    );
    expect(keys).to.deep.equal(['reads org', 'writes org', 'builds org']);
    expect(recorded).to.deep.equal({ warnings: 0, limited: [], unchecked: 0 });
    expect(
      await limiterOf({ limit: null, count: () => Promise.resolve(ALLOWED) }).limiter.readAll('org'),
    ).to.deep.equal([]);
  });

  it('omits the remaining requests when the store fails', async () => {
    const { limiter, recorded } = limiterOf({ count: () => Promise.reject(new Error('the database is away')) });
    expect((await limiter.readAll('org')).map(({ left }) => left)).to.deep.equal([null, null, null]);
    expect(recorded).to.deep.equal({ warnings: 1, limited: [], unchecked: 0 });
  });

  it('allows requests when the store fails, and queries it again after a second', async () => {
    let broken = true;
    const count = (): Promise<Count> => {
      if (broken) return Promise.reject(new Error('the database is away'));
      return Promise.resolve(ALLOWED);
    };
    const { limiter, clock, recorded, keys } = limiterOf({ count });
    const together = await Promise.all([limiter.take('a', 'reads'), limiter.take('b', 'reads')]);
    expect([...together, await limiter.take('c', 'reads')]).to.deep.equal([null, null, null]);
    expect([keys.length, recorded]).to.deep.equal([2, { warnings: 1, limited: [], unchecked: 3 }]);
    clock.now = 1000;
    expect(await limiter.take('a', 'reads')).to.equal(null);
    expect([keys.length, recorded.warnings]).to.deep.equal([3, 2]);
    broken = false;
    clock.now = 2000;
    expect(await limiter.take('a', 'reads')).not.to.equal(null);
    expect(recorded.unchecked).to.equal(4);
  });
});
