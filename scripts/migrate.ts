// npm run migrate: brings the database named by PG* to the current schema. Also meant for init containers. With `-- --plan` it prints
// the pending steps, with the rows and locks of each, and changes nothing.
import { parseArgs } from 'node:util';
import { ConfigError, loadLocalEnv, logConfigWarnings, readConfig } from '../src/config/index.ts';
import { planDatabase, prepareDatabase } from '../src/maintenance/prepare-database.ts';
import { createLogger } from '../src/observability/logger.ts';

try {
  const { values } = parseArgs({ options: { plan: { type: 'boolean', default: false } } });
  const config = readConfig(loadLocalEnv(process.cwd(), process.env));
  if (values.plan) {
    const lines = await planDatabase(config.database);
    console.log(lines.length === 0 ? 'the schema is current' : lines.join('\n'));
  } else {
    const log = createLogger(config);
    logConfigWarnings(config, log);
    const applied = await prepareDatabase(config.database, (message) =>
      log.info({ event: 'migration.progress' }, message),
    );
    log.info(
      { event: 'migration.completed', applied },
      applied === 0 ? 'the schema is current' : 'the schema was migrated',
    );
  }
} catch (error) {
  process.stderr.write(
    error instanceof ConfigError ? `${error.message}\n` : `migration failed: ${(error as Error).message}\n`,
  );
  process.exit(1);
}
