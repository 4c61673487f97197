import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The action for a request: respond, close the connection, or nothing. */
export type Act =
  | { readonly status: number; readonly headers?: OutgoingHttpHeaders; readonly body: string }
  | 'break the connection'
  | 'say nothing';

/** A real server on loopback that does one thing after another, the last of them again and again. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly string[];
  /** Resolves when so many requests have come. */
  readonly requested: (count: number) => Promise<void>;
}

export const json = (status: number, body: unknown, headers: OutgoingHttpHeaders = {}): Act => ({
  ...{ status, body: JSON.stringify(body) },
  headers: { 'content-type': 'application/json', ...headers },
});

/** The status of a compose, as the service returns it. */
export const build = (status: string, more: object = {}): Act =>
  json(200, { image_status: { status, ...more }, request: { distribution: 'centos-9', image_requests: [] } });

export const refused = (status: number, detail: string, headers?: OutgoingHttpHeaders): Act =>
  json(status, { errors: [{ title: String(status), detail }] }, headers);

export const startScriptedServer = async (...acts: Act[]): Promise<ScriptedServer> => {
  const requests: string[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((req, res) => {
    const act = acts[Math.min(requests.length, acts.length - 1)] ?? 'say nothing';
    requests.push(`${req.method} ${req.url}`);
    for (const look of waiting) look();
    if (act === 'say nothing') return;
    if (act === 'break the connection') res.destroy();
    else res.writeHead(act.status, act.headers).end(act.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    requested: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (requests.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
