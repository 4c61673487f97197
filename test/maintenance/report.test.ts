// What a run of the maintenance job records, and where the next one continues.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { BATCH_ROWS } from '../../src/db/queries/expired-rows.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { runMaintenance } from '../../src/maintenance/run.ts';
import { readMaintenanceSettings } from '../../src/maintenance/settings.ts';
import { captureLog } from '../support/logs.ts';
import { startService } from '../support/service.ts';
import { createMaintainedDatabase, variablesOf } from './support.ts';
import type { DatabaseConfig } from '../../src/config/index.ts';
import type { Client } from 'pg';

const EXPIRED = '2015-01-01T00:00:00';

/** Runs maintenance for some milliseconds, by default as long as it takes; gives what it logged. */
async function maintain(database: DatabaseConfig, more: { readonly budget?: number; readonly dryRun?: boolean } = {}) {
  const given = readMaintenanceSettings({
    ...variablesOf(database),
    ...{ ENABLE_DB_MAINTENANCE: 'true', DRY_RUN: 'false' },
  });
  const { lines, ...destination } = captureLog();
  await runMaintenance({ ...given, ...more }, createLogger(given.logger, destination), new AbortController().signal);
  return lines;
}

/** A run without any time ends after its first batch. */
const NO_TIME = { budget: 0 } as const;

const reportOf = async (sql: Client): Promise<Record<string, unknown> | undefined> => {
  const { rows } = await sql.query<{ report: Record<string, unknown> }>(
    'SELECT report FROM service_processes WHERE report IS NOT NULL',
  );
  return rows[0]?.report;
};

describe('a maintenance run', () => {
  it('records when it started and completed, and how many rows of each kind it deleted', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(12, EXPIRED);
    const before = Date.now() / 1000;
    const lines = await maintain(database.config);
    const report = await reportOf(database.sql);
    expect(report).to.have.property('started').that.is.at.least(before);
    expect(report).to.have.property('completed').that.equals(report!['ended']);
    expect(report!['deleted']).to.deep.equal({
      ...{ composes: 12, reservations: 0, auditEntries: 0, events: 0, deliveries: 0, scheduleRuns: 0 },
      ...{ deletedBlueprints: 0, statuses: 0 },
    });
    expect(report!['checkpoints']).to.deep.equal({});
    expect(lines.find(({ event }) => event === 'maintenance.reported')).to.deep.include({
      deleted: report!['deleted'],
    });
  });

  it('ends early when its time is used up, without an error, and says so', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(2 * BATCH_ROWS, EXPIRED);
    const lines = await maintain(database.config, NO_TIME);
    expect(await database.count('composes')).to.equal(BATCH_ROWS);
    expect(lines.find(({ event }) => event === 'maintenance.out_of_time')).to.deep.include({
      ...{ level: 'warn', deleted: { composes: BATCH_ROWS } },
    });
    expect(lines.map(({ event }) => event)).not.to.include('maintenance.completed');
    const report = await reportOf(database.sql);
    expect(report).to.include({ completed: null });
    expect(report).to.have.property('ended').that.is.a('number');
  });

  it('continues where the last one ended, and then deletes what is before it', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(7 * BATCH_ROWS, EXPIRED);
    await maintain(database.config, NO_TIME);
    expect((await reportOf(database.sql))!['checkpoints']).to.deep.equal({ composes: '000000' });
    await maintain(database.config, NO_TIME);
    expect((await reportOf(database.sql))!['checkpoints']).to.deep.equal({ composes: '000001' });
    await database.sql.query(
      `INSERT INTO composes (job_id, request, created_at, account_number, org_id)
      VALUES (md5('late')::uuid, '{}', $1, '', '000000')`,
      [EXPIRED],
    );
    await maintain(database.config);
    expect(await database.count('composes')).to.equal(0);
    expect(await reportOf(database.sql)).to.deep.include({ checkpoints: {} });
  });

  it('continues the search for statuses without a compose', async () => {
    await using database = await createMaintainedDatabase();
    await database.sql.query(
      `INSERT INTO compose_statuses (job_id, org_id, created_at, status)
      SELECT md5(n::text)::uuid, '1', now(), 'success' FROM generate_series(1, 12000) AS n`,
    );
    for (const left of [7_000, 2_001, 0]) {
      await maintain(database.config, NO_TIME);
      expect(await database.count('compose_statuses')).to.be.at.most(left);
    }
  });

  it('that is dry records nothing', async () => {
    await using database = await createMaintainedDatabase();
    await maintain(database.config, { dryRun: true });
    expect(await reportOf(database.sql)).to.equal(undefined);
  });

  it('shows in the metrics of the service, and is no dead process to it', async () => {
    await using service = await startService();
    await maintain(service.ctx.config.database);
    const { completed } = (await reportOf(service.sql)) as { completed: number };
    await service.ctx.db.processes.heartbeat('00000000-0000-0000-0000-000000000001', 10);
    expect(await service.ctx.db.maintenance.readReport()).to.include({ completed });
    const { text } = await service.root.get('/metrics');
    expect(text).to.contain('imagebuilder_maintenance_deleted_rows{rows="composes"} 0');
    expect(text).to.match(/^imagebuilder_maintenance_started_timestamp_seconds 1\d{9}/m);
    expect(text).to.contain(`imagebuilder_maintenance_completed_timestamp_seconds ${completed}`);
  });

  it('shows as never where there was none', async () => {
    await using service = await startService();
    const { text } = await service.root.get('/metrics');
    expect(text).to.match(/^imagebuilder_maintenance_completed_timestamp_seconds 0$/m);
  });
  /** Starts a service that expects a run every hour. */
  const startExpecting = async () => {
    const service = await startService({ env: { MAINTENANCE_INTERVAL_HOURS: '1' } });
    const overdue = async (): Promise<number> => {
      const { text } = await service.root.get('/metrics');
      return Number(/^imagebuilder_maintenance_overdue_timestamp_seconds (.+)$/m.exec(text)?.[1]);
    };
    return { service, overdue, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
  };

  it('is overdue three intervals after it last completed', async () => {
    await using expecting = await startExpecting();
    await maintain(expecting.service.ctx.config.database);
    const { completed } = (await reportOf(expecting.service.sql)) as { completed: number };
    expect(await expecting.overdue()).to.equal(completed + 3 * 3600);
  });

  it('is overdue three intervals after the migration where none has completed', async () => {
    await using expecting = await startExpecting();
    const { sql, ctx } = expecting.service;
    await sql.query(`UPDATE image_builder_additions SET applied_at = '2026-01-01T00:00:00Z' WHERE number = 1`);
    const { database } = ctx.config;
    await maintain(database, { dryRun: true });
    expect(await expecting.overdue()).to.equal(Date.parse('2026-01-01T03:00:00Z') / 1000);
  });

  it('is never overdue where none is expected', async () => {
    await using service = await startService();
    const { text } = await service.root.get('/metrics');
    expect(text).not.to.contain('imagebuilder_maintenance_overdue_timestamp_seconds');
  });
});
