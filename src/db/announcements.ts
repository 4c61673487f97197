// Wakes the readers of events. A NOTIFY in the statement that records an event would make all commits wait for one another.
import { sql } from 'slonik';
import { z } from 'zod';
import { addJob } from './background-jobs.ts';
import type { CommonQueryMethods } from './database.ts';

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

/** Wakes the readers of events. @returns whether deliveries to webhooks are due */
function notify(db: CommonQueryMethods): Promise<boolean> {
  return db.oneFirst(sql.type(z.strictObject({ due: z.boolean() }))`
    SELECT EXISTS (SELECT FROM webhook_deliveries WHERE status = 'pending' AND due_at <= now()) AS due
    FROM pg_notify(${EVENTS_CHANNEL}, '')`);
}

/** @param use runs a query; a failure is ignored, since readers also poll slowly while they wait */
export function createAnnouncements(
  use: <T>(work: (db: CommonQueryMethods) => Promise<T>) => Promise<T>,
): Announcements {
  let timer: NodeJS.Timeout | null = null;

  const wake = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    try {
      if (await use(notify)) await use((db) => addJob(db, 'deliver-webhooks'));
    } catch {
      // Readers of events and the deliveries have a poll of their own.
    }
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
