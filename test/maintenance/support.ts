import type { Client } from 'pg';
import type { DatabaseConfig } from '../../src/config/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createGiven, type Given } from '../support/given.ts';

export interface MaintainedDatabase extends TestDatabase {
  readonly given: Given;
  /** Stores many builds at once, all made at that time. */
  readonly builds: (count: number, createdAt: string) => Promise<void>;
  readonly count: (table: string) => Promise<number>;
}

export async function createMaintainedDatabase(): Promise<MaintainedDatabase> {
  const database = await createTestDatabase();
  const { sql } = database;
  return {
    ...database,
    given: createGiven(sql),
    builds: async (count, createdAt) => {
      await sql.query(
        `INSERT INTO composes (job_id, request, created_at, account_number, org_id, deleted)
        SELECT md5(n || ' ' || $2)::uuid, '{}', $2::timestamp, '500000', lpad((n % 7)::text, 6, '0'), n % 3 = 0
        FROM generate_series(1, $1) AS n`,
        [count, createdAt],
      );
    },
    count: async (table) => {
      const { rows } = await sql.query<{ total: number }>(`SELECT count(*)::int AS total FROM ${table}`);
      return rows[0]!.total;
    },
  };
}

/** Variables that name a database. */
export function variablesOf({ host, port, user, password, sslMode, database }: DatabaseConfig) {
  return {
    ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGSSLMODE: sslMode },
    PGDATABASE: database,
  };
}

/** Waits until a session of the maintenance program waits for a lock. */
export async function maintenanceWaits(sql: Client): Promise<void> {
  for (;;) {
    const { rowCount } = await sql.query(
      `SELECT 1 FROM pg_stat_activity
      WHERE application_name = 'image-builder-maintenance' AND wait_event_type = 'Lock' AND datname = current_database()`,
    );
    if (rowCount) return;
  }
}

/** Sessions of the maintenance program. */
export async function countSessions(sql: Client): Promise<number> {
  const { rows } = await sql.query<{ total: number }>(
    `SELECT count(*)::int AS total FROM pg_stat_activity
    WHERE application_name = 'image-builder-maintenance' AND datname = current_database()`,
  );
  return rows[0]!.total;
}
