import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer, listen } from '../../src/http/server.ts';

/** A service that is called for a build before it is reserved. */
export interface Provisioning extends AsyncDisposable {
  readonly url: string;
  /** What a question waits for. */
  wait: () => Promise<unknown>;
}

const ANSWER = JSON.stringify({ provider: 'aws', aws: { account_id: '123456789012' } });

/** Stands in for the service that knows cloud sources: all of them are one account. */
export async function startProvisioning(): Promise<Provisioning> {
  const state = { wait: (): Promise<unknown> => Promise.resolve() };
  const server = createServer((_req, res) => {
    void state.wait().then(() => {
      res.writeHead(200, { 'Content-Type': 'application/json' });
      res.end(ANSWER);
    });
  });
  await listen(server, { host: '127.0.0.1', port: 0 });
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/provisioning/v1`,
    [Symbol.asyncDispose]: () => closeServer(server, 0),
  });
}
