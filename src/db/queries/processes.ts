import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';

/**
 * Records that a process lives for that many more seconds.
 * @returns whether another process has died and may have left reservations, runs or jobs to be reconciled
 */
export function recordHeartbeat(db: CommonQueryMethods, id: string, seconds: number): Promise<boolean> {
  return db.oneFirst(sql.type(z.strictObject({ others_died: z.boolean() }))`
    WITH gone AS (
      DELETE FROM service_processes WHERE alive_until < now() AND id <> ${id} RETURNING id
    ), alive AS (
      INSERT INTO service_processes (id, alive_until) VALUES (${id}, now() + make_interval(secs => ${seconds}))
      ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until
    )
    SELECT EXISTS (SELECT FROM gone) AS others_died`);
}

/** Ends a process: what it has left is reconciled at once. */
export async function endProcess(db: CommonQueryMethods, id: string): Promise<void> {
  await db.query(sql.type(noColumns)`DELETE FROM service_processes WHERE id = ${id}`);
}
