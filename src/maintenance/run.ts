import { connectForMaintenance, type ExpiringRows, type MaintenanceDatabase } from '../db/maintenance.ts';
import type { Logger } from '../logger.ts';
import { monthsBefore } from './cut-off.ts';
import type { MaintenanceSettings } from './settings.ts';

/** Milliseconds. */
const DAY = 24 * 3600_000;

const logStatistics = async (db: MaintenanceDatabase, log: Logger, signal: AbortSignal): Promise<void> => {
  try {
    for (const statistics of await db.listTableStatistics()) log.info(statistics, 'statistics of a table');
  } catch (error) {
    if (signal.aborted) throw error;
    log.error({ err: error }, 'the statistics of the tables cannot be read');
  }
};

/** The times before which rows have expired. */
interface Expiry {
  readonly composes: Date;
  readonly auditEntries: Date;
  readonly events: Date;
}

/** Logs what would be deleted. A count that fails is logged as 0: nothing depends on it. */
const countExpired = async (
  db: MaintenanceDatabase,
  expiry: Expiry,
  log: Logger,
  signal: AbortSignal,
): Promise<void> => {
  const counted = async (rows: ExpiringRows, before: Date | null): Promise<number> => {
    try {
      return await db.count(rows, before);
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn({ err: error, rows }, 'expired rows cannot be counted');
      return 0;
    }
  };
  // Compatibility: operators search for this message and these fields.
  const fields = {
    expired_composes_count: await counted('composes', expiry.composes),
    expired_reservations_count: await counted('reservations', null),
    expired_audit_entries_count: await counted('auditEntries', expiry.auditEntries),
    expired_events_count: await counted('events', expiry.events),
  };
  log.info(fields, 'dryrun');
};

const deleteExpired = async (db: MaintenanceDatabase, expiry: Expiry, log: Logger): Promise<void> => {
  let deleted = 0;
  const onBatch = (batch: number): void => {
    deleted += batch;
    log.debug({ deleted_composes: deleted }, 'deleting composes');
  };
  try {
    // Rows that were locked are tried again, until there is none left that can be deleted.
    while ((await db.delete('composes', expiry.composes, onBatch)) > 0);
  } finally {
    // Logged however the run ends: what is deleted is deleted.
    log.info({ deleted_composes: deleted }, 'deleted composes');
  }
  log.info({ deleted_statuses: await db.delete('statuses', null) }, 'deleted statuses of composes');
  log.info({ deleted_reservations: await db.delete('reservations', null) }, 'deleted expired reservations');
  log.info({ deleted_audit_entries: await db.delete('auditEntries', expiry.auditEntries) }, 'deleted audit entries');
  log.info({ deleted_events: await db.delete('events', expiry.events) }, 'deleted old events');
  log.info({ deleted_deliveries: await db.delete('deliveries', null) }, 'deleted ended deliveries to webhooks');
  await db.vacuum();
  log.info('vacuumed and analyzed');
};

/**
 * One run of the database's maintenance: deletes builds, entries of the audit log and events that are older than they are kept,
 * and what died processes left.
 * Blueprints stay, however old.
 * @param signal ends the run
 * @throws when the database cannot be reached, refuses, or the run was ended
 */
export const runMaintenance = async (
  settings: MaintenanceSettings,
  log: Logger,
  signal: AbortSignal,
  now: Date = new Date(),
): Promise<void> => {
  const { enabled, dryRun, retentionMonths, auditRetentionMonths } = settings;
  const kept = { retention_months: retentionMonths, audit_retention_months: auditRetentionMonths };
  log.info({ dry_run: dryRun, ...kept }, 'maintenance begins');
  // Compatibility: checks of the container image look for exactly this text, with or without maintenance being enabled.
  if (dryRun) log.info('dry run, no state will be changed');
  if (!enabled) {
    log.info('maintenance is not enabled: ENABLE_DB_MAINTENANCE');
    return;
  }
  await using db = await connectForMaintenance(settings.database, signal);
  await logStatistics(db, log, signal);
  const expiry = {
    composes: monthsBefore(now, retentionMonths),
    auditEntries: monthsBefore(now, auditRetentionMonths),
    events: new Date(now.getTime() - settings.eventRetentionDays * DAY),
  };
  log.info({ cut_off: expiry.composes.toISOString() }, 'composes older than this have expired');
  log.info({ cut_off: expiry.auditEntries.toISOString() }, 'audit entries older than this have expired');
  if (dryRun) await countExpired(db, expiry, log, signal);
  else await deleteExpired(db, expiry, log);
  await logStatistics(db, log, signal);
  log.info('maintenance is complete');
};
