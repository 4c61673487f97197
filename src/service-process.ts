import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { startBackground } from './background/index.ts';
import { createApp } from './app.ts';
import { sendMetrics } from './root-routes/index.ts';
import { ConfigError, logConfigWarnings, type Config } from './config/index.ts';
import { createContext, type AppContext } from './context.ts';
import { warnAboutMissingKeys } from './domain/distributions/missing-keys.ts';
import { watchMemory } from './observability/memory-watch.ts';
import { endOnUncaughtErrors } from './observability/process-failures.ts';
import { withDroppedLines } from './observability/log-sinks/dropped-metric.ts';
import { createLogSinks, type LogSinks } from './observability/log-sinks/index.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { closeServer, createHttpServer, waitUntilIdle, listen, type Application } from './http/server.ts';
import { onStopSignals } from './lib/stop-signals.ts';
import { tracing } from './lib/tracing.ts';
import { withWorkerMetrics } from './observability/worker-metrics.ts';

/** Milliseconds that the context gets to close, and the background work within them. */
const CLOSE_TIMEOUT = 3_000;
const BACKGROUND_TIMEOUT = 1_000;

/** @throws ConfigError naming the variable if the address cannot be used */
const listenAt = async (variable: string, server: Server, address: { host: string; port: number }): Promise<void> => {
  await listen(server, address).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError([`${variable}: cannot listen on ${address.host}:${address.port} (${code})`]);
  });
};

const serve = ({ config, metrics }: AppContext, listener: Application): Server =>
  createHttpServer(listener, config.http.clients, metrics.protection);

/** Serves the metrics page on its own port, if one is configured. */
const serveMetrics = async (ctx: AppContext): Promise<Server | null> => {
  const { log } = ctx;
  const { host, metricsPort } = ctx.config.http;
  if (metricsPort === null) return null;
  const server = serve(ctx, (_req, res) => {
    sendMetrics(ctx, res).catch((error: unknown) => {
      log.error({ event: 'metrics.page_failed', err: error }, 'the metrics page cannot be rendered');
      res.writeHead(500).end();
    });
  });
  await listenAt('METRICS_PORT', server, { host, port: metricsPort });
  return server;
};

interface Service {
  readonly ctx: AppContext;
  readonly server: Server;
  readonly metricsServer: Server | null;
  readonly background: ReturnType<typeof startBackground> | null;
}

const startService = async (config: Config, log: Logger, sinks: LogSinks): Promise<Service> => {
  const own = withDroppedLines(createMetrics({ processMetrics: true }), sinks);
  const ctx = await createContext(config, log, { metrics: cluster.isWorker ? withWorkerMetrics(own) : own });
  warnAboutMissingKeys(ctx);
  logConfigWarnings(config, log);
  const server = serve(ctx, await createApp(ctx));
  // A port in use is found before any work starts.
  const metricsServer = await serveMetrics(ctx);
  await listenAt('LISTEN_ADDRESS', server, config.http);
  // Starts in the same turn as the server, before its first request: other processes then reconcile composes if this one dies.
  const background = config.backgroundWork ? startBackground(ctx) : null;
  return { ctx, server, background, metricsServer };
};

const stopService = async ({ ctx, server, metricsServer, background }: Service): Promise<void> => {
  const { shutdownDelay, shutdownGrace } = ctx.config.http;
  ctx.lifecycle.stopping = true;
  // Event streams never end by themselves. Their clients reconnect to another process.
  ctx.events.stop();
  // Other processes take over background work; heartbeat and retries continue while requests run.
  const backgroundStopped = background?.stop();
  await setTimeout(shutdownDelay);
  const end = performance.now() + shutdownGrace;
  await closeServer(server, shutdownGrace);
  // A request continues without its client, and has to store its effects before the database closes.
  await waitUntilIdle(ctx.lifecycle, end - performance.now());
  const close = async (): Promise<void> => {
    await Promise.race([backgroundStopped, setTimeout(BACKGROUND_TIMEOUT)]);
    metricsServer?.close();
    await ctx[Symbol.asyncDispose]();
  };
  // A query that hangs keeps the pool from closing.
  await Promise.race([close(), setTimeout(CLOSE_TIMEOUT)]);
};

/**
 * Runs the service in this process until it receives a stop signal.
 * @param fail prints why the service cannot start, and exits
 */
export async function runService(config: Config, fail: (message: string) => never): Promise<void> {
  const sinks = createLogSinks(config);
  const processLog = createLogger(config, sinks.destination);
  const log = cluster.isWorker ? processLog.child({ worker: process.pid }) : processLog;
  endOnUncaughtErrors(log, sinks);
  watchMemory(log, config.workers);

  try {
    const service = await startService(config, log, sinks);
    service.ctx.distributions.loadPackages().catch(async (error: unknown) => {
      await sinks.close();
      fail((error as Error).message);
    });
    const stop = async (signal: string): Promise<void> => {
      log.info({ event: 'service.stopping', signal }, 'stopping');
      await stopService(service);
      await Promise.all([sinks.close(), tracing.close()]);
      process.exit(0);
    };
    onStopSignals((signal) => void stop(signal));
    // Must be last: tests and supervisors wait for this line, and may send a stop signal at once.
    log.info({ event: 'service.listening', address: service.server.address() }, 'listening');
  } catch (error) {
    if (!(error instanceof ConfigError)) log.fatal({ event: 'service.start_failed', err: error }, 'cannot start');
    await sinks.close();
    fail((error as Error).message);
  }
}
