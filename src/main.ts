// The program of the container image: the service alone, or one of its commands. The environment configures it, nothing is embedded.
import cluster from 'node:cluster';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

// Collects old objects after they grew by half instead of several times: a hundred megabytes less under load, at the
// same speed (docs/performance.md).
setFlagsFromString('--heap-growing-percent=50');

// Must run before other modules load: cached compiled code cuts the next start to a third of the time.
enableCompileCache();
const { ConfigError, loadLocalEnv, readConfig } = await import('./config/index.ts');

const fail = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

const configure = (): ReturnType<typeof readConfig> => {
  try {
    return readConfig(loadLocalEnv(process.cwd(), process.env));
  } catch (error) {
    return fail(error instanceof ConfigError ? error.message : `configuration: ${(error as Error).message}`);
  }
};

const serve = async (): Promise<void> => {
  const config = configure();
  if (config.workers > 1 && cluster.isPrimary) {
    const { runWorkers } = await import('./workers.ts');
    await runWorkers(config);
  } else {
    const { runService } = await import('./service-process.ts');
    await runService(config, fail);
    flushCompileCache();
  }
};

type Command = (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<void>;

/** Each is loaded when it runs: the service alone reads more than a thousand modules. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: () => Promise.resolve(serve),
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand,
  maintenance: async () => (await import('./commands/maintenance.ts')).maintenanceCommand,
  config: async () => (await import('./commands/config.ts')).configCommand,
};

const [name = 'serve', ...args] = process.argv.slice(2);
const load = COMMANDS[name];
if (load === undefined) {
  process.stderr.write(`usage: main [${Object.keys(COMMANDS).join(' | ')}]\n`);
  process.exit(2);
}
const run = await load();
await run(args, process.env);
