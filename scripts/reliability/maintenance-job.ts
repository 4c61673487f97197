import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DatabaseConfig } from '../../src/config/index.ts';

const PROGRAM = join(import.meta.dirname, '../../src/main.ts');

/**
 * Runs the maintenance job, as its schedule does.
 * @throws Error with its output when it fails
 */
export async function runMaintenanceJob(database: DatabaseConfig): Promise<void> {
  const { host, port, user, password, sslMode } = database;
  await promisify(execFile)(process.execPath, [PROGRAM, 'maintenance'], {
    // A directory without local.env.
    cwd: tmpdir(),
    env: {
      ...{ PATH: process.env['PATH'], ENABLE_DB_MAINTENANCE: 'true', DRY_RUN: 'false' },
      ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGSSLMODE: sslMode },
      PGDATABASE: database.database,
    },
  });
}
