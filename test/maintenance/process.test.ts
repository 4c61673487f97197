// npm run maintenance as a cron job runs it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { connectTo } from '../../scripts/support/databases.ts';
import { unusedPort } from '../upstream/loopback.ts';
import { createDirectory } from '../domain/distributions/support.ts';
import {
  countSessions,
  createMaintainedDatabase,
  maintenanceWaits,
  variablesOf,
  type MaintainedDatabase,
} from './support.ts';

const PROGRAM = join(import.meta.dirname, '../../src/main.ts');

function start(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const directory = createDirectory();
  const child = spawn(process.execPath, [PROGRAM, 'maintenance', ...args], {
    cwd: directory.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
  });
  const ended = Promise.all([once(child, 'exit') as Promise<[number | null]>, text(child.stdout), text(child.stderr)]);
  return {
    child,
    ended: async () => {
      const [[code], stdout, stderr] = await ended;
      directory[Symbol.dispose]();
      const lines = stdout.split('\n').filter((line) => line !== '');
      return { code, stderr, lines: lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>) };
    },
  };
}

const run = (env: Readonly<Record<string, string>>, args: readonly string[] = []) => start(env, args).ended();

describe('the maintenance program', () => {
  it('exits with 0 and changes nothing where nothing is set', async () => {
    const { code, lines, stderr } = await run({});
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(lines.map(({ msg }) => msg)).to.deep.equal([
      ...['maintenance begins', 'dry run, no state will be changed'],
      'maintenance is not enabled: ENABLE_DB_MAINTENANCE',
    ]);
  });

  it('logs that a run is a dry run, at every log level', async () => {
    const { lines } = await run({ LOG_LEVEL: 'ERROR' });
    expect(lines.map(({ msg }) => msg)).to.include('dry run, no state will be changed');
  });

  it('exits with 0 after deleting expired rows', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(1234, '2015-01-01T00:00:00');
    await database.given.compose();
    const { code, lines, stderr } = await run({
      ...variablesOf(database.config),
      ...{ ENABLE_DB_MAINTENANCE: 'true', DRY_RUN: 'false', DB_COMPOSES_RETENTION_MONTHS: '' },
    });
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(lines.find((line) => 'deleted_composes' in line)).to.include({ deleted_composes: 1234 });
    expect(lines.at(-1)).to.include({ msg: 'maintenance is complete' });
    expect(await database.count('composes')).to.equal(1);
    expect(await countSessions(database.sql)).to.equal(0);
  });

  it('fails with one line per setting that cannot be used, also where it is not enabled', async () => {
    const one = await run({ DRY_RUN: 'perhaps' });
    expect(one).to.deep.equal({
      code: 1,
      stderr: 'DRY_RUN: must be true, t, 1, false, f or 0, not "perhaps"\n',
      lines: [],
    });
    const two = await run({ ENABLE_DB_MAINTENANCE: 'yes', DB_COMPOSES_RETENTION_MONTHS: 'all' });
    expect(two.code).to.equal(1);
    expect(two.stderr.split('\n')).to.deep.equal([
      'ENABLE_DB_MAINTENANCE: must be true, t, 1, false, f or 0, not "yes"',
      'DB_COMPOSES_RETENTION_MONTHS: must be a whole number from 1 to 1200, not "all"',
      '',
    ]);
  });

  it('fails when the database cannot be reached', async () => {
    const { code, lines } = await run({
      ...{ PGHOST: 'localhost', PGPORT: String(await unusedPort()), PGSSLMODE: 'disable', PGPASSWORD: 'a-password' },
      ...{ ENABLE_DB_MAINTENANCE: 'true' },
    });
    expect(code).to.equal(1);
    expect(lines.at(-1)).to.include({ level: 'error' });
    expect(lines.at(-1)!['msg']).to.match(/^maintenance failed: .*ECONNREFUSED/);
    expect(JSON.stringify(lines)).not.to.contain('a-password');
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`exits with a failure on ${signal}, and leaves no session behind`, async () => {
      await using database = await createMaintainedDatabase();
      await database.builds(10, '2015-01-01T00:00:00');
      const other = await connectTo(database.config, database.config.database);
      try {
        await other.query('BEGIN; LOCK TABLE composes IN ACCESS EXCLUSIVE MODE');
        const program = start({
          ...variablesOf(database.config),
          ...{ ENABLE_DB_MAINTENANCE: 'true', DRY_RUN: 'false' },
        });
        await maintenanceWaits(database.sql);
        program.child.kill(signal);
        const { code, lines } = await program.ended();
        expect(code).to.equal(1);
        expect(lines.at(-1)).to.include({ msg: `maintenance failed: the run was ended by ${signal}` });
        expect(await countSessions(database.sql)).to.equal(0);
        await other.query('COMMIT');
        expect(await database.count('composes')).to.equal(10);
      } finally {
        await other.end();
      }
    });
  }
});

describe('maintenance confirm-recovery', () => {
  const confirm = async ({ config }: MaintainedDatabase) => {
    const { code, stderr, lines } = await run(variablesOf(config), ['confirm-recovery']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(lines).to.have.length(1);
    return lines[0]!;
  };
  const histories = async ({ sql }: MaintainedDatabase): Promise<unknown[]> => {
    const { rows } = await sql.query<{ history: string }>(
      `SELECT report->>'history' AS history FROM service_processes WHERE report->>'history' IS NOT NULL`,
    );
    return rows.map(({ history }) => history);
  };

  it('records the history of the database, and says that it is not another one', async () => {
    await using database = await createMaintainedDatabase();
    const line = await confirm(database);
    expect(line).to.include({ level: 'info', event: 'maintenance.recovery_confirmed', changed: false });
    const [history, ...more] = await histories(database);
    expect(history).to.match(/^\d+\/[0-9A-F]{8}$/);
    expect(more).to.deep.equal([]);
  });

  it('accepts another history once, and says so', async () => {
    await using database = await createMaintainedDatabase();
    await confirm(database);
    const before = await histories(database);
    await database.sql.query(
      `UPDATE service_processes SET report = '{"history":"7/00000001"}' WHERE report->>'history' IS NOT NULL`,
    );
    expect(await confirm(database)).to.include({ changed: true });
    expect(await histories(database)).to.deep.equal(before);
    expect(await confirm(database)).to.include({ changed: false });
  });

  it('leaves the rest of the database as it is, and no session behind', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(10, '2015-01-01T00:00:00');
    await confirm(database);
    expect(await database.count('composes')).to.equal(10);
    expect(await countSessions(database.sql)).to.equal(0);
  });

  it('fails when the database cannot be reached', async () => {
    const { code, lines } = await run(
      { PGHOST: 'localhost', PGPORT: String(await unusedPort()), PGSSLMODE: 'disable' },
      ['confirm-recovery'],
    );
    expect(code).to.equal(1);
    expect(lines.at(-1)).to.include({ level: 'error', event: 'maintenance.failed' });
  });

  for (const args of [['confirm-recovery', '000001'], ['confirm-recovery', '--dry-run'], ['confirm']]) {
    it(`names the commands that there are for: ${args.join(' ')}`, async () => {
      expect(await run({}, args)).to.deep.equal({
        ...{ code: 2, lines: [] },
        stderr: 'usage: maintenance [encrypt | confirm-recovery | erase-organization ID [--dry-run]]\n',
      });
    });
  }
});
