// Events as statements of the service record them, without what these change.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { sql } from 'slonik';
import type { DatabaseConfig } from '../../src/config/index.ts';
import { createDatabaseAccess } from '../../src/db/database.ts';
import { EVENTS_CHANNEL, recordEvents } from '../../src/db/queries/recording.ts';
import { noColumns } from '../../src/db/row-check.ts';
import { ORG } from './identity.ts';

/** An event. What is not said is that a compose of organization 000000 was queued. */
export interface GivenEvent {
  readonly orgId?: string;
  readonly type?: string;
  readonly subject?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Records an event, and wakes its readers. @returns its subject */
export async function recordEvent(config: DatabaseConfig, event: GivenEvent = {}): Promise<string> {
  const { orgId = ORG, type = 'compose.queued', subject = randomUUID(), data = { status: 'pending' } } = event;
  const access = createDatabaseAccess({ ...config, poolSize: 1 });
  const happened = sql.fragment`(
    SELECT ${orgId}::varchar AS org_id, ${type}::varchar AS type, ${subject}::uuid AS subject, ${JSON.stringify(data)}::jsonb AS data
  )`;
  try {
    await access.use((db) =>
      db.query(sql.type(noColumns)`
        WITH ${recordEvents(happened)} SELECT FROM recorded_events`),
    );
    access.announce();
  } finally {
    await access.close();
  }
  return subject;
}

/**
 * Inserts an event without deliveries, also into a transaction of the client, and wakes its readers when that is committed.
 * @returns its id and its subject
 */
export async function insertEvent(
  sql: Client,
  event: GivenEvent = {},
): Promise<{ readonly id: number; readonly subject: string }> {
  const { orgId = ORG, type = 'compose.queued', subject = randomUUID(), data = { status: 'pending' } } = event;
  // As in the service: the transaction has its id before it draws that of the event, since the change comes first.
  const { rows } = await sql.query<{ id: number }>(
    `WITH change AS MATERIALIZED (SELECT txid_current()), notified AS MATERIALIZED (SELECT pg_notify($5, '') FROM change)
    INSERT INTO events (org_id, type, subject, data) SELECT $1, $2, $3, $4 FROM notified RETURNING id::int AS id`,
    [orgId, type, subject, JSON.stringify(data), EVENTS_CHANNEL],
  );
  return { id: rows[0]?.id ?? -1, subject };
}
