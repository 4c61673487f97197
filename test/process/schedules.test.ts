// Schedules with real processes: each run is executed once, even if its process is killed.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createComposerDesk } from '../../scripts/reliability/composer.ts';
import { createHold } from '../../scripts/reliability/hold.ts';
import { setStage, type Stage } from '../../scripts/reliability/stage.ts';
import { createTestDatabase } from '../support/database.ts';
import { blueprintBody, createGiven } from '../support/given.ts';
import { prepareDatabase } from '../../src/maintenance/prepare-database.ts';

/** Milliseconds between two polls of the database. */
const LOOK = 100;

/**
 * A process that stands still for longer than its lease takes runs without an id, and those are left alone for a quarter of an
 * hour. So the lease is longer than a busy machine makes a process wait.
 */
const LEASE = { PROCESS_LEASE_SECONDS: '10' } as const;

/** Nothing fails for being slow. */
const UNHURRIED = { UPSTREAM_TIMEOUT_SECONDS: '60' } as const;

/** A stage with a database of its own, which the job queue is installed in. */
const stageOf = async (stack: AsyncDisposableStack, env: Readonly<Record<string, string>> = {}): Promise<Stage> => {
  const database = stack.use(await createTestDatabase());
  await prepareDatabase(database.config, () => {});
  return setStage(stack, { database: database.config, env: { COMPOSER_TENANT_EXCLUSIVE: 'true', ...LEASE, ...env } });
};

/** A blueprint with a schedule. The first package identifies its composes. */
const scheduled = async ({ sql }: Stage, marker: string, onlyIfChanged = false): Promise<string> => {
  const given = createGiven(sql);
  const body = { ...blueprintBody, customizations: { packages: [marker] } };
  const { id } = await given.blueprint({ name: marker, versions: [body] });
  await given.schedule(id, { cron: '0 3 1 1 *', onlyIfChanged });
  return id;
};

/** Makes every schedule due, at once. */
const makeDue = async ({ sql }: Stage): Promise<void> => {
  await sql.query("UPDATE blueprint_schedules SET next_run_at = now() - interval '1 second'");
  await sql.query("SELECT graphile_worker.add_job('run-schedules', job_key => 'run-schedules', max_attempts => 1)");
};

interface Run {
  readonly outcome: string | null;
  readonly compose_ids: readonly string[];
}

/** Waits until that many runs are over; gives all of them. */
const runsOver = async ({ sql }: Stage, count: number): Promise<readonly Run[]> => {
  for (;;) {
    const { rows } = await sql.query<Run>('SELECT outcome, compose_ids FROM schedule_runs ORDER BY began_at');
    if (rows.filter(({ outcome }) => outcome !== null).length >= count) return rows;
    await wait(LOOK);
  }
};

/** Ids of the builds that are stored, and of those at composer. */
const builds = async ({ sql, composer }: Stage) => {
  const { rows } = await sql.query<{ job_id: string }>('SELECT job_id FROM composes');
  const desk = await createComposerDesk(composer);
  return { stored: rows.map(({ job_id: id }) => id), atComposer: [...(await desk.list())] };
};

describe('schedules of several processes', () => {
  it('run once each, however many processes see that they are due', async () => {
    await using stack = new AsyncDisposableStack();
    const stage = await stageOf(stack, UNHURRIED);
    const markers = Array.from({ length: 12 }, (_, index) => `schedule-${index}`);
    for (const [index, marker] of markers.entries()) await scheduled(stage, marker, index % 2 === 0);
    const replicas = [await stage.start(), await stage.start()];
    await makeDue(stage);
    const runs = await runsOver(stage, markers.length);
    expect(runs.map(({ outcome }) => outcome)).to.deep.equal(markers.map(() => 'built'));
    // Two more runs: then only the half without a condition builds.
    await makeDue(stage);
    await runsOver(stage, 2 * markers.length);
    const outcomes = (await runsOver(stage, 2 * markers.length)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'unchanged')).to.have.length(markers.length / 2);

    const { stored, atComposer } = await builds(stage);
    expect(stored)
      .to.have.members(atComposer)
      .and.to.have.length(1.5 * markers.length);
    const { rows } = await stage.sql.query<{ marker: string; builds: number }>(
      `SELECT request #>> '{customizations,packages,0}' AS marker, count(*)::int AS builds FROM composes
      GROUP BY 1 ORDER BY 1`,
    );
    expect(Object.fromEntries(rows.map(({ marker, builds: count }) => [marker, count]))).to.deep.equal(
      Object.fromEntries(markers.map((marker, index) => [marker, index % 2 === 0 ? 1 : 2])),
    );
    for (const replica of replicas) await replica.stop();
  });

  for (const [where, verdict, env] of [
    ['before composer has its build', 'drop', {}],
    // What is on the way for longer than a call may take counts as lost, and is deleted when it arrives.
    ['when its build is on the way to composer', 'pass', UNHURRIED],
  ] as const) {
    it(`build once when a process is killed ${where}`, async () => {
      await using stack = new AsyncDisposableStack();
      const stage = await stageOf(stack, env);
      await scheduled(stage, 'victim');
      const victim = await stage.start();
      const hold = createHold<'pass' | 'drop'>();
      let held = false;
      stage.gate.rules = {
        build: () => {
          if (held) return Promise.resolve('pass');
          held = true;
          return hold.stop();
        },
      };
      await makeDue(stage);
      await hold.arrived;
      const heir = await stage.start();
      await victim.kill();
      hold.release(verdict);
      const runs = await runsOver(stage, 1);
      const { stored, atComposer } = await builds(stage);
      expect(runs).to.deep.equal([{ outcome: 'built', compose_ids: stored }]);
      expect(stored).to.have.length(1);
      expect(atComposer).to.deep.equal(stored);
      await heir.stop();
    });
  }

  it('build once when a process is killed after composer accepted the compose, before it received the response', async () => {
    await using stack = new AsyncDisposableStack();
    const stage = await stageOf(stack);
    await scheduled(stage, 'victim', true);
    const victim = await stage.start();
    const hold = createHold<undefined>();
    stage.gate.rules = { response: () => hold.stop() };
    await makeDue(stage);
    await hold.arrived;
    const heir = await stage.start();
    await victim.kill();
    hold.release(undefined);
    stage.gate.rules = {};
    const runs = await runsOver(stage, 1);
    const { stored, atComposer } = await builds(stage);
    expect(runs).to.deep.equal([{ outcome: 'built', compose_ids: stored }]);
    expect(stored).to.have.length(1);
    expect(atComposer).to.deep.equal(stored);
    await heir.stop();
  });

  it('continue a run whose process was killed before it started', async () => {
    await using stack = new AsyncDisposableStack();
    const stage = await stageOf(stack);
    const id = await scheduled(stage, 'victim');
    const run = randomUUID();
    await stage.sql.query(
      `INSERT INTO schedule_runs (id, blueprint_id, org_id, due_at, attempt, process_id) VALUES ($1, $2, '000000', now(), $1, $1)`,
      [run, id],
    );
    const replicas = [await stage.start(), await stage.start()];
    expect((await runsOver(stage, 1)).map(({ outcome }) => outcome)).to.deep.equal(['built']);
    expect((await builds(stage)).stored).to.have.length(1);
    for (const replica of replicas) await replica.stop();
  });

  it('complete current runs when a process receives SIGTERM', async () => {
    await using stack = new AsyncDisposableStack();
    const stage = await stageOf(stack);
    await scheduled(stage, 'slow');
    const replica = await stage.start();
    const hold = createHold<'pass' | 'drop'>();
    stage.gate.rules = { build: () => hold.stop() };
    await makeDue(stage);
    await hold.arrived;
    const stopped = replica.stop();
    hold.release('pass');
    await stopped;
    const runs = await runsOver(stage, 1);
    expect(runs.map(({ outcome }) => outcome)).to.deep.equal(['built']);
    expect((await builds(stage)).stored).to.have.length(1);
  });
});
