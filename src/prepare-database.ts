import { installQueue } from './background/queue.ts';
import type { DatabaseConfig } from './config.ts';
import { migrate } from './db/migrate.ts';

/**
 * Brings a database to the current schema, that of the job queue included. Does nothing to a current one; safe when several
 * processes start together. Gives the number of migrations applied.
 * @throws Error naming the migration that failed, or a recorded version that this release does not know
 */
export const prepareDatabase = async (config: DatabaseConfig, report: (message: string) => void): Promise<number> => {
  const applied = await migrate(config, report);
  return applied + (await installQueue(config, report));
};
