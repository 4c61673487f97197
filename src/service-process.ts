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
import { closeServer, createHttpServer, drained, listen } from './http/server.ts';
import { onStopSignals } from './lib/stop-signals.ts';
import { withOtherWorkers } from './observability/worker-metrics.ts';

/** Milliseconds that what is behind the service gets to close, and the background work of that. */
const CLOSING = 3_000;
const BACKGROUND_ENDS = 1_000;

/** Listens on the address of a variable. @throws ConfigError naming the variable when that fails */
const listenAt = async (variable: string, server: Server, address: { host: string; port: number }): Promise<void> => {
  await listen(server, address).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([`${variable}: cannot listen on ${address.host}:${address.port} (${error.code})`]);
  });
};

/**
 * Runs the service in this process, until it is told to stop.
 * @param fail says why it cannot start, and ends the process
 */
export const runService = async (config: Config, fail: (message: string) => never): Promise<void> => {
  const sinks = createLogSinks(config);
  const processLog = createLogger(config, sinks.destination);
  const log = cluster.isWorker ? processLog.child({ worker: process.pid }) : processLog;

  try {
    const own = withDroppedLines(createMetrics({ processMetrics: true }), sinks);
    const serviceMetrics = cluster.isWorker ? withOtherWorkers(own) : own;
    const ctx = await createContext(config, log, { metrics: serviceMetrics });
    warnOfMissingKeys(ctx);
    logConfigWarnings(config, log);
    const serve = (listener: RequestListener): Server =>
      createHttpServer(listener, config.http.clients, ctx.metrics.protection);
    const server = serve(await createApp(ctx));
    // Before the first request: what it begins is settled by others should this process die.
    const background = config.backgroundWork ? startBackground(ctx) : null;
    await listenAt('LISTEN_ADDRESS', server, config.http);

    const metrics =
      config.http.metricsPort === null
        ? null
        : serve((_req, res) => {
            sendMetrics(ctx, res).catch((error: unknown) => {
              log.error({ event: 'metrics.page_failed', err: error }, 'the metrics page cannot be rendered');
              res.writeHead(500).end();
            });
          });
    if (metrics) {
      await listenAt('METRICS_PORT', metrics, { host: config.http.host, port: config.http.metricsPort ?? 0 });
    }

    // Lists are long: the service answers while it reads them.
    ctx.distributions.loadPackages().catch(async (error: Error) => {
      await sinks.close();
      fail(error.message);
    });

    const stop = async (signal: string): Promise<void> => {
      log.info({ event: 'service.stopping', signal }, 'stopping');
      ctx.lifecycle.stopping = true;
      // They would never end by themselves. Whoever follows one goes on elsewhere, where it was.
      ctx.events.stop();
      // Others do it from now on. What requests need goes on: the sign of life, and what could not be done at once.
      const backgroundEnds = background?.stop();
      await setTimeout(config.http.shutdownDelay);
      const end = performance.now() + config.http.shutdownGrace;
      await closeServer(server, config.http.shutdownGrace);
      // A request goes on when its client has gone: what it began is stored before the database closes.
      await drained(ctx.lifecycle, end - performance.now());
      const close = async (): Promise<void> => {
        await Promise.race([backgroundEnds, setTimeout(BACKGROUND_ENDS)]);
        metrics?.close();
        await ctx[Symbol.asyncDispose]();
      };
      // A query that has not ended by now may never end, and keeps the pool from closing.
      await Promise.race([close(), setTimeout(CLOSING)]);
      await sinks.close();
      process.exit(0);
    };
    onStopSignals((signal) => void stop(signal));
    // Said when all of it holds, the orderly stop included: whoever waits for this line may go on to anything.
    log.info({ event: 'service.listening', address: server.address() }, 'listening');
  } catch (error) {
    if (!(error instanceof ConfigError)) log.fatal({ event: 'service.start_failed', err: error }, 'cannot start');
    await sinks.close();
    fail((error as Error).message);
  }
};
