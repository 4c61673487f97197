// The service alone: everything comes from the environment, nothing is embedded. This is what the container image runs.
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { createApp, sendMetrics } from './app.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { createContext } from './context.ts';
import { loadLocalEnv } from './local-env.ts';
import { withDroppedLines } from './log-sinks/dropped-metric.ts';
import { createLogSinks } from './log-sinks/index.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { closeServer, drained, listen } from './server.ts';

/** Milliseconds within which a second signal is taken for the first one. */
const SAME_REQUEST = 500;

const fail = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

const configure = (): Config => {
  try {
    return readConfig(loadLocalEnv(process.cwd(), process.env));
  } catch (error) {
    return fail(error instanceof ConfigError ? error.message : `configuration: ${(error as Error).message}`);
  }
};

const config = configure();
const sinks = createLogSinks(config);
const log = createLogger(config, sinks.destination);

try {
  const serviceMetrics = withDroppedLines(createMetrics({ processMetrics: true }), sinks);
  const ctx = await createContext(config, log, { metrics: serviceMetrics });
  const { repositoriesWithoutKey: keyless } = ctx.distributions;
  if (keyless.length > 0)
    log.warn({ repositories: keyless }, 'repositories without key: their packages cannot be verified');
  if (config.unused.length > 0) log.warn({ variables: config.unused }, 'settings without effect');
  const server = createServer(await createApp(ctx));
  await listen(server, config.http);

  const metrics = config.http.metricsPort === null ? null : createServer((_req, res) => void sendMetrics(ctx, res));
  if (metrics) await listen(metrics, { host: config.http.host, port: config.http.metricsPort ?? 0 });

  const stop = async (signal: string): Promise<void> => {
    log.info({ signal }, 'stopping');
    ctx.lifecycle.stopping = true;
    await setTimeout(config.http.shutdownDelay);
    await closeServer(server, config.http.shutdownGrace);
    // A request goes on when its client has gone: what it began is stored before the database closes.
    await drained(ctx.lifecycle, config.http.shutdownGrace);
    metrics?.close();
    await ctx[Symbol.asyncDispose]();
    await sinks.close();
    process.exit(0);
  };
  let asked: number | null = null;
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, (signal) => {
      // Whoever asks twice does not want to wait. A terminal and npm between them deliver one Ctrl-C twice, though.
      if (asked !== null && performance.now() - asked > SAME_REQUEST) process.exit(1);
      if (asked !== null) return;
      asked = performance.now();
      void stop(signal);
    });
  }
  // Said when all of it holds, the orderly stop included: whoever waits for this line may go on to anything.
  log.info({ address: server.address() }, 'listening');
} catch (error) {
  if (!(error instanceof ConfigError)) log.fatal({ err: error }, 'cannot start');
  await sinks.close();
  fail((error as Error).message);
}
