import cluster from 'node:cluster';
import type { RequestListener, Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { startBackground } from './background/index.ts';
import { createApp } from './app.ts';
import { sendMetrics } from './root-routes/index.ts';
import { ConfigError, logConfigWarnings, type Config } from './config/index.ts';
import { createContext } from './context.ts';
import { warnOfMissingKeys } from './domain/distributions/missing-keys.ts';
import { withDroppedLines } from './observability/log-sinks/dropped-metric.ts';
import { createLogSinks } from './observability/log-sinks/index.ts';
import { createLogger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { closeServer, createHttpServer, waitUntilIdle, listen } from './http/server.ts';
import { onStopSignals } from './lib/stop-signals.ts';
import { withWorkerMetrics } from './observability/worker-metrics.ts';

/** Milliseconds that the context gets to close, and the background work within them. */
const CLOSING = 3_000;
const BACKGROUND_ENDS = 1_000;

const listenAt = async (variable: string, server: Server, address: { host: string; port: number }): Promise<void> => {
  await listen(server, address).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([`${variable}: cannot listen on ${address.host}:${address.port} (${error.code})`]);
  });
};

/**
 * Runs the service in this process until it receives a stop signal.
 * @param fail prints why the service cannot start, and exits
 */
export async function runService(config: Config, fail: (message: string) => never): Promise<void> {
  const sinks = createLogSinks(config);
  const processLog = createLogger(config, sinks.destination);
  const log = cluster.isWorker ? processLog.child({ worker: process.pid }) : processLog;

  try {
    const own = withDroppedLines(createMetrics({ processMetrics: true }), sinks);
    const serviceMetrics = cluster.isWorker ? withWorkerMetrics(own) : own;
    const ctx = await createContext(config, log, { metrics: serviceMetrics });
    warnOfMissingKeys(ctx);
    logConfigWarnings(config, log);
    const serve = (listener: RequestListener): Server =>
      createHttpServer(listener, config.http.clients, ctx.metrics.protection);
    const server = serve(await createApp(ctx));
    // Must start before the first request: other processes then reconcile composes if this one dies.
    const background = config.backgroundWork ? startBackground(ctx) : null;
    await listenAt('LISTEN_ADDRESS', server, config.http);

    const metrics =
      config.http.metricsPort === null
        ? null
        : serve((_req, res) => {
            sendMetrics(ctx, res).catch((error: unknown) => {
              log.error({ err: error }, 'the metrics page cannot be made');
              res.writeHead(500).end();
            });
          });
    if (metrics) {
      await listenAt('METRICS_PORT', metrics, { host: config.http.host, port: config.http.metricsPort ?? 0 });
    }

    ctx.distributions.loadPackages().catch(async (error: Error) => {
      await sinks.close();
      fail(error.message);
    });

    const stop = async (signal: string): Promise<void> => {
      log.info({ signal }, 'stopping');
      ctx.lifecycle.stopping = true;
      // Event streams never end by themselves. Their clients reconnect to another process.
      ctx.events.stop();
      // Other processes take over background work; heartbeat and retries continue while requests run.
      const backgroundEnds = background?.stop();
      await setTimeout(config.http.shutdownDelay);
      const end = performance.now() + config.http.shutdownGrace;
      await closeServer(server, config.http.shutdownGrace);
      // A request continues without its client, and has to store its effects before the database closes.
      await waitUntilIdle(ctx.lifecycle, end - performance.now());
      const close = async (): Promise<void> => {
        await Promise.race([backgroundEnds, setTimeout(BACKGROUND_ENDS)]);
        metrics?.close();
        await ctx[Symbol.asyncDispose]();
      };
      // A query that hangs keeps the pool from closing.
      await Promise.race([close(), setTimeout(CLOSING)]);
      await sinks.close();
      process.exit(0);
    };
    onStopSignals((signal) => void stop(signal));
    // Must be last: tests and supervisors wait for this line, and may send a stop signal at once.
    log.info({ address: server.address() }, 'listening');
  } catch (error) {
    if (!(error instanceof ConfigError)) log.fatal({ err: error }, 'cannot start');
    await sinks.close();
    fail((error as Error).message);
  }
}
