import { parseArgs } from 'node:util';
import { ConfigError, loadLocalEnv, readConfig, settingsInForce, type Environment } from '../config/index.ts';
import { readMaintenanceSettings } from '../maintenance/settings.ts';
import { createLogger } from '../observability/logger.ts';
import { loadConfigured } from '../setup/load-configured.ts';

const complain = (line: string): void => void process.stderr.write(`${line}\n`);

/** Names the variables without effect. @returns whether one of them looks misspelt */
const nameWithoutEffect = (env: Environment): boolean => {
  const { misspelt, unused } = readConfig(env);
  for (const name of unused) complain(`${name} has no effect`);
  for (const { name, nearest } of misspelt) complain(`${name} has no effect: use ${nearest} if it is misspelt`);
  return misspelt.length > 0;
};

/** Reads all that the service and its maintenance read at start. @throws ConfigError naming the variables that are not usable */
const check = async (env: Environment): Promise<void> => {
  readMaintenanceSettings(env);
  const config = readConfig(env);
  const { distributions } = loadConfigured(config, createLogger(config), { policyFiles: { watch: () => {} } });
  await distributions.loadPackages();
};

/**
 * `config`: prints the settings in force by the names of their variables, with secrets masked. With `--check` it reads all files that
 * they name instead, as the service does at start, and ends with 1 when something is wrong.
 */
export async function configCommand(args: readonly string[], given: Environment): Promise<void> {
  try {
    const { values } = parseArgs({ args: [...args], options: { check: { type: 'boolean', default: false } } });
    const env = loadLocalEnv(process.cwd(), given);
    if (values.check) await check(env);
    else process.stdout.write(`${JSON.stringify(settingsInForce(env), null, 2)}\n`);
    const isMisspelt = nameWithoutEffect(env);
    if (!values.check) return;
    if (isMisspelt) process.exit(1);
    process.stdout.write('the configuration can be used\n');
  } catch (error) {
    complain(error instanceof ConfigError ? error.message : `configuration: ${(error as Error).message}`);
    process.exit(1);
  }
}
