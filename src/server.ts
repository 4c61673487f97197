import type { Server } from 'node:http';

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
