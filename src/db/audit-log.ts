import { sql } from 'slonik';
import type { Page } from './composes.ts';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** An entry that is to be written. */
export interface NewAuditEntry {
  readonly id: string;
  readonly orgId: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly operation: string;
  readonly objectType: string;
  /** The object in the request's path, `null` where that has none. */
  readonly objectId: string | null;
  /** What the request made. */
  readonly createdIds: readonly string[];
  /** Empty where the identity has no name, or no type. */
  readonly username: string;
  readonly userType: string;
  readonly status: number;
  readonly requestId: string;
}

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

/** Which entries are asked for; `null` asks for nothing. Times are milliseconds since the epoch. */
export interface AuditFilter {
  readonly from: number | null;
  readonly before: number | null;
  readonly operation: string | null;
  readonly user: string | null;
  readonly objectId: string | null;
}

/** Writes entries, in one statement. Those that are there already are left as they are. */
export const insertAuditEntries = async (db: CommonQueryMethods, entries: readonly NewAuditEntry[]): Promise<void> => {
  const rows = entries.map((entry) => ({
    ...{ id: entry.id, org_id: entry.orgId, time: entry.time, operation: entry.operation },
    ...{ object_type: entry.objectType, object_id: entry.objectId, created_ids: entry.createdIds },
    ...{ username: entry.username, user_type: entry.userType, status: entry.status, request_id: entry.requestId },
  }));
  await db.query(sql.type(row<Record<never, never>>())`
    INSERT INTO audit_log
      (id, org_id, occurred_at, operation, object_type, object_id, created_ids, username, user_type, status, request_id)
    SELECT
      id, org_id, to_timestamp(time / 1000), operation, object_type, object_id, created_ids, username, user_type, status,
      request_id
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS entries (
      id uuid, org_id varchar, time float8, operation varchar, object_type varchar, object_id uuid, created_ids uuid[],
      username varchar, user_type varchar, status integer, request_id varchar
    )
    ON CONFLICT (id) DO NOTHING`);
};

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
export const listAuditEntries = async (
  db: CommonQueryMethods,
  orgId: string,
  filter: AuditFilter,
  { limit, offset }: Page,
): Promise<{ readonly total: number; readonly rows: readonly AuditRow[] }> => {
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
};
