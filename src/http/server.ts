import { createServer, type RequestListener, type Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClientLimits } from '../config/index.ts';
import { createClientErrorListener, createIdleListener } from './client-errors.ts';
import type { ProtectionMetrics } from '../observability/protection-metrics.ts';

/** How often it is looked for clients over their time, in milliseconds. */
const LOOK_FOR_SLOW = 1_000;

/**
 * A server that gives no client more time or space than it may have.
 * @param lookForSlow milliseconds between two looks for clients over their time
 * @param linger milliseconds that a client whose connection is refused gets to read why
 */
export function createHttpServer(
  listener: RequestListener,
  limits: ClientLimits,
  metrics: Pick<ProtectionMetrics, 'refusedConnections'>,
  lookForSlow = LOOK_FOR_SLOW,
  linger?: number,
): Server {
  const { headersTimeout, requestTimeout, keepAliveTimeout, maxHeaderSize } = limits;
  const server = createServer(
    {
      ...{ requestTimeout, keepAliveTimeout, maxHeaderSize },
      // The headers are a part of the request.
      headersTimeout: Math.min(headersTimeout, requestTimeout),
      connectionsCheckingInterval: lookForSlow,
    },
    listener,
  );
  server.on('clientError', createClientErrorListener(metrics, linger));
  // Later than a request is given up, which ends with an answer.
  const silence = requestTimeout + 2 * lookForSlow;
  server.setTimeout(silence, createIdleListener(silence));
  return server;
}

/** Listens; an empty host means every address. @throws when the address cannot be used */
export function listen(server: Server, address: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: address.port, ...(address.host === '' ? {} : { host: address.host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Stops accepting and waits for requests in flight, at most `grace` milliseconds. */
export function closeServer(server: Server, grace: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), grace);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** How often it is looked whether requests are done, in milliseconds. */
const LOOK = 10;

/** Waits until no request is running, at most `grace` milliseconds. */
export async function waitUntilIdle(
  lifecycle: { readonly running: number; readonly working: number },
  grace: number,
): Promise<void> {
  const until = performance.now() + grace;
  while (lifecycle.running + lifecycle.working > 0 && performance.now() < until) await wait(LOOK);
}
