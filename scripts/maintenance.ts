// npm run maintenance: one run of the database's maintenance, for a cron job. Everything comes from the environment.
// npm run maintenance -- encrypt: encrypts stored secrets with the current key.
// npm run maintenance -- erase-organization ID [--dry-run]: deletes everything of an organization.
import { parseArgs } from 'node:util';
import { ConfigError, loadLocalEnv, logConfigWarnings } from '../src/config/index.ts';
import { createLogger } from '../src/observability/logger.ts';
import { encryptStored } from '../src/maintenance/encrypt-stored.ts';
import { eraseOrganization } from '../src/maintenance/erase-organization.ts';
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

const USAGE = 'usage: npm run maintenance -- [encrypt | erase-organization ID [--dry-run]]';

/** What the arguments request; ends the program where they request nothing that it does. */
const readCommand = () => {
  try {
    const options = { 'dry-run': { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const [name, orgId = '', ...more] = positionals;
    const dryRun = values['dry-run'];
    if (more.length === 0) {
      if (name === 'erase-organization' && orgId.trim() !== '') return { name, orgId, dryRun } as const;
      if ((name === undefined || name === 'encrypt') && orgId === '' && !dryRun) return { name } as const;
    }
  } catch {
    // Reported below.
  }
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
};

const command = readCommand();
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
  if (command.name === 'encrypt') await encryptStored(settings, log, stopped.signal);
  else if (command.name === 'erase-organization') await eraseOrganization(settings, log, stopped.signal, command);
  else await runMaintenance(settings, log, stopped.signal);
} catch (error) {
  // Refused by every address of a host, the error has a code and no message.
  const { message, code } = error as Error & { code?: string };
  log.error({ event: 'maintenance.failed', err: error }, `maintenance failed: ${message || code}`);
  process.exitCode = 1;
} finally {
  clearTimeout(timer);
}
