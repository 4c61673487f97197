import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer, listen } from '../../src/http/server.ts';

/** A stand-in for provisioning, which the service calls before it reserves a compose. */
export interface Provisioning extends AsyncDisposable {
  readonly url: string;
  /** Blocks the next response. */
  wait: () => Promise<unknown>;
}

const RESPONSE = JSON.stringify({ provider: 'aws', aws: { account_id: '123456789012' } });

/** Starts the stand-in. All cloud sources are one account. */
export async function startProvisioning(): Promise<Provisioning> {
  const state = { wait: (): Promise<unknown> => Promise.resolve() };
  const server = createServer((_req, res) => {
    void state.wait().then(() => {
      res.writeHead(200, { 'Content-Type': 'application/json' });
      res.end(RESPONSE);
    });
  });
  await listen(server, { host: '127.0.0.1', port: 0 });
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/provisioning/v1`,
    [Symbol.asyncDispose]: () => closeServer(server, 0),
  });
}
