import type { LogEventEntry } from './entry.ts';

export const BACKGROUND_EVENTS = {
  'background.started': { level: 'info', meaning: 'This process executes background work.' },
  'background.start_failed': {
    level: 'warn',
    meaning: 'Background work cannot start yet; the service tries again.',
    action: 'Check that the database is reachable and migrated.',
  },
  'background.stopped': {
    level: 'warn',
    meaning: 'Background work stopped by itself; the service starts it again.',
    action: 'Check the database if it repeats.',
  },
  'background.stop_failed': {
    level: 'warn',
    meaning: 'Background work failed while it stopped.',
    action: 'Look at `err`; the next process continues.',
  },
  'job_queue.failed': {
    level: 'warn',
    meaning: 'The job queue reports an error.',
    action: 'Check the database if it repeats.',
  },
  'job_queue.message': { level: 'debug', meaning: 'A message of the job queue.' },
  'task.failed': {
    level: 'warn',
    meaning: 'A background task failed; the service retries.',
    action: 'Look at `err` if it repeats.',
  },
  'task.enqueue_failed': {
    level: 'debug',
    meaning: 'A background task cannot be enqueued; it runs at its next regular time.',
    action: 'Check the database if it repeats.',
  },
  'heartbeat.store_failed': {
    level: 'warn',
    meaning: 'The heartbeat of this process cannot be recorded. Without one other processes consider it dead.',
    action: 'Check the database.',
  },
  'heartbeat.end_store_failed': {
    level: 'warn',
    meaning: 'The end of this process cannot be recorded; other processes consider it dead after its lease.',
  },
  'stream.read_failed': {
    level: 'warn',
    meaning: 'Events cannot be read; event streams wait and the service retries.',
    action: 'Check the database.',
  },
  'stream.notifications_lost': {
    level: 'warn',
    meaning: 'The database does not announce new events; the service polls for them.',
    action: 'Check that a connection pooler does not break `LISTEN`.',
  },
  'stream.events_delayed': {
    level: 'warn',
    meaning: 'A transaction that has been open for long delays events.',
    action: 'Find the transaction in `pg_stat_activity` and end it.',
  },
  'stream.follow_failed': {
    level: 'debug',
    meaning: 'Composes that an event stream reports cannot be polled closely; their progress comes later.',
    action: 'Check the database if it repeats.',
  },
  'webhook.delivered': { level: 'debug', meaning: 'A message was delivered to a webhook.' },
  'webhook.delivery_failed': {
    level: 'debug',
    meaning: 'A message was not delivered to a webhook; the service retries.',
    action: 'The receiver is in `host`; its owner sees the attempts in the API.',
  },
  'webhook.disabled': {
    level: 'info',
    meaning: 'A webhook was disabled, because its receiver is gone or failed for too long.',
    action: 'Nothing; the owner of the webhook enables it again.',
  },
  'webhook.messages_expired': {
    level: 'warn',
    meaning: 'Messages to webhooks were overdue for `WEBHOOK_MESSAGE_HOURS`, as after a rollback, and are not sent.',
    action: 'Nothing after a rollback; otherwise check why no process sends messages.',
  },
  'webhook.claim_failed': {
    level: 'debug',
    meaning: 'Due deliveries to webhooks cannot be claimed; the service retries.',
    action: 'Check the database if it repeats.',
  },
  'webhook.outcome_store_failed': {
    level: 'warn',
    meaning: 'The outcome of a delivery cannot be recorded; the delivery is repeated.',
    action: 'Check the database.',
  },
  'webhook.release_failed': {
    level: 'warn',
    meaning: 'Claimed deliveries cannot be released when the process stops; they are repeated after their lease.',
    action: 'Check the database.',
  },
  'schedule.run_completed': { level: 'info', meaning: 'A run of a schedule is complete.' },
  'schedule.run_failed': {
    level: 'warn',
    meaning: 'A run of a schedule failed.',
    action: 'Nothing; its owner reads `detail` in the API.',
  },
  'schedule.run_cancelled': {
    level: 'info',
    meaning: 'A run of a schedule is cancelled, because its blueprint is deleted.',
  },
  'schedule.run_error': {
    level: 'error',
    meaning: 'A run of a schedule failed with an unexpected error.',
    action: 'Look at `err`; report it as a defect.',
  },
  'schedule.run_interrupted': {
    level: 'debug',
    meaning: 'A run of a schedule was interrupted by a known error, which decides how it ends.',
  },
  'schedule.composes_failed': {
    level: 'warn',
    meaning: 'Composes that a schedule started failed.',
    action: 'Nothing; the owner of the blueprint finds out why in the API.',
  },
  'schedule.disabled': {
    level: 'warn',
    meaning: 'A schedule is disabled, because it failed too often.',
    action: 'Nothing; the owner of the blueprint enables it again.',
  },
  'schedule.paused': {
    level: 'warn',
    meaning: 'A schedule is paused, because its organization lacks the entitlement that the blueprint needs.',
    action: 'Nothing; it resumes when a request of the organization shows the entitlement.',
  },
  'schedule.resumed': { level: 'info', meaning: 'A schedule is not paused any more.' },
  'schedule.entitlements_store_failed': {
    level: 'debug',
    meaning: 'The entitlements that requests have shown cannot be recorded for schedules; later requests repeat it.',
    action: 'Check the database if it repeats.',
  },
  'schedule.claim_failed': {
    level: 'debug',
    meaning: 'Due runs of schedules cannot be claimed; the service retries.',
    action: 'Check the database if it repeats.',
  },
  'schedule.postpone_failed': {
    level: 'warn',
    meaning: 'A run of a schedule cannot be postponed; another process takes it over when this one has ended.',
    action: 'Check the database.',
  },
} as const satisfies Readonly<Record<string, LogEventEntry>>;
