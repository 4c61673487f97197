// What an operator does beside the running service.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DatabaseConfig } from '../../src/config/index.ts';

const PROGRAM = join(import.meta.dirname, '../../src/main.ts');

/** Milliseconds for what happens in the background, every minute. */
const PATIENCE = 90_000;
const POLL = 250;

/** Runs a command of the program. Resolves with its exit code and output. */
export function runCommand(database: DatabaseConfig, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const { host, port, user, password, sslMode } = database;
  const env = {
    ...{ PATH: process.env['PATH'], PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password },
    ...{ PGSSLMODE: sslMode, PGDATABASE: database.database, ...more },
  };
  const { promise, resolve } = Promise.withResolvers<{ readonly code: number; readonly output: string }>();
  execFile(process.execPath, [PROGRAM, ...args], { env }, (error, stdout, stderr) => {
    resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
  });
  return promise;
}

/** Polls until a condition holds. @returns whether it did in time */
export async function until(condition: () => Promise<boolean> | boolean): Promise<boolean> {
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    if (await condition()) return true;
    await wait(POLL);
  }
  return false;
}
