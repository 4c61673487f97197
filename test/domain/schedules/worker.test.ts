import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { reconcileDeadProcesses } from '../../../src/domain/composes/reconcile.ts';
import type { AppContext } from '../../../src/context.ts';
import { createScheduleWorker } from '../../../src/domain/schedules/worker.ts';
import { blueprintBody, guestImageRequest, type GivenSchedule } from '../../support/given.ts';
import { ORG, type TestIdentity } from '../../support/identity.ts';
import { startService, type TestService } from '../../support/service.ts';

/** Runs everything that is due, to its end. */
const runDueSchedules = async (ctx: AppContext): Promise<void> => {
  const worker = createScheduleWorker(ctx);
  await worker.runDue();
  await worker.idle();
};

const nginx = { type: 'rpm', name: 'nginx', version: '1.24', release: '4.el9', arch: 'x86_64' };

/** A blueprint whose schedule is due. */
const due = async (
  service: TestService,
  schedule: GivenSchedule = {},
  versions: readonly unknown[] = [blueprintBody],
) => {
  const { id, versionIds } = await service.given.blueprint({ versions });
  await service.given.schedule(id, { dueIn: -60, ...schedule });
  return { id, versionId: versionIds.at(-1) as string };
};

/** Makes a schedule due again. */
const dueAgain = ({ sql }: TestService, id: string) =>
  sql.query(
    "UPDATE blueprint_schedules SET next_run_at = clock_timestamp() - interval '1 second' WHERE blueprint_id = $1",
    [id],
  );

const schedule = async (service: TestService, id: string) =>
  (await service.as().get(`/blueprints/${id}/schedule`)).body;

const composes = async ({ sql }: TestService) =>
  (
    await sql.query<{ job_id: string; org_id: string; email: string; blueprint_version_id: string; client_id: string }>(
      'SELECT job_id, org_id, email, blueprint_version_id, client_id FROM composes ORDER BY created_at',
    )
  ).rows;

const resolves = ({ composer }: TestService, ...packages: object[]): void => {
  composer.post('/depsolve/blueprint').reply(200, { packages });
};

const finish = async (
  { sql }: TestService,
  id: string,
  status: 'success' | 'failure',
  cancelledBy: string | null = null,
) => {
  await sql.query(
    'UPDATE compose_statuses SET status = $2, finished_at = now(), next_poll_at = NULL, cancelled_by = $3 WHERE job_id = $1',
    [id, status, cancelledBy],
  );
};

const metric = async (service: TestService, outcome: string): Promise<number> => {
  const { text } = await service.root.get('/metrics');
  return Number(
    new RegExp(`^imagebuilder_schedule_runs_total\\{outcome="${outcome}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0,
  );
};

describe('a schedule that is due', () => {
  it('builds the newest version in the name of the user who set it, and records that', async () => {
    await using service = await startService();
    const { id, versionId } = await due(service, { username: 'jana' }, [{}, blueprintBody]);
    const build = service.composer.accepts();
    await runDueSchedules(service.ctx);
    expect(await composes(service)).to.deep.equal([
      {
        ...{
          job_id: build,
          org_id: ORG,
          email: 'jana@example.test',
          blueprint_version_id: versionId,
          client_id: 'api',
        },
      },
    ]);
    const { last_run: last, next_run_at: next, consecutive_failures: failures } = await schedule(service, id);
    expect(last)
      .to.deep.include({ outcome: 'built', compose_ids: [build] })
      .and.not.to.have.any.keys('detail');
    expect(failures).to.equal(0);
    expect(Date.parse(next)).to.be.above(Date.now());
    expect(next).to.match(/T03:00:00Z$/);
    expect(await metric(service, 'built')).to.equal(1);
    const { rows } = await service.sql.query('SELECT id FROM build_reservations');
    expect(rows).to.deep.equal([]);
  });

  it('runs once for all missed times, and not again before its next time', async () => {
    await using service = await startService();
    await due(service, { cron: '*/15 * * * *', dueIn: -7 * 24 * 3600 });
    service.composer.accepts();
    await runDueSchedules(service.ctx);
    await runDueSchedules(service.ctx);
    expect(await composes(service)).to.have.length(1);
  });

  it('builds the image types that it is for, by any of their names', async () => {
    await using service = await startService();
    const images = [guestImageRequest, { ...guestImageRequest, image_type: 'image-installer' }];
    await due(service, { imageTypes: ['image-installer'] }, [{ ...blueprintBody, image_requests: images }]);
    service.composer.accepts();
    await runDueSchedules(service.ctx);
    expect(service.composer.requests.map(({ image_request: image }) => image?.image_type)).to.deep.equal([
      'image-installer',
    ]);
  });

  it('asks services of the platform with an identity made of what was kept', async () => {
    await using service = await startService();
    const image = {
      ...guestImageRequest,
      ...{ image_type: 'aws', upload_request: { type: 'aws', options: { share_with_sources: ['17'] } } },
    };
    await due(service, { username: 'jana' }, [{ ...blueprintBody, image_requests: [image] }]);
    const seen: unknown[] = [];
    service.provisioning
      .get('/sources/17/upload_info')
      .matchHeader('x-rh-identity', (header) => {
        seen.push(JSON.parse(Buffer.from(String(header), 'base64').toString()));
        return true;
      })
      .reply(200, { aws: { account_id: '123456789012' } });
    service.composer.accepts();
    await runDueSchedules(service.ctx);
    expect(seen[0]).to.deep.equal({
      identity: {
        ...{ type: 'User', org_id: ORG, internal: { org_id: ORG }, account_number: '500000' },
        user: { username: 'jana', email: 'jana@example.test' },
      },
      entitlements: { rhel: { is_entitled: true } },
    });
  });

  it('is left alone as long as it is not due, disabled, or of a blueprint that is deleted', async () => {
    await using service = await startService();
    await due(service, { dueIn: 60 });
    await due(service, { dueIn: null });
    const { id } = await due(service);
    await service.as().delete(`/blueprints/${id}`);
    await runDueSchedules(service.ctx);
    expect(await composes(service)).to.deep.equal([]);
    const { rows } = await service.sql.query('SELECT 1 FROM blueprint_schedules WHERE blueprint_id = $1', [id]);
    expect(rows).to.deep.equal([]);
  });

  it('is run by one of several processes that poll at the same time', async () => {
    await using service = await startService();
    const builds = 6;
    for (let i = 0; i < builds; i += 1) await due(service);
    for (let i = 0; i < builds; i += 1) service.composer.accepts();
    await Promise.all(Array.from({ length: 4 }, () => runDueSchedules(service.ctx)));
    expect(await composes(service)).to.have.length(builds);
    expect(await metric(service, 'built')).to.equal(builds);
  });

  it('is disabled without a further run time', async () => {
    await using service = await startService();
    const { id } = await due(service, { timezone: 'Europe/Gone' });
    service.composer.accepts();
    await runDueSchedules(service.ctx);
    expect(await schedule(service, id)).to.include({ disabled_reason: 'there is no time when it would run next' });
  });
});

describe('only if something has changed', () => {
  const changing: GivenSchedule = { onlyIfChanged: true };

  it('builds the first time, then not until a package has another version', async () => {
    await using service = await startService();
    const { id } = await due(service, changing);
    resolves(service, nginx);
    service.composer.accepts();
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).last_run.outcome).to.equal('built');

    await dueAgain(service, id);
    resolves(service, nginx);
    await runDueSchedules(service.ctx);
    const { last_run: unchanged } = await schedule(service, id);
    expect(unchanged.outcome).to.equal('unchanged');
    expect(unchanged).not.to.have.any.keys('compose_ids', 'detail');

    await dueAgain(service, id);
    resolves(service, { ...nginx, release: '5.el9' });
    service.composer.accepts();
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).last_run.outcome).to.equal('built');
    expect(await composes(service)).to.have.length(2);
    expect([await metric(service, 'built'), await metric(service, 'unchanged')]).to.deep.equal([2, 1]);
  });

  it('builds when the blueprint has another version, whatever its packages are', async () => {
    await using service = await startService();
    const { id } = await due(service, changing);
    for (let i = 0; i < 2; i += 1) {
      resolves(service, nginx);
      service.composer.accepts();
      await runDueSchedules(service.ctx);
      await dueAgain(service, id);
      await service.as().put(`/blueprints/${id}`, { ...blueprintBody, name: `name ${i}` });
    }
    expect(await composes(service)).to.have.length(2);
  });

  it('builds again what failed', async () => {
    await using service = await startService();
    const { id } = await due(service, changing);
    resolves(service, nginx);
    const build = service.composer.accepts();
    await runDueSchedules(service.ctx);
    await finish(service, build, 'failure');
    await dueAgain(service, id);
    resolves(service, nginx);
    service.composer.accepts();
    await runDueSchedules(service.ctx);
    expect(await composes(service)).to.have.length(2);
  });

  it('compares the packages of a minimal system as well', async () => {
    await using service = await startService();
    await due(service, changing);
    const requests: unknown[] = [];
    service.composer.post('/depsolve/blueprint', (body) => requests.push(body) > 0).reply(200, { packages: [nginx] });
    service.composer.accepts();
    await runDueSchedules(service.ctx);
    const [{ blueprint }] = requests as [{ blueprint: { packages: unknown[]; groups: unknown[] } }];
    expect(blueprint.packages).to.deep.include({ name: 'kernel' });
    expect(blueprint.groups).to.deep.equal([{ name: 'core' }]);
  });

  it('fails when packages cannot be resolved', async () => {
    await using service = await startService();
    const { id } = await due(service, changing);
    service.composer.post('/depsolve/blueprint').reply(500, { id: '1002', reason: 'no', details: '' });
    await runDueSchedules(service.ctx);
    const { last_run: last, consecutive_failures: failures } = await schedule(service, id);
    expect(last.outcome).to.equal('failed');
    expect(last.detail).to.match(/^the packages cannot be resolved: the build service does not name the cause/);
    expect(failures).to.equal(1);
  });

  for (const [what, status, body] of [
    ['is away', 503, {}],
    ['does not resolve packages in time', 500, { id: '1002', reason: 'no', details: 'Depsolve job "1" timed out' }],
    ['cannot start the job', 500, { id: '1005', reason: 'no', details: 'no queue' }],
    ['has another fault', 500, { id: '10000', reason: 'no', details: '' }],
  ] as const) {
    it(`is retried while composer ${what}, and then builds`, async () => {
      await using service = await startService();
      const { id } = await due(service, changing);
      service.composer.post('/depsolve/blueprint').reply(status, body);
      await runDueSchedules(service.ctx);
      const { last_run: last, consecutive_failures: failures } = await schedule(service, id);
      expect([last, failures]).to.deep.equal([undefined, 0]);
      const { rows } = await service.sql.query('SELECT outcome, taken_until > now() AS later FROM schedule_runs');
      expect(rows).to.deep.equal([{ outcome: null, later: true }]);
      await service.sql.query('UPDATE schedule_runs SET taken_until = now()');
      resolves(service, nginx);
      service.composer.accepts();
      await runDueSchedules(service.ctx);
      expect((await schedule(service, id)).last_run.outcome).to.equal('built');
    });
  }

  it('fails when composer has failed for six hours', async () => {
    await using service = await startService();
    const { id } = await due(service, changing);
    service.composer.post('/depsolve/blueprint').times(2).reply(503, {});
    await runDueSchedules(service.ctx);
    await service.sql.query("UPDATE schedule_runs SET taken_until = now(), began_at = now() - interval '7 hours'");
    await runDueSchedules(service.ctx);
    const detail = 'the packages could not be resolved for 6 hours: composer answered 503';
    expect((await schedule(service, id)).last_run).to.include({ outcome: 'failed', detail });
  });
});

describe('a run', () => {
  it('for which there is no quota is refused, and is no failure', async () => {
    await using service = await startService({ quota: { default: { quota: 0, slidingWindow: 14 * 24 * 3600 * 1e9 } } });
    const { id } = await due(service, { failures: 2 });
    await runDueSchedules(service.ctx);
    const { last_run: last, consecutive_failures: failures } = await schedule(service, id);
    expect(last).to.include({ outcome: 'refused', detail: 'Quota of 0 builds per 14 days exceeded for user' });
    expect(failures).to.equal(2);
    expect(await metric(service, 'refused')).to.equal(1);
  });

  for (const [what, given, body, detail] of [
    [
      'the service does not offer the distribution any more',
      {},
      { distribution: 'rhel-0.0' },
      'distribution not available',
    ],
    ['the image is not there any more', { imageTypes: ['aws'] }, {}, 'the blueprint has no image of these types'],
    [
      'the blueprint is one of containers now',
      { onlyIfChanged: true },
      { distribution: undefined, bootc: { reference: 'quay.test/centos-bootc/centos-bootc:stream10' } },
      null,
    ],
  ] as const) {
    it(`fails when ${what}`, async () => {
      await using service = await startService();
      const { id } = await due(service, given, [{ ...blueprintBody, ...body }]);
      await runDueSchedules(service.ctx);
      const { last_run: last, consecutive_failures: failures } = await schedule(service, id);
      expect(last.outcome).to.equal('failed');
      if (detail !== null) expect(last.detail).to.equal(detail);
      expect(failures).to.equal(1);
      expect(await metric(service, 'failed')).to.equal(1);
    });
  }

  it('fails when composer refuses the build, with its reason and without secrets', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'trace' } });
    const users = [{ name: 'admin', password: '$6$salt$averysecrethash' }];
    const { id } = await due(service, {}, [{ ...blueprintBody, customizations: { users } }]);
    service.composer.refuses(400, { id: '31', reason: 'bad $6$salt$averysecrethash' });
    await runDueSchedules(service.ctx);
    const { last_run: last } = await schedule(service, id);
    expect(last.outcome).to.equal('failed');
    expect(last.detail).to.match(/^Failed posting compose request to osbuild-composer\. bad /);
    expect(JSON.stringify([last, service.logs])).not.to.contain('averysecrethash');
    expect((await service.sql.query('SELECT id FROM build_reservations')).rows).to.deep.equal([]);
  });

  it('that started a part of its builds has failed, and says which', async () => {
    await using service = await startService();
    const images = [guestImageRequest, { ...guestImageRequest, image_type: 'image-installer' }];
    const { id } = await due(service, {}, [{ ...blueprintBody, image_requests: images }]);
    const build = service.composer.accepts();
    service.composer.refuses(400, { id: '31', reason: 'no' });
    await runDueSchedules(service.ctx);
    const { last_run: last } = await schedule(service, id);
    expect(last).to.deep.include({ outcome: 'failed', compose_ids: [build] });
  });
});

const RHEL = { ...blueprintBody, distribution: 'rhel-9.6' };
const LOST = 'the organization has no entitlement to RHEL, which the blueprint needs';

/** Types and reasons of the events of schedules. */
const scheduleEvents = async (service: TestService) => {
  const { text } = await service.as().get('/events?last_event_id=0&follow_seconds=0');
  const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ''));
  return events
    .filter(({ type }) => type.startsWith('schedule.'))
    .map(({ type, blueprint_id, name, reason }) => ({ type, blueprint_id, name, reason }));
};

/** A request of an organization, whose entitlement is recorded. */
const visit = async ({ as, ctx }: TestService, identity: TestIdentity) => {
  await as(identity).get('/version');
  await ctx.entitlements.record();
};

/** Accepts the next build of RHEL, whose repositories content sources does not know. */
const acceptsRhel = ({ composer, contentSources }: TestService): void => {
  contentSources.get('/repositories/').query(true).reply(200, { data: [] });
  composer.accepts();
};

describe('the entitlement of an organization', () => {
  it('that is lost pauses the schedule with a reason, and is no failure', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'warn' } });
    const { id } = await due(service, { failures: 2 }, [RHEL]);
    await visit(service, { entitled: false, user: 'another user' });
    await runDueSchedules(service.ctx);
    const { last_run: last, paused_at: since, ...paused } = await schedule(service, id);
    expect(last).to.include({ outcome: 'refused', detail: LOST });
    expect(paused).to.include({ paused_reason: LOST, consecutive_failures: 2, enabled: true });
    expect(Date.parse(since)).to.be.closeTo(Date.now(), 60_000);
    expect(paused).to.have.property('next_run_at');
    expect(await composes(service)).to.deep.equal([]);
    expect(service.logs.find(({ event }) => event === 'schedule.paused')).to.include({
      reason: LOST,
      blueprint_id: id,
    });
    expect(await scheduleEvents(service)).to.deep.equal([
      { type: 'schedule.paused', blueprint_id: id, name: 'blueprint 1', reason: LOST },
    ]);
  });

  it('that stays lost pauses once', async () => {
    await using service = await startService();
    const { id } = await due(service, { entitled: false }, [RHEL]);
    await runDueSchedules(service.ctx);
    const { paused_at: since } = await schedule(service, id);
    await dueAgain(service, id);
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).paused_at).to.equal(since);
    expect(await scheduleEvents(service)).to.have.length(1);
  });

  it('that is back ends the pause, and the next run builds', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'info' } });
    const { id } = await due(service, { entitled: false }, [RHEL]);
    await runDueSchedules(service.ctx);
    await visit(service, { entitled: true });
    expect(await schedule(service, id)).not.to.have.any.keys('paused_at', 'paused_reason');
    expect(service.logs.find(({ event }) => event === 'schedule.resumed')).to.include({ blueprint_id: id });
    await dueAgain(service, id);
    acceptsRhel(service);
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).last_run.outcome).to.equal('built');
    expect((await scheduleEvents(service)).map(({ type }) => type)).to.deep.equal([
      'schedule.paused',
      'schedule.resumed',
    ]);
  });

  it('is not needed for a distribution without subscription, also after a pause', async () => {
    await using service = await startService();
    const { id } = await due(service, { entitled: false }, [RHEL]);
    await runDueSchedules(service.ctx);
    await service.as().put(`/blueprints/${id}`, { ...blueprintBody, name: 'blueprint 1' });
    await visit(service, { entitled: false });
    await dueAgain(service, id);
    service.composer.accepts();
    await runDueSchedules(service.ctx);
    const { last_run: last, ...rest } = await schedule(service, id);
    expect(last.outcome).to.equal('built');
    expect(rest).not.to.have.any.keys('paused_at', 'paused_reason');
  });

  it('is trusted for 90 days without a request, and then until the next one', async () => {
    await using service = await startService();
    const { id: trusted } = await due(service, { entitledDaysAgo: 89 }, [RHEL]);
    const { id: expired } = await due(service, { entitledDaysAgo: 91 }, [RHEL]);
    acceptsRhel(service);
    await runDueSchedules(service.ctx);
    expect((await schedule(service, trusted)).last_run.outcome).to.equal('built');
    const { paused_reason: reason } = await schedule(service, expired);
    expect(reason).to.equal('no request has shown the entitlement of the organization to RHEL for 90 days');
    await visit(service, { entitled: true });
    expect(await schedule(service, expired)).not.to.have.any.keys('paused_at', 'paused_reason');
  });

  it('is that of its own requests only, and only of those that state it', async () => {
    await using service = await startService();
    const { id } = await due(service, {}, [RHEL]);
    await visit(service, { orgId: 'another', entitled: false });
    const identity = { type: 'User', org_id: ORG, internal: { org_id: ORG } };
    const header = Buffer.from(JSON.stringify({ identity })).toString('base64');
    expect((await service.with({ 'x-rh-identity': header }).get('/version')).status).to.equal(200);
    await service.ctx.entitlements.record();
    acceptsRhel(service);
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).last_run.outcome).to.equal('built');
  });
});

describe('failures in a row', () => {
  const env = { SCHEDULE_MAX_FAILURES: '2' };

  it('disable the schedule with a reason, until it is set again', async () => {
    await using service = await startService({ env });
    const { id } = await due(service, { imageTypes: ['aws'] });
    await runDueSchedules(service.ctx);
    expect(await schedule(service, id)).to.include.keys('next_run_at');
    await dueAgain(service, id);
    await runDueSchedules(service.ctx);
    const disabled = await schedule(service, id);
    expect(disabled).to.include({
      ...{ consecutive_failures: 2, enabled: true },
      disabled_reason: 'failed 2 times in a row, the last time: the blueprint has no image of these types',
    });
    expect(disabled).to.include.keys('disabled_at').and.not.to.have.any.keys('next_run_at');
    await runDueSchedules(service.ctx);
    expect(await metric(service, 'failed')).to.equal(2);

    const again = await service.as().put(`/blueprints/${id}/schedule`, { cron: '0 3 * * *' });
    expect(again.body).to.include.keys('next_run_at').and.not.to.have.any.keys('disabled_at', 'disabled_reason');
  });

  it('count builds that failed, once all builds of the run are over', async () => {
    await using service = await startService({ env });
    const images = [guestImageRequest, { ...guestImageRequest, image_type: 'image-installer' }];
    const { id } = await due(service, { failures: 1 }, [{ ...blueprintBody, image_requests: images }]);
    const builds = [service.composer.accepts(), service.composer.accepts()] as const;
    await runDueSchedules(service.ctx);
    await finish(service, builds[0], 'failure');
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).consecutive_failures).to.equal(1);
    await finish(service, builds[1], 'success');
    await runDueSchedules(service.ctx);
    const body = await schedule(service, id);
    expect(body).to.include({
      ...{ consecutive_failures: 2, disabled_reason: 'failed 2 times in a row, the last time: a build failed' },
    });
    expect(body.last_run).to.include({ outcome: 'built', detail: '1 of 2 builds failed' });
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).consecutive_failures).to.equal(2);
    expect(await metric(service, 'build_failed')).to.equal(1);
  });

  it('end with a build that succeeds', async () => {
    await using service = await startService({ env });
    const { id } = await due(service, { failures: 1 });
    const build = service.composer.accepts();
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).consecutive_failures).to.equal(1);
    await finish(service, build, 'success');
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).consecutive_failures).to.equal(0);
  });

  it('do not include cancelled composes', async () => {
    await using service = await startService({ env });
    const { id } = await due(service, { failures: 1 });
    const build = service.composer.accepts();
    await runDueSchedules(service.ctx);
    await finish(service, build, 'failure', 'jana');
    await runDueSchedules(service.ctx);
    expect(await schedule(service, id)).to.include({ consecutive_failures: 1 });
  });
});

describe('a run whose process died', () => {
  const DEAD = randomUUID();

  /** A run as the process left it that had taken it. */
  const leftRun = async (service: TestService, options: { key?: object | null; began?: string } = {}) => {
    const { id } = await due(service, { dueIn: 3600 });
    const run = randomUUID();
    const attempt = randomUUID();
    await service.sql.query(
      `INSERT INTO schedule_runs (id, blueprint_id, org_id, due_at, attempt, process_id, began_at)
      VALUES ($1, $2, $3, now(), $4, $5, now() - $6::interval)`,
      [run, id, ORG, attempt, DEAD, options.began ?? '1 minute'],
    );
    if (options.key !== null) {
      await service.sql.query(
        `INSERT INTO idempotency_keys (org_id, operation, key, id, fingerprint, process_id, expires_at, created, wanted)
        VALUES ($1, 'scheduleRun', $2, $3, '', $4, now() + interval '1 day', $5, $6)`,
        [
          ...[ORG, run, attempt, DEAD],
          ...[
            (options.key as { created?: string[] })?.created ?? [],
            (options.key as { wanted?: number })?.wanted ?? null,
          ],
        ],
      );
    }
    return { id, run, attempt };
  };

  for (const [when, key] of [
    ['before it had begun', null],
    ['before it had sent anything', {}],
  ] as const) {
    it(`${when} is executed by another process`, async () => {
      await using service = await startService();
      const { id } = await leftRun(service, { key });
      const build = service.composer.accepts();
      await runDueSchedules(service.ctx);
      expect((await schedule(service, id)).last_run).to.deep.include({ outcome: 'built', compose_ids: [build] });
      expect(await composes(service)).to.have.length(1);
    });
  }

  it('after its build was stored is over, and nothing is built again', async () => {
    await using service = await startService();
    const build = randomUUID();
    const { id } = await leftRun(service, { key: { created: [build] } });
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).last_run).to.deep.include({ outcome: 'built', compose_ids: [build] });
    expect(await composes(service)).to.deep.equal([]);
  });

  it('in the middle of several builds has failed, and nothing is built again', async () => {
    await using service = await startService();
    const build = randomUUID();
    const { id } = await leftRun(service, { key: { created: [build], wanted: 3 } });
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).last_run).to.deep.include({
      ...{ outcome: 'failed', compose_ids: [build], detail: 'interrupted after 1 of 3 builds were started' },
    });
  });

  it('while it was sending a build is left until it is known what became of that', async () => {
    await using service = await startService();
    const { id, attempt } = await leftRun(service, { key: {} });
    const { rows } = await service.sql.query<{ id: string }>(
      `INSERT INTO build_reservations (org_id, expires_at, process_id, state, compose, fingerprint, sent_at, idempotency_id)
      VALUES ($1, now() + interval '1 hour', $2, 'sent', '{}', '', now(), $3) RETURNING id`,
      [ORG, DEAD, attempt],
    );
    await runDueSchedules(service.ctx);
    await reconcileDeadProcesses(service.ctx);
    await service.sql.query('UPDATE schedule_runs SET taken_until = now()');
    await runDueSchedules(service.ctx);
    expect(await schedule(service, id)).not.to.have.any.keys('last_run');

    await service.sql.query('DELETE FROM build_reservations WHERE id = $1', [rows[0]?.id]);
    await service.sql.query('UPDATE schedule_runs SET taken_until = now()');
    service.composer.accepts();
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).last_run.outcome).to.equal('built');
    expect(await composes(service)).to.have.length(1);
  });

  it('has failed when nobody knows for half an hour what became of its build', async () => {
    await using service = await startService();
    const { id, attempt } = await leftRun(service, { key: {}, began: '31 minutes' });
    await service.sql.query(
      `INSERT INTO build_reservations (org_id, expires_at, process_id, state, compose, fingerprint, sent_at, idempotency_id)
      VALUES ($1, now() + interval '1 hour', $2, 'unknown', '{}', '', now(), $3)`,
      [ORG, DEAD, attempt],
    );
    await runDueSchedules(service.ctx);
    expect((await schedule(service, id)).last_run).to.include({
      ...{ outcome: 'failed', detail: 'it is unknown whether its builds were started' },
    });
  });

  it('is not begun again by its next time, and that is made up for when it is over', async () => {
    await using service = await startService();
    const { id } = await leftRun(service);
    const alive = randomUUID();
    await service.ctx.db.processes.heartbeat(alive, 60);
    await service.sql.query(`UPDATE schedule_runs SET process_id = $1, taken_until = now() + interval '1 hour'`, [
      alive,
    ]);
    await dueAgain(service, id);
    await runDueSchedules(service.ctx);
    expect(await composes(service)).to.deep.equal([]);
    await service.ctx.db.processes.end(alive);
    service.composer.accepts();
    service.composer.accepts();
    await service.sql.query('UPDATE idempotency_keys SET process_id = $1', [DEAD]);
    await runDueSchedules(service.ctx);
    await runDueSchedules(service.ctx);
    expect(await composes(service)).to.have.length(2);
  });
});

describe('a worker of schedules', () => {
  it('starts what is due, and ends active runs before it stops', async () => {
    await using service = await startService();
    const { id } = await due(service);
    const asked = Promise.withResolvers<undefined>();
    const gate = Promise.withResolvers<undefined>();
    const build = randomUUID();
    service.composer.post('/compose').reply(201, async (_request: Request) => {
      asked.resolve(undefined);
      await gate.promise;
      return { href: '', id: build, kind: 'ComposeId' };
    });
    const schedules = createScheduleWorker(service.ctx);
    await schedules.runDue();
    await asked.promise;
    const late = await due(service);
    const stopped = schedules.stop();
    gate.resolve(undefined);
    await stopped;
    expect((await schedule(service, late.id)).last_run).to.equal(undefined);
    expect((await schedule(service, id)).last_run).to.deep.include({ outcome: 'built', compose_ids: [build] });
  });

  it('runs three schedules at the same time, polls again a second later, and runs the fourth when there is room', async () => {
    await using service = await startService();
    for (let i = 0; i < 4; i += 1) await due(service);
    const gate = Promise.withResolvers<undefined>();
    service.composer
      .post('/compose')
      .times(4)
      .reply(201, async (_request: Request) => {
        await gate.promise;
        return { href: '', id: randomUUID(), kind: 'ComposeId' };
      });
    const worker = createScheduleWorker(service.ctx);
    expect(await worker.runDue()).to.equal(1_000);
    gate.resolve(undefined);
    await worker.idle();
    expect(await composes(service)).to.have.length(4);
  });

  it('returns when the next schedule is due, although one is active', async () => {
    await using service = await startService();
    const worker = createScheduleWorker(service.ctx);
    expect(await worker.runDue()).to.equal(null);
    await due(service, { dueIn: 3600 });
    expect(await worker.runDue()).to.be.within(1, 3_600_000);
    await due(service, { cron: '0 0 1 1 *' });
    service.composer.accepts();
    expect(await worker.runDue()).to.be.within(1, 3_600_000);
    await worker.idle();
    await worker.stop();
  });

  it('deletes the schedule of a blueprint that another implementation has deleted', async () => {
    await using service = await startService();
    const { id } = await due(service);
    await service.sql.query('UPDATE blueprints SET deleted = true WHERE id = $1', [id]);
    await runDueSchedules(service.ctx);
    expect((await service.sql.query('SELECT FROM blueprint_schedules')).rowCount).to.equal(0);
    expect((await service.sql.query('SELECT FROM schedule_runs')).rowCount).to.equal(0);
  });
});
