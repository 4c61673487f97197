import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createWakeups } from '../../src/background/wake.ts';
import { readConfig } from '../../src/config/index.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { captureLog } from '../support/logs.ts';

/** Wakeups of which the jobs are recorded. */
function create(add: (name: string) => Promise<void> = async () => {}) {
  const added: string[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const db = {
    jobs: {
      add: async (name: string): Promise<void> => {
        added.push(name);
        for (const { count, resolve } of waiting) if (added.length >= count) resolve();
        await add(name);
      },
      deleteOfDeadProcesses: () => Promise.resolve(0),
    },
  };
  const log = createLogger(readConfig({ LOG_LEVEL: 'error' }), captureLog());
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      if (added.length >= count) resolve();
      else waiting.push({ count, resolve });
    });
  return { wakeups: createWakeups(db, log), added, until };
}

describe('wakeups of tasks', () => {
  it('add a job at once, and one more for all wakeups shortly after', async () => {
    const { wakeups, added, until } = create();
    for (let i = 0; i < 10; i += 1) wakeups.wake('poll-composes');
    expect(added).to.deep.equal(['poll-composes']);
    await until(2);
    wakeups[Symbol.dispose]();
    expect(added).to.deep.equal(['poll-composes', 'poll-composes']);
  });

  it('are separate for each task', () => {
    const { wakeups, added } = create();
    wakeups.wake('poll-composes');
    wakeups.wake('run-schedules');
    wakeups[Symbol.dispose]();
    expect(added).to.deep.equal(['poll-composes', 'run-schedules']);
  });

  it('add the job at the earliest requested time', async () => {
    const { wakeups, added, until } = create();
    wakeups.wake('clean-up', 500_000);
    wakeups.wake('clean-up', 10);
    wakeups.wake('clean-up', 400_000);
    await until(1);
    wakeups[Symbol.dispose]();
    expect(added).to.deep.equal(['clean-up']);
  });

  it('add no job for a delay longer than the interval of the crontab', () => {
    const { wakeups, added } = create();
    wakeups.wake('run-schedules', 365 * 24 * 3600 * 1000);
    wakeups[Symbol.dispose]();
    expect(added).to.deep.equal([]);
  });

  it('do not fail without a job queue, and add no job after they are closed', async () => {
    const { wakeups, added } = create(() => Promise.reject(new Error('no tables')));
    wakeups.wake('poll-composes');
    await new Promise(setImmediate);
    wakeups[Symbol.dispose]();
    wakeups.wake('run-schedules');
    expect(added).to.deep.equal(['poll-composes']);
  });
});
