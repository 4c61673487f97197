import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startBackground } from '../../src/background/index.ts';
import { startJobQueue } from '../../src/background/job-queue.ts';
import { startRelay } from '../support/relay.ts';
import { startService, type TestService } from '../support/service.ts';

interface Job {
  readonly key: string | null;
  readonly locked: boolean;
}

async function jobsOf({ sql }: TestService, name: string): Promise<readonly Job[]> {
  const { rows } = await sql.query<Job>(
    `SELECT key, locked_at IS NOT NULL AS locked FROM graphile_worker.jobs WHERE task_identifier = $1 ORDER BY id`,
    [name],
  );
  return rows;
}

/** Makes the job of a task one that a process ran when it died. */
const lockJob = ({ sql }: TestService, since: string) =>
  sql.query(
    `UPDATE graphile_worker._private_jobs SET locked_by = 'a process that died', locked_at = now() - $1::interval, attempts = 1`,
    [since],
  );

describe('the job queue', () => {
  it('has one job for each task, however often the task is woken', async () => {
    await using service = await startService();
    for (let i = 0; i < 3; i += 1) await service.ctx.db.jobs.add('clean-up');
    expect(await jobsOf(service, 'clean-up')).to.deep.equal([{ key: 'clean-up', locked: false }]);
  });

  it("runs the successor of a dead process's job in another process at once", async () => {
    await using service = await startService();
    const { sql } = service;
    await service.ctx.db.jobs.add('clean-up');
    await lockJob(service, '1 minute');
    await service.ctx.db.jobs.add('clean-up');
    expect(await jobsOf(service, 'clean-up')).to.deep.equal([
      { key: null, locked: true },
      { key: 'clean-up', locked: false },
    ]);
    await sql.query(
      `INSERT INTO events (org_id, type, subject, data, occurred_at)
      VALUES ('1', 'compose.queued', md5(random()::text)::uuid, '{}', now() - interval '1 year')`,
    );
    const background = startBackground(service.ctx);
    for (;;) {
      const { rowCount } = await sql.query('SELECT FROM events');
      if (rowCount === 0) break;
    }
    await background.stop();
  });

  it('deletes jobs of processes that died long ago, and no other jobs', async () => {
    await using service = await startService();
    const { jobs } = service.ctx.db;
    for (const since of ['1 hour', '1 minute']) {
      await jobs.add('poll-composes');
      await lockJob(service, since);
    }
    await jobs.add('poll-composes');
    expect(await jobs.deleteOfDeadProcesses()).to.equal(0);
    await service.sql.query(
      `UPDATE graphile_worker._private_jobs SET locked_at = now() - interval '1 hour', locked_by = 'another one'
      WHERE id = (SELECT min(id) FROM graphile_worker._private_jobs)`,
    );
    expect(await jobs.deleteOfDeadProcesses()).to.equal(1);
    expect(await jobsOf(service, 'poll-composes')).to.deep.equal([
      { key: null, locked: true },
      { key: 'poll-composes', locked: false },
    ]);
  });

  it('stops, so that the service starts it again, when the end of a job cannot be recorded', async () => {
    await using service = await startService();
    const { database } = service.ctx.config;
    await using relay = await startRelay(database);
    const [begun, lost] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const cleanUp = (): Promise<undefined> => {
      begun.resolve(undefined);
      return lost.promise;
    };
    const address = { ...database, host: '127.0.0.1', port: relay.port };
    const queue = await startJobQueue(address, service.ctx.log, { 'clean-up': cleanUp }, {});
    await service.ctx.db.jobs.add('clean-up');
    await begun.promise;
    await relay.stop();
    lost.resolve(undefined);
    await queue.stopped;
    expect(await jobsOf(service, 'clean-up')).to.deep.equal([{ key: 'clean-up', locked: true }]);
  });
});
