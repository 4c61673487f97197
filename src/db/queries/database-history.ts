// Whether the database is the one that was served before. A recovery to a point in time, and a promoted standby, begin a new timeline of
// the server; a dump that is restored elsewhere has another server.
import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';

/** The row of the history among the processes. */
const HISTORY = '00000000-0000-4000-8000-000000000002';

/** Server and timeline, as text of JSON. */
const current = sql.fragment`
  json_build_object('history', (SELECT system_identifier FROM pg_control_system())
    || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))`;

/**
 * Whether the history of the database is the one that is recorded. The first call records it.
 * @throws where the server does not permit to read it
 */
export function isSameHistory(db: CommonQueryMethods): Promise<boolean> {
  return db.oneFirst(sql.type(z.strictObject({ is_same: z.boolean() }))`
    WITH recorded AS (SELECT report->>'history' AS history FROM service_processes WHERE id = ${HISTORY}),
    first AS (
      INSERT INTO service_processes (id, alive_until, report) SELECT ${HISTORY}, 'infinity', ${current}
      WHERE NOT EXISTS (SELECT FROM recorded) ON CONFLICT (id) DO NOTHING
    )
    SELECT coalesce((SELECT history FROM recorded) = (${current})->>'history', true) AS is_same`);
}

/** Records the history as it is now: what composer has more may be deleted. @returns whether it had changed */
export async function confirmHistory(db: CommonQueryMethods): Promise<boolean> {
  const isSame = await isSameHistory(db);
  await db.query(sql.type(noColumns)`
    UPDATE service_processes SET report = ${current} WHERE id = ${HISTORY}`);
  return !isSame;
}
