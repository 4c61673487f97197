import type { LogEventEntry } from './entry.ts';

export const MAINTENANCE_EVENTS = {
  'migration.progress': { level: 'info', meaning: 'A step of the migration made progress.' },
  'migration.completed': { level: 'info', meaning: 'The schema of the database is current.' },
  'maintenance.started': { level: 'info', meaning: 'A maintenance run started.' },
  'maintenance.disabled': {
    level: 'info',
    meaning: 'Maintenance is not enabled; the run ends without a connection to the database.',
    action: 'Set `ENABLE_DB_MAINTENANCE` to enable it.',
  },
  'maintenance.dry_run': { level: 'info', meaning: 'The run is a dry run and changes nothing.' },
  'maintenance.composes_cut_off': { level: 'info', meaning: 'Composes older than `cut_off` have expired.' },
  'maintenance.audit_cut_off': { level: 'info', meaning: 'Audit entries older than `cut_off` have expired.' },
  'maintenance.table_statistics': { level: 'info', meaning: 'Statistics of a table, before and after the run.' },
  'maintenance.statistics_failed': {
    level: 'error',
    meaning: 'The statistics of the tables cannot be read; the run continues.',
    action: 'Check the permissions of the database user.',
  },
  'maintenance.expired_counted': { level: 'info', meaning: 'Dry run: how many rows have expired.' },
  'maintenance.count_failed': {
    level: 'warn',
    meaning: 'Dry run: expired rows cannot be counted; they are reported as 0.',
    action: 'Look at `err`.',
  },
  'maintenance.composes_progress': { level: 'debug', meaning: 'Composes deleted so far.' },
  'maintenance.composes_deleted': { level: 'info', meaning: 'Expired composes were deleted.' },
  'maintenance.statuses_deleted': { level: 'info', meaning: 'Statuses of deleted composes were deleted.' },
  'maintenance.reservations_deleted': { level: 'info', meaning: 'Expired reservations were deleted.' },
  'maintenance.audit_entries_deleted': { level: 'info', meaning: 'Expired audit entries were deleted.' },
  'maintenance.events_deleted': { level: 'info', meaning: 'Expired events were deleted.' },
  'maintenance.deliveries_deleted': { level: 'info', meaning: 'Deliveries to webhooks that had ended were deleted.' },
  'maintenance.schedule_runs_deleted': {
    level: 'info',
    meaning: 'Old runs of schedules that run no more were deleted.',
  },
  'maintenance.blueprints_deleted': {
    level: 'info',
    meaning: 'Blueprints that clients had deleted were deleted after their retention.',
  },
  'maintenance.secrets_progress': { level: 'debug', meaning: 'Stored secrets encrypted so far, by table.' },
  'maintenance.secrets_encrypted': {
    level: 'info',
    meaning: 'All stored secrets are encrypted, and all data keys with the current key.',
  },
  'maintenance.erasure_counted': {
    level: 'info',
    meaning: 'How many rows of the organization each table has.',
  },
  'maintenance.build_at_composer': {
    level: 'warn',
    meaning: 'The organization has a compose that is not finished; the service forgets it.',
    action: 'Delete the compose `job_id` at composer. A reservation without one may have started a compose.',
  },
  'maintenance.rows_erased': { level: 'info', meaning: 'The rows of the organization in a table were deleted.' },
  'maintenance.erased': { level: 'info', meaning: 'No table has a row of the organization any more.' },
  'maintenance.vacuumed': { level: 'info', meaning: 'The tables were vacuumed and analyzed.' },
  'maintenance.reported': { level: 'info', meaning: 'How many rows of each kind the run deleted.' },
  'maintenance.out_of_time': {
    level: 'warn',
    meaning: 'The run has used up `MAINTENANCE_MINUTES` and ends with success; the next run continues.',
    action: 'Raise `MAINTENANCE_MINUTES`, or run the job more often, if every run ends like this.',
  },
  'maintenance.completed': { level: 'info', meaning: 'The maintenance run is complete.' },
  'maintenance.recovery_confirmed': {
    level: 'info',
    meaning: 'The state of the database was confirmed; `changed` is whether it had been recovered since.',
  },
  'maintenance.failed': {
    level: 'error',
    meaning: 'The maintenance run failed; the command ends with an error.',
    action: 'Look at `err`; the next run continues where this one stopped.',
  },
} as const satisfies Readonly<Record<string, LogEventEntry>>;
