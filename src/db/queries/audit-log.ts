import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { readCountedPage, type CountedPage, type Page } from '../page.ts';
import { AUDIT, type AuditEntry } from './recording.ts';
import { noColumns } from '../row-check.ts';

const auditRow = z.strictObject({
  id: z.string(),
  occurred_at: z.string(),
  operation: z.string(),
  object_type: z.string(),
  object_id: z.string().nullable(),
  created_ids: z.array(z.string()),
  username: z.string(),
  user_type: z.string(),
  status: z.int(),
  request_id: z.string(),
});

/** An entry of the audit log. */
export type AuditRow = z.infer<typeof auditRow>;

const COLUMNS = sql.fragment`
  id, occurred_at, operation, object_type, object_id, created_ids, username, user_type, status, request_id`;

/** Filters of entries; `null` for all. Times are milliseconds since the epoch. */
export interface AuditFilter {
  readonly from: number | null;
  readonly before: number | null;
  readonly operation: string | null;
  readonly user: string | null;
  readonly objectId: string | null;
}

/** Inserts entries; existing entries are unchanged. */
export async function insertAuditEntries(db: CommonQueryMethods, entries: readonly AuditEntry[]): Promise<void> {
  await db.query(sql.type(noColumns)`
    INSERT INTO audit_log (${AUDIT.columns})
    SELECT ${AUDIT.values} FROM json_to_recordset(${JSON.stringify(entries)}::json) AS ${AUDIT.record}
    ON CONFLICT (id) DO NOTHING`);
}

/** Lists a page of the organization's audit log, newest first. */
export function listAuditEntries(
  db: CommonQueryMethods,
  orgId: string,
  { from, before, operation, user, objectId }: AuditFilter,
  page: Page,
): Promise<CountedPage<AuditRow>> {
  const conditions = [
    sql.fragment`org_id = ${orgId}`,
    ...(from === null ? [] : [sql.fragment`occurred_at >= to_timestamp(${from}::float8 / 1000)`]),
    ...(before === null ? [] : [sql.fragment`occurred_at < to_timestamp(${before}::float8 / 1000)`]),
    ...(operation === null ? [] : [sql.fragment`operation = ${operation}`]),
    ...(user === null ? [] : [sql.fragment`username = ${user}`]),
    ...(objectId === null
      ? []
      : [sql.fragment`(object_id = ${objectId}::uuid OR created_ids @> ARRAY[${objectId}::uuid])`]),
  ];
  const source = sql.fragment`audit_log WHERE ${sql.join(conditions, sql.fragment` AND `)}`;
  const parts = { columns: COLUMNS, source, order: sql.fragment`occurred_at DESC, number DESC` };
  return readCountedPage(db, auditRow, parts, page);
}
