import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';

/**
 * Records a heartbeat, which is valid for some seconds.
 * @returns whether another process has died, whose work has to be reconciled
 */
export function recordHeartbeat(db: CommonQueryMethods, id: string, seconds: number): Promise<boolean> {
  return db.oneFirst(sql.type(z.strictObject({ others_died: z.boolean() }))`
    WITH dead AS (
      DELETE FROM service_processes WHERE alive_until < now() AND id <> ${id} RETURNING id
    ), alive AS (
      INSERT INTO service_processes (id, alive_until) VALUES (${id}, now() + make_interval(secs => ${seconds}))
      ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until
    )
    SELECT EXISTS (SELECT FROM dead) AS others_died`);
}

/** Removes a process: other processes reconcile its work at once. */
export async function endProcess(db: CommonQueryMethods, id: string): Promise<void> {
  await db.query(sql.type(noColumns)`DELETE FROM service_processes WHERE id = ${id}`);
}
