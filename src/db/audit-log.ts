import { sql } from 'slonik';
import type { Page } from './page.ts';
import type { CommonQueryMethods } from './database.ts';
import type { AuditEntry } from './recording.ts';
import { row } from './row.ts';

export interface AuditRow {
  readonly id: string;
  readonly occurred_at: string;
  readonly operation: string;
  readonly object_type: string;
  readonly object_id: string | null;
  readonly created_ids: readonly string[];
  readonly username: string;
  readonly user_type: string;
  readonly status: number;
  readonly request_id: string;
}

/** Which entries are listed; `null` for all. Times are milliseconds since the epoch. */
export interface AuditFilter {
  readonly from: number | null;
  readonly before: number | null;
  readonly operation: string | null;
  readonly user: string | null;
  readonly objectId: string | null;
}

/** Inserts entries, in one statement. Those that are there already stay as they are. */
export async function insertAuditEntries(db: CommonQueryMethods, entries: readonly AuditEntry[]): Promise<void> {
  const rows = entries.map((entry) => ({
    ...{ id: entry.id, org_id: entry.orgId, time: entry.time, operation: entry.operation },
    ...{ object_type: entry.objectType, object_id: entry.objectId },
    ...{ username: entry.username, user_type: entry.userType, status: entry.status, request_id: entry.requestId },
  }));
  await db.query(sql.type(row<Record<never, never>>())`
    INSERT INTO audit_log
      (id, org_id, occurred_at, operation, object_type, object_id, created_ids, username, user_type, status, request_id)
    SELECT
      id, org_id, to_timestamp(time / 1000), operation, object_type, object_id, '{}', username, user_type, status, request_id
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS entries (
      id uuid, org_id varchar, time float8, operation varchar, object_type varchar, object_id uuid,
      username varchar, user_type varchar, status integer, request_id varchar
    )
    ON CONFLICT (id) DO NOTHING`);
}

const matching = (orgId: string, { from, before, operation, user, objectId }: AuditFilter) => sql.fragment`
  org_id = ${orgId}
  ${from === null ? sql.fragment`` : sql.fragment`AND occurred_at >= to_timestamp(${from}::float8 / 1000)`}
  ${before === null ? sql.fragment`` : sql.fragment`AND occurred_at < to_timestamp(${before}::float8 / 1000)`}
  ${operation === null ? sql.fragment`` : sql.fragment`AND operation = ${operation}`}
  ${user === null ? sql.fragment`` : sql.fragment`AND username = ${user}`}
  ${
    objectId === null
      ? sql.fragment``
      : sql.fragment`AND (object_id = ${objectId}::uuid OR created_ids @> ARRAY[${objectId}::uuid])`
  }`;

/** A page of the organization's audit log, newest first, with the length of the whole. */
export async function listAuditEntries(
  db: CommonQueryMethods,
  orgId: string,
  filter: AuditFilter,
  { limit, offset }: Page,
): Promise<{ readonly total: number; readonly rows: readonly AuditRow[] }> {
  // Without an entry on the page there is still a row: the one that says how many there are.
  const rows = await db.any(sql.type(row<{ total: number } & (AuditRow | { id: null })>())`
    SELECT counted.total, item.*
    FROM (SELECT count(*)::int AS total FROM audit_log WHERE ${matching(orgId, filter)}) AS counted
    LEFT JOIN (
      SELECT id, occurred_at, number, operation, object_type, object_id, created_ids, username, user_type, status, request_id
      FROM audit_log
      WHERE ${matching(orgId, filter)}
      ORDER BY occurred_at DESC, number DESC
      LIMIT ${limit} OFFSET ${offset}
    ) AS item ON true
    ORDER BY item.occurred_at DESC, item.number DESC`);
  return { total: rows[0]?.total ?? 0, rows: rows.filter((item) => item.id !== null) };
}
