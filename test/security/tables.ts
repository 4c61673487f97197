import type { Client } from 'pg';

/** Rows of every table as JSON, in a fixed order, by the table's name. */
export type Tables = Readonly<Record<string, readonly string[]>>;

/**
 * The audit log has attempts and outcomes: it grows with every request, also with a failed one. An organization gets its data key
 * before the first secret, and keeps it.
 */
const GROWING: ReadonlySet<string> = new Set(['public.audit_log', 'public.organization_keys']);

/** Everything that is stored, in all tables except for these and the job queue, whose jobs say only that something is due. */
export const readTables = async (sql: Client): Promise<Tables> => {
  const { rows } = await sql.query<{ name: string }>(`
    SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema', 'graphile_worker')
    ORDER BY 1`);
  const tables: Record<string, string[]> = {};
  for (const { name } of rows) {
    if (GROWING.has(name)) continue;
    const found = await sql.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} AS t ORDER BY 1`);
    tables[name] = found.rows.map(({ row }) => row);
  }
  return tables;
};

/** Rows that hold a text. */
export const rowsWith = (tables: Tables, text: string): Tables =>
  Object.fromEntries(
    Object.entries(tables)
      .map(([name, rows]) => [name, rows.filter((row) => row.includes(text))] as const)
      .filter(([, rows]) => rows.length > 0),
  );
