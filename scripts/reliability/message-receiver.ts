import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A receiver of messages to webhooks, which is unavailable until it is opened. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly open: () => void;
  /** The bodies that it has accepted, one after the other. */
  readonly bodies: () => string;
}

export async function startReceiver(): Promise<Receiver> {
  const accepted: string[] = [];
  let isOpen = false;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (isOpen) accepted.push(body);
      response.writeHead(isOpen ? 204 : 503).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/messages`,
    open: () => {
      isOpen = true;
    },
    bodies: () => accepted.join('\n'),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
