// Wakes the readers of events. A NOTIFY in the statement that records an event would make all commits wait for one another.
import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** The channel on which readers of events are woken. */
export const EVENTS_CHANNEL = 'image_builder_events';

/** Milliseconds for which events are collected before their readers are woken. */
const PAUSE = 50;

export interface Announcements {
  /** Events were recorded: wakes their readers soon, once for all events of the next milliseconds. */
  readonly announce: () => void;
  /** Wakes them at once, if events were recorded. Does not reject. */
  readonly close: () => Promise<void>;
}

/** @param use runs a query; a failure is ignored, since readers also poll slowly while they wait */
export function createAnnouncements(
  use: (work: (db: CommonQueryMethods) => Promise<unknown>) => Promise<unknown>,
): Announcements {
  let timer: NodeJS.Timeout | null = null;

  const wake = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    await use((db) => db.query(sql.type(row<Record<never, never>>())`SELECT pg_notify(${EVENTS_CHANNEL}, '')`)).catch(
      () => {},
    );
    // A delivery that is due now has its worker woken as well. Without the job queue's schema there is no worker.
    await use((db) =>
      db.query(sql.type(row<Record<never, never>>())`
        SELECT graphile_worker.add_job('deliver-webhooks', job_key => 'deliver-webhooks', max_attempts => 1)
        WHERE EXISTS (SELECT FROM webhook_deliveries WHERE status = 'pending' AND due_at <= now())`),
    ).catch(() => {});
  };

  return {
    announce: () => {
      timer ??= setTimeout(() => void wake(), PAUSE).unref();
    },
    close: async () => {
      if (timer) await wake();
    },
  };
}
