// npm run maintenance: one run of the database's maintenance, for a cron job. Everything comes from the environment.
import { ConfigError, loadLocalEnv, logConfigWarnings } from '../src/config/index.ts';
import { createLogger } from '../src/observability/logger.ts';
import { runMaintenance } from '../src/maintenance/run.ts';
import { readMaintenanceSettings, type MaintenanceSettings } from '../src/maintenance/settings.ts';

/** Time limit of a run in milliseconds: the next run continues. */
const LONGEST_RUN = 2 * 60 * 60 * 1000;

const readSettings = (): MaintenanceSettings => {
  try {
    return readMaintenanceSettings(loadLocalEnv(process.cwd(), process.env));
  } catch (error) {
    const { message } = error as Error;
    process.stderr.write(error instanceof ConfigError ? `${message}\n` : `configuration: ${message}\n`);
    process.exit(1);
  }
};

const settings = readSettings();
const log = createLogger(settings.logger);
logConfigWarnings(settings, log);
const stopped = new AbortController();
const timer = setTimeout(() => stopped.abort(new Error('the run took longer than two hours')), LONGEST_RUN);
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, (signal) => {
    // A second signal ends the process at once.
    if (stopped.signal.aborted) process.exit(1);
    stopped.abort(new Error(`the run was ended by ${signal}`));
  });
}

try {
  await runMaintenance(settings, log, stopped.signal);
} catch (error) {
  // Refused by every address of a host, the error has a code and no message.
  const { message, code } = error as Error & { code?: string };
  log.error({ event: 'maintenance.failed', err: error }, `maintenance failed: ${message || code}`);
  process.exitCode = 1;
} finally {
  clearTimeout(timer);
}
