import { countExpired, type ExpiringRows } from '../db/queries/expired-rows.ts';
import { listTableStatistics, withMaintenanceConnection } from '../db/maintenance.ts';
import type { Logger } from '../observability/logger.ts';
import { monthsBefore } from './cut-off.ts';
import { deleteAll, type MaintenanceRun } from './delete-all.ts';
import type { MaintenanceSettings } from './settings.ts';

/** Milliseconds. */
const DAY = 24 * 3600_000;

async function logStatistics({ db, log, signal }: MaintenanceRun): Promise<void> {
  try {
    for (const statistics of await listTableStatistics(db))
      log.info({ event: 'maintenance.table_statistics', ...statistics }, 'statistics of a table');
  } catch (error) {
    if (signal.aborted) throw error;
    log.error({ event: 'maintenance.statistics_failed', err: error }, 'the statistics of the tables cannot be read');
  }
}

/** Logs how many rows a run would delete. A count that fails is logged as 0. */
async function logExpired({ db, log, signal, expiry }: MaintenanceRun): Promise<void> {
  const counted = async (rows: ExpiringRows, before = new Date()): Promise<number> => {
    try {
      return await countExpired(db, rows, before);
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn({ event: 'maintenance.count_failed', err: error, rows }, 'expired rows cannot be counted');
      return 0;
    }
  };
  // Compatibility: operators search for this message and these fields.
  const fields = {
    expired_composes_count: await counted('composes', expiry.composes),
    expired_reservations_count: await counted('reservations'),
    expired_audit_entries_count: await counted('auditEntries', expiry.auditEntries),
    expired_events_count: await counted('events', expiry.events),
    expired_deleted_blueprints_count: await counted('deletedBlueprints', expiry.deletedBlueprints),
  };
  log.info({ event: 'maintenance.expired_counted', ...fields }, 'dryrun');
}

/**
 * Runs the maintenance of the database: deletes composes, audit entries and events that are older than their retention, and expired
 * rows of other tables. Of blueprints only those expire that clients have deleted. A run that uses up its time ends early, without an
 * error, and the next one continues.
 * @param signal aborts the run
 * @throws when the database cannot be reached or rejects a statement, or the run was aborted
 */
export async function runMaintenance(
  settings: MaintenanceSettings,
  log: Logger,
  signal: AbortSignal,
  now: Date = new Date(),
): Promise<void> {
  const { enabled, dryRun, retentionMonths, auditRetentionMonths } = settings;
  const retention = { retention_months: retentionMonths, audit_retention_months: auditRetentionMonths };
  log.info({ event: 'maintenance.started', dry_run: dryRun, ...retention }, 'maintenance begins');
  // Compatibility: checks of the container image look for exactly this text, with or without maintenance being enabled.
  if (dryRun) log.info({ event: 'maintenance.dry_run' }, 'dry run, no state will be changed');
  if (!enabled) {
    log.info({ event: 'maintenance.disabled' }, 'maintenance is not enabled: ENABLE_DB_MAINTENANCE');
    return;
  }
  const expiry = {
    composes: monthsBefore(now, retentionMonths),
    auditEntries: monthsBefore(now, auditRetentionMonths),
    deletedBlueprints: monthsBefore(now, settings.blueprintRetentionMonths),
    events: new Date(now.getTime() - settings.eventRetentionDays * DAY),
  };
  const isComplete = await withMaintenanceConnection(settings.database, signal, async (db) => {
    const run: MaintenanceRun = { db, log, signal, expiry };
    await logStatistics(run);
    log.info(
      { event: 'maintenance.composes_cut_off', cut_off: expiry.composes.toISOString() },
      'composes older than this have expired',
    );
    log.info(
      { event: 'maintenance.audit_cut_off', cut_off: expiry.auditEntries.toISOString() },
      'audit entries older than this have expired',
    );
    if (dryRun) await logExpired(run);
    const ended = dryRun || (await deleteAll(run, settings.budget));
    await logStatistics(run);
    return ended;
  });
  if (isComplete) log.info({ event: 'maintenance.completed' }, 'maintenance is complete');
}
