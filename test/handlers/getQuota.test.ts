import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';
import { reserveComposes } from '../support/reservations.ts';

const DAY = 24 * 3600;
const quotaOf = (quota: number, seconds = 14 * DAY) => ({ quota, slidingWindow: seconds * 1e9 });
const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000);

const quota = async (service: TestService, orgId?: string) => {
  const reply = await service.as(orgId === undefined ? {} : { orgId }).get('/quota');
  expect(reply.status, reply.text).to.equal(200);
  const { storage, ...rest } = reply.body;
  expect(storage).to.deep.equal({
    ...{ blueprints: { limit: 10_000, used: 0 }, bytes: { limit: 1024 ** 3, used: 0 }, versions_per_blueprint: 10_000 },
  });
  return rest;
};

describe('getQuota', () => {
  it('reports neither a quota nor a rate limit if none is configured', async () => {
    await using service = await startService();
    await service.given.compose();
    expect(await quota(service)).to.deep.equal({ limited: false, rate_limits: [] });
  });

  it('says how many builds are left, and does not say when one is free as long as none counts', async () => {
    await using service = await startService({ quota: { default: quotaOf(3) } });
    expect(await quota(service)).to.deep.equal({
      ...{ limited: true, limit: 3, used: 0, remaining: 3, window_seconds: 14 * DAY, rate_limits: [] },
    });
  });

  it('counts builds of the window, deleted ones as well, and says when the oldest of them leaves it', async () => {
    await using service = await startService({ quota: { default: quotaOf(5, 3600) } });
    const oldest = ago(1800);
    await service.given.compose({ createdAt: oldest, deleted: true });
    await service.given.compose({ createdAt: ago(60) });
    await service.given.compose({ createdAt: ago(3700) });
    const { next_free_at: next, ...rest } = await quota(service);
    expect(rest).to.deep.equal({
      ...{ limited: true, limit: 5, used: 2, remaining: 3, window_seconds: 3600, rate_limits: [] },
    });
    // The first whole second at which it does not count any more.
    expect(next).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.parse(next) - (oldest.getTime() + 3_600_000)).to.be.within(0, 999);
  });

  it('agrees with what is refused', async () => {
    await using service = await startService({ quota: { default: quotaOf(2) } });
    for (const remaining of [1, 0]) {
      service.composer.accepts();
      expect((await service.as().post('/compose', composeRequest)).status).to.equal(201);
      expect(await quota(service)).to.include({ used: 2 - remaining, remaining });
    }
    expect((await service.as().post('/compose', composeRequest)).status).to.equal(403);
    expect(await quota(service)).to.include({ used: 2, remaining: 0 });
  });

  it('counts composes that are being started', async () => {
    await using service = await startService({ quota: { default: quotaOf(5) } });
    await reserveComposes(service.ctx.db, { composes: 2 });
    const { next_free_at: next, ...rest } = await quota(service);
    expect(rest).to.include({ used: 2, remaining: 3 });
    expect(Date.parse(next)).to.be.greaterThan(Date.now());
  });

  it('reports a lowered quota with more use than the limit and nothing remaining', async () => {
    await using service = await startService({ quota: { default: quotaOf(2) } });
    for (let builds = 0; builds < 7; builds += 1) await service.given.compose();
    expect(await quota(service)).to.include({ limit: 2, used: 7, remaining: 0 });
  });

  it('reports a zero or negative quota as zero', async () => {
    await using service = await startService({ quota: { '000000': quotaOf(0), '000001': quotaOf(-3, -1) } });
    await service.given.compose();
    expect(await quota(service)).to.include({ limited: true, limit: 0, used: 1, remaining: 0 });
    expect(await quota(service, '000001')).to.include({ limited: true, limit: 0, remaining: 0, window_seconds: 0 });
  });

  it("shows the quota and the builds of the caller's organization, and of no other", async () => {
    await using service = await startService({ quota: { default: quotaOf(10), '000001': quotaOf(20, DAY) } });
    for (let builds = 0; builds < 3; builds += 1) await service.given.compose({ orgId: '000001' });
    expect(await quota(service))
      .to.include({ limit: 10, used: 0, remaining: 10 })
      .and.not.have.property('next_free_at');
    expect(await quota(service, '000001')).to.include({ limit: 20, used: 3, remaining: 17, window_seconds: DAY });
  });

  it('shows windows of centuries', async () => {
    await using service = await startService({ quota: { default: { quota: 2 ** 53 - 1, slidingWindow: 2 ** 63 } } });
    await service.given.compose({ createdAt: new Date('2001-02-03') });
    const shown = await quota(service);
    expect(shown).to.include({ limit: 2 ** 53 - 1, used: 1, remaining: 2 ** 53 - 2 });
    expect(shown.next_free_at).to.match(/^2293-/);
  });

  it('shows the limits of requests and what is left of them, and uses nothing up but the request itself', async () => {
    await using service = await startService({
      rateLimits: {
        default: { reads: { requests: 100, seconds: 60 }, builds: { requests: 20, seconds: 3600 } },
        '000001': { reads: null, builds: null },
      },
    });
    service.composer.accepts();
    await service.as().post('/compose', composeRequest);
    for (const remaining of [99, 98]) {
      const { rate_limits: limits, limited } = await quota(service);
      expect(limited).to.equal(false);
      expect(limits.map(({ resets_in: _, ...rest }: { resets_in: number }) => rest)).to.deep.equal([
        { applies_to: 'reads', limit: 100, window_seconds: 60, remaining },
        { applies_to: 'builds', limit: 20, window_seconds: 3600, remaining: 19 },
      ]);
      expect(limits[0].resets_in).to.be.within(1, 60);
      expect(limits[1].resets_in).to.be.within(1, 3600);
    }
    expect(await quota(service, '000001')).to.deep.equal({ limited: false, rate_limits: [] });
  });

  it('shows a limit of which nothing was used as it is, and one that is used up as that', async () => {
    const limit = { requests: 1, seconds: 3600 };
    await using service = await startService({ rateLimits: { default: { writes: limit, builds: limit } } });
    service.composer.accepts();
    await service.as().post('/compose', composeRequest);
    expect((await service.as().post('/compose', composeRequest)).status).to.equal(429);
    const [writes, builds] = (await quota(service)).rate_limits;
    expect(writes).to.deep.equal({ applies_to: 'writes', limit: 1, window_seconds: 3600, remaining: 1, resets_in: 0 });
    expect(builds).to.include({ remaining: 0 });
  });

  it('omits the remaining requests of a limit that cannot be read', async () => {
    await using service = await startService({ rateLimits: { default: { reads: { requests: 9, seconds: 60 } } } });
    await service.sql.query('DROP TABLE rate_limits');
    expect((await quota(service)).rate_limits).to.deep.equal([{ applies_to: 'reads', limit: 9, window_seconds: 60 }]);
  });

  it('gives no details for a quota file without an entry for the organization', async () => {
    await using service = await startService({ quota: { '000001': quotaOf(1) } });
    expect(await service.as().get('/quota')).to.be.refused(500, 'Internal Server Error');
  });
});
