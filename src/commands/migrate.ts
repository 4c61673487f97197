import { parseArgs } from 'node:util';
import { ConfigError, loadLocalEnv, logConfigWarnings, readConfig, type Environment } from '../config/index.ts';
import { planDatabase, prepareDatabase } from '../maintenance/prepare-database.ts';
import { createLogger } from '../observability/logger.ts';

/**
 * `migrate`: brings the database named by PG* to the current schema. Also meant for init containers. With `--plan` it prints the
 * pending steps, with the rows and locks of each, and changes nothing.
 */
export async function migrateCommand(args: readonly string[], given: Environment): Promise<void> {
  try {
    const { values } = parseArgs({ args: [...args], options: { plan: { type: 'boolean', default: false } } });
    const config = readConfig(loadLocalEnv(process.cwd(), given));
    if (values.plan) {
      const lines = await planDatabase(config.database);
      process.stdout.write(`${lines.length === 0 ? 'the schema is current' : lines.join('\n')}\n`);
      return;
    }
    const log = createLogger(config);
    logConfigWarnings(config, log);
    const applied = await prepareDatabase(config.database, (message) =>
      log.info({ event: 'migration.progress' }, message),
    );
    log.info(
      { event: 'migration.completed', applied },
      applied === 0 ? 'the schema is current' : 'the schema was migrated',
    );
  } catch (error) {
    process.stderr.write(
      error instanceof ConfigError ? `${error.message}\n` : `migration failed: ${(error as Error).message}\n`,
    );
    process.exit(1);
  }
}
