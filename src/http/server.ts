import {
  createServer,
  IncomingMessage,
  ServerResponse,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Express } from 'express';
import type { ClientLimits } from '../config/index.ts';
import { createClientErrorListener, createIdleListener } from './client-errors.ts';
import type { ProtectionMetrics } from '../observability/protection-metrics.ts';

const CHECK_INTERVAL = 1_000;

type MessageClasses = Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>;

/** A listener, and the classes of its requests and responses where it has its own. */
export interface Application extends RequestListener {
  readonly messages?: MessageClasses;
}

/**
 * Makes classes whose objects have the prototypes of an application. Express changes the prototypes of all others, which takes as long
 * as a short handler.
 */
export function messagesOf(app: Express): MessageClasses {
  class AppRequest extends IncomingMessage {}
  class AppResponse<Request extends IncomingMessage> extends ServerResponse<Request> {}
  app.request = Object.setPrototypeOf(AppRequest.prototype, app.request) as Express['request'];
  app.response = Object.setPrototypeOf(AppResponse.prototype, app.response) as Express['response'];
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}

/**
 * Creates a server that limits the time and size of requests.
 * @param checkInterval milliseconds between checks for timeouts
 * @param linger milliseconds that a rejected client gets to read the response
 */
export function createHttpServer(
  listener: Application,
  limits: ClientLimits,
  metrics: Pick<ProtectionMetrics, 'refusedConnections'>,
  checkInterval = CHECK_INTERVAL,
  linger?: number,
): Server {
  const { headersTimeout, requestTimeout, keepAliveTimeout, maxHeaderSize } = limits;
  const server = createServer(
    {
      ...{ requestTimeout, keepAliveTimeout, maxHeaderSize },
      headersTimeout: Math.min(headersTimeout, requestTimeout),
      connectionsCheckingInterval: checkInterval,
      ...listener.messages,
    },
    listener,
  );
  server.on('clientError', createClientErrorListener(metrics, linger));
  // Must exceed the request timeout, which ends with a response.
  const idleTimeout = requestTimeout + 2 * checkInterval;
  server.setTimeout(idleTimeout, createIdleListener(idleTimeout));
  return server;
}

/** An empty host listens on every address. @throws if the address cannot be used */
export function listen(server: Server, address: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: address.port, ...(address.host === '' ? {} : { host: address.host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Stops accepting and waits for running requests, at most `grace` milliseconds. */
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

const POLL_INTERVAL = 10;

/** Waits until no request is running, at most `grace` milliseconds. */
export async function waitUntilIdle(
  lifecycle: { readonly running: number; readonly working: number },
  grace: number,
): Promise<void> {
  const until = performance.now() + grace;
  while (lifecycle.running + lifecycle.working > 0 && performance.now() < until) await wait(POLL_INTERVAL);
}
