import { connectForMaintenance, type MaintenanceDatabase } from '../db/maintenance.ts';
import type { Logger } from '../logger.ts';
import { monthsBefore } from './cut-off.ts';
import type { MaintenanceSettings } from './settings.ts';

const logStatistics = async (db: MaintenanceDatabase, log: Logger, signal: AbortSignal): Promise<void> => {
  try {
    for (const statistics of await db.listTableStatistics()) log.info(statistics, 'statistics of a table');
  } catch (error) {
    if (signal.aborted) throw error;
    log.error({ err: error }, 'the statistics of the tables cannot be read');
  }
};

/** What has expired: builds and entries of the audit log made before a time, and events older than so many days. */
interface Expiry {
  readonly composes: Date;
  readonly audit: Date;
  readonly eventDays: number;
}

/** What would be deleted. A count that cannot be had is told as none: nothing depends on it. */
const countExpired = async (
  db: MaintenanceDatabase,
  expiry: Expiry,
  log: Logger,
  signal: AbortSignal,
): Promise<void> => {
  const counted = async (count: () => Promise<number>, what: string): Promise<number> => {
    try {
      return await count();
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn({ err: error }, `expired ${what} cannot be counted`);
      return 0;
    }
  };
  // Compatibility: message and field are what operators look for.
  const fields = {
    expired_composes_count: await counted(() => db.countComposesBefore(expiry.composes), 'composes'),
    expired_reservations_count: await counted(db.countExpiredReservations, 'reservations'),
    expired_audit_entries_count: await counted(() => db.countAuditEntriesBefore(expiry.audit), 'audit entries'),
    expired_events_count: await counted(() => db.countEventsOlderThan(expiry.eventDays), 'events'),
  };
  log.info(fields, 'dryrun');
};

const deleteExpired = async (db: MaintenanceDatabase, expiry: Expiry, log: Logger): Promise<void> => {
  let deleted = 0;
  try {
    // Rows that were in use are looked for again, until there is none left that can be deleted.
    for (let rows = -1; rows !== 0;) {
      rows = await db.deleteComposesBefore(expiry.composes, (batch) => {
        deleted += batch;
        log.debug({ deleted_composes: deleted }, 'deleting composes');
      });
    }
  } finally {
    // Told in any case: what is deleted is deleted, however the run ends.
    log.info({ deleted_composes: deleted }, 'deleted composes');
  }
  log.info({ deleted_reservations: await db.deleteExpiredReservations() }, 'deleted expired reservations');
  log.info({ deleted_audit_entries: await db.deleteAuditEntriesBefore(expiry.audit) }, 'deleted audit entries');
  log.info({ deleted_events: await db.deleteEventsOlderThan(expiry.eventDays) }, 'deleted old events');
  log.info({ deleted_deliveries: await db.deleteEndedDeliveries() }, 'deleted ended deliveries to webhooks');
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
    audit: monthsBefore(now, auditRetentionMonths),
    eventDays: settings.eventRetentionDays,
  };
  log.info({ cut_off: expiry.composes.toISOString() }, 'composes older than this have expired');
  log.info({ cut_off: expiry.audit.toISOString() }, 'audit entries older than this have expired');
  if (dryRun) await countExpired(db, expiry, log, signal);
  else await deleteExpired(db, expiry, log);
  await logStatistics(db, log, signal);
  log.info('maintenance is complete');
};
