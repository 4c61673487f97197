import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** Listens; an empty host means every address. @throws when the address cannot be used */
export const listen = (server: Server, address: { readonly host: string; readonly port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: address.port, ...(address.host === '' ? {} : { host: address.host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** Stops accepting and waits for requests in flight, at most `grace` milliseconds. */
export const closeServer = (server: Server, grace: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), grace);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });

/** How often it is looked whether requests are done, in milliseconds. */
const LOOK = 10;

/** Waits until no request is running, at most `grace` milliseconds. */
export const drained = async (lifecycle: { readonly running: number }, grace: number): Promise<void> => {
  const until = performance.now() + grace;
  while (lifecycle.running > 0 && performance.now() < until) await wait(LOOK);
};
