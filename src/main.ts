// The service alone: everything comes from the environment, nothing is embedded. This is what the container image runs.
import cluster from 'node:cluster';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

// What lives on is collected once it is half as much again, instead of several times as much: a hundred megabytes less under load,
// and no slower (docs/performance.md).
setFlagsFromString('--heap-growing-percent=50');

// Before anything else is loaded: what the engine has compiled is kept for the next start, which takes a third of the time then.
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

const config = configure();
if (config.workers > 1 && cluster.isPrimary) {
  const { runWorkers } = await import('./workers.ts');
  await runWorkers(config);
} else {
  const { runService } = await import('./service-process.ts');
  await runService(config, fail);
  flushCompileCache();
}
