// What the last run of the maintenance job did. The service shows it in its metrics, and the next run continues from it.
import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';

/** The row of the job among the processes. */
const JOB = '00000000-0000-4000-8000-000000000001';

const report = z.strictObject({
  /** When the run started. Times are in seconds since 1970. */
  started: z.number(),
  /** When it ended, `null` while it runs, or when it failed or was killed. */
  ended: z.number().nullable(),
  /** When a run last completed, `null` for never. A run that was out of time has not. */
  completed: z.number().nullable(),
  /** Deleted rows by kind. */
  deleted: z.record(z.string(), z.int()),
  /** Where the next run continues, by kind; without an entry at the beginning. */
  checkpoints: z.record(z.string(), z.string()),
});

export type MaintenanceReport = z.infer<typeof report>;

/** Reads the report of the last run, `null` before the first. */
export async function readMaintenanceReport(db: CommonQueryMethods): Promise<MaintenanceReport | null> {
  return db.maybeOneFirst(sql.type(z.strictObject({ report }))`SELECT report FROM service_processes WHERE id = ${JOB}`);
}

/** Reads when the oldest of our tables was made, in seconds since 1970; `null` where there is none yet. */
export async function readPreparedAt(db: CommonQueryMethods): Promise<number | null> {
  return db.oneFirst(sql.type(z.strictObject({ prepared: z.number().nullable() }))`
    SELECT extract(epoch FROM min(applied_at))::float8 AS prepared FROM image_builder_additions`);
}

/** Stores the report of a run in place of the last one. */
export async function writeMaintenanceReport(db: CommonQueryMethods, current: MaintenanceReport): Promise<void> {
  await db.query(sql.type(noColumns)`
    INSERT INTO service_processes (id, alive_until, report) VALUES (${JOB}, 'infinity', ${JSON.stringify(current)}::json)
    ON CONFLICT (id) DO UPDATE SET report = excluded.report`);
}
