import type { LogEventEntry } from './entry.ts';

export const COMPOSE_EVENTS = {
  'compose.outcome_unknown': {
    level: 'error',
    meaning:
      'A call to composer failed after the request was sent; composer may have accepted the compose. The reservation stays.',
    action: 'Wait for `compose.adopted` or `reservation.released`; check composer if neither comes.',
  },
  'compose.process_died': {
    level: 'error',
    meaning: 'A process died while it sent a compose; composer may have accepted it. The reservation stays.',
    action: 'Wait for `compose.adopted` or `reservation.released`; see [reliability](reliability.md).',
  },
  'compose.store_failed': {
    level: 'error',
    meaning: 'A compose that composer accepted cannot be stored; the service tries again.',
    action: 'Check the database.',
  },
  'compose.adopted': { level: 'warn', meaning: 'A compose of unknown outcome was found at composer and stored.' },
  'compose.adopt_failed': {
    level: 'error',
    meaning: 'A compose of unknown outcome was found at composer and cannot be stored.',
    action: 'Check the database; the service tries again.',
  },
  'compose.request_unreadable': {
    level: 'warn',
    meaning: 'Composer does not return the request of a compose, so it cannot be matched with a reservation.',
    action: 'Check composer if it repeats.',
  },
  'composer.options_unavailable': {
    level: 'warn',
    meaning:
      'Composer does not report what image types take; warnings about that are left out, or come from an older report.',
    action: 'Check composer if it repeats.',
  },
  'compose.orphan_deleted': { level: 'warn', meaning: 'A compose that belongs to no request was deleted at composer.' },
  'compose.orphans_kept': {
    level: 'error',
    meaning:
      'Composes that belong to no request are not deleted: the database was recovered, or a standby promoted. `job_ids` has some of them.',
    action: 'See [data.md](data.md#recovering-to-a-point-in-time); `maintenance confirm-recovery` has them deleted.',
  },
  'compose.orphan_delete_failed': {
    level: 'warn',
    meaning: 'A compose that belongs to no request cannot be deleted at composer yet.',
    action: 'Check composer if it repeats.',
  },
  'compose.abandoned_deleted': { level: 'warn', meaning: 'An abandoned compose was deleted at composer.' },
  'compose.cancel_requested': { level: 'info', meaning: 'A caller cancelled a compose.' },
  'compose.cancel_delayed': {
    level: 'warn',
    meaning: 'A cancelled compose cannot be deleted at composer yet; the service retries.',
    action: 'Check composer if it repeats.',
  },
  'compose.cancelled_deleted': {
    level: 'warn',
    meaning: 'A cancelled compose was deleted at composer by the background work.',
  },
  'compose.poll_failed': {
    level: 'debug',
    meaning: 'Composer cannot be polled for the status of a compose.',
    action: 'Check composer if it repeats.',
  },
  'compose.status_store_failed': {
    level: 'warn',
    meaning: 'A response of composer about a compose cannot be stored; the next poll stores it.',
    action: 'Check the database.',
  },
  'reservation.expired_released': {
    level: 'warn',
    meaning: 'Reservations of a dead process were released; nothing was sent for them.',
    action: 'Find out why the process died.',
  },
  'reservation.released': {
    level: 'warn',
    meaning: 'Composer did not accept a compose of unknown outcome; its reservation was released.',
    action: 'Find out why the first call failed; the caller can repeat the request.',
  },
  'clone.outcome_unknown': {
    level: 'error',
    meaning:
      'A call to composer failed after the request for a clone was sent; composer may have accepted it. The clone is recorded as failed.',
    action: 'Check composer for a clone of this organization; an unwanted image costs money.',
  },
  'clone.process_died': {
    level: 'error',
    meaning: 'A process died while it started a clone; composer may have accepted it. The clone is recorded as failed.',
    action: 'Check composer for a clone of this compose.',
  },
  'clone.status_store_failed': {
    level: 'warn',
    meaning: 'A response of composer about a clone cannot be stored; the next request stores it.',
    action: 'Check the database.',
  },
  'retry.queued': {
    level: 'error',
    meaning: 'Work failed that must be done; the service retries it for as long as the process lives.',
    action: 'Check the service or the database that the lines before name.',
  },
  'retry.succeeded': { level: 'info', meaning: 'Work that had failed is done.' },
  'retry.failed': {
    level: 'debug',
    meaning: 'Another attempt at failed work failed.',
    action: 'Check the service or the database that `err` names.',
  },
  'retry.abandoned': {
    level: 'fatal',
    meaning: 'Work is not done and the process stops. Other processes reconcile it.',
    action: 'Check that another process runs; see [reliability](reliability.md).',
  },
} as const satisfies Readonly<Record<string, LogEventEntry>>;
