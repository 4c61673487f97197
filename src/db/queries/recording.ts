// Records of a change: its events with their webhook deliveries, and its audit entry. They are parts of the statement that makes the
// change, so none of them is lost and none is written without a change.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { AuditEntry } from '../../domain/audit/new-entry.ts';
import { addJob } from './background-jobs.ts';
import type { CommonQueryMethods } from '../database.ts';

export type { AuditEntry };

/**
 * An INSERT of the audit entry of a change.
 * @param entry `null` for a change that no request makes
 * @param changed a table expression with at least one row if the change happens
 * @param createdIds ids that the request creates
 */
export function insertAuditEntry(
  entry: AuditEntry | null,
  changed: FragmentSqlToken,
  createdIds: readonly string[] = [],
): FragmentSqlToken {
  return sql.fragment`
    INSERT INTO audit_log
      (id, org_id, occurred_at, operation, object_type, object_id, created_ids, username, user_type, status, request_id)
    SELECT ${entry?.id ?? null}::uuid, ${entry?.orgId ?? null}::text, to_timestamp(${entry?.time ?? null}::float8 / 1000),
      ${entry?.operation ?? null}::text, ${entry?.objectType ?? null}::text, ${entry?.objectId ?? null}::uuid,
      ${sql.array(createdIds, 'uuid')}, ${entry?.username ?? null}::text, ${entry?.userType ?? null}::text,
      ${entry?.status ?? null}::int, ${entry?.requestId ?? null}::text
    WHERE ${entry !== null} AND EXISTS (SELECT FROM ${changed})`;
}

/**
 * Two parts of a WITH clause that record events and address them to the webhooks of their organizations. A query that has them is
 * bound with `bindRecording`, which wakes the readers of events.
 * @param happened a table expression with `org_id`, `type`, `subject` and `data` (jsonb) of each event
 */
export function recordEvents(happened: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`
    recorded_events AS (
      INSERT INTO events (org_id, type, subject, data)
      SELECT org_id, type, subject, data FROM ${happened} AS happened
      RETURNING id, org_id, type, subject, data, occurred_at
    ), recorded_deliveries AS (
      INSERT INTO webhook_deliveries (id, webhook_id, org_id, event_id, event_type, subject, data, occurred_at)
      SELECT md5(webhooks.id || ' ' || recorded.id)::uuid, webhooks.id, recorded.org_id, recorded.id, recorded.type,
        recorded.subject, recorded.data, recorded.occurred_at
      FROM recorded_events AS recorded
      JOIN webhooks ON webhooks.org_id = recorded.org_id
      WHERE webhooks.disabled_at IS NULL AND (webhooks.event_types IS NULL OR recorded.type = ANY (webhooks.event_types))
      -- A webhook that is deleted at this moment gets no delivery, instead of failing the statement.
      FOR SHARE OF webhooks
    )`;
}

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

/**
 * Wakes the readers of events. A NOTIFY in the statement that records an event would make all commits wait for one another.
 * @returns whether deliveries to webhooks are due
 */
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
