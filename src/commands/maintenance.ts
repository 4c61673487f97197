import { parseArgs } from 'node:util';
import { ConfigError, loadLocalEnv, logConfigWarnings, type Environment } from '../config/index.ts';
import { createLogger } from '../observability/logger.ts';
import { encryptStored } from '../maintenance/encrypt-stored.ts';
import { confirmRecovery } from '../maintenance/confirm-recovery.ts';
import { eraseOrganization } from '../maintenance/erase-organization.ts';
import { runMaintenance } from '../maintenance/run.ts';
import { readMaintenanceSettings, type MaintenanceSettings } from '../maintenance/settings.ts';

/** Time limit of the other commands in milliseconds: the next run continues. */
const LONGEST_RUN = 2 * 60 * 60 * 1000;

/** Milliseconds that a statement may wait for a lock when the time of the maintenance is used up. */
const PATIENCE = 10 * 60 * 1000;

const readSettings = (given: Environment): MaintenanceSettings => {
  try {
    return readMaintenanceSettings(loadLocalEnv(process.cwd(), given));
  } catch (error) {
    const { message } = error as Error;
    process.stderr.write(error instanceof ConfigError ? `${message}\n` : `configuration: ${message}\n`);
    process.exit(1);
  }
};

const USAGE = 'usage: maintenance [encrypt | confirm-recovery | erase-organization ID [--dry-run]]';

/** What the arguments request; ends the program where they request nothing that it does. */
const readCommand = (args: readonly string[]) => {
  try {
    const options = { 'dry-run': { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [name, orgId = '', ...more] = positionals;
    const dryRun = values['dry-run'];
    if (more.length === 0) {
      if (name === 'erase-organization' && orgId.trim() !== '') return { name, orgId, dryRun } as const;
      if ((name === undefined || name === 'encrypt' || name === 'confirm-recovery') && orgId === '' && !dryRun)
        return { name } as const;
    }
  } catch {
    // Reported below.
  }
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
};

/**
 * `maintenance`: one run of the database's maintenance, for a cron job. Everything comes from the environment.
 * `maintenance encrypt` encrypts stored secrets with the current key; `maintenance confirm-recovery` has composes deleted at composer that a
 * recovered database does not have; `maintenance erase-organization ID [--dry-run]` deletes everything
 * of an organization.
 */
export async function maintenanceCommand(args: readonly string[], given: Environment): Promise<void> {
  const command = readCommand(args);
  const settings = readSettings(given);
  const log = createLogger(settings.logger);
  logConfigWarnings(settings, log);
  const stopped = new AbortController();
  const longest = command.name === undefined ? settings.budget + PATIENCE : LONGEST_RUN;
  const timer = setTimeout(() => {
    stopped.abort(new Error(`the run took longer than ${Math.round(longest / 60_000)} minutes`));
  }, longest);
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, (signal) => {
      // A second signal ends the process at once.
      if (stopped.signal.aborted) process.exit(1);
      stopped.abort(new Error(`the run was ended by ${signal}`));
    });
  }

  try {
    if (command.name === 'encrypt') await encryptStored(settings, log, stopped.signal);
    else if (command.name === 'confirm-recovery') await confirmRecovery(settings, log, stopped.signal);
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
}
