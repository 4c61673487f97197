// A proxy between the service and composer that delays or drops requests and responses.
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { closeServer, listen } from '../../src/http/server.ts';
import { API_PATH } from '../../packages/sandbox/src/errors.ts';

/** Rules of the gate; without a rule everything passes. */
export interface GateRules {
  /** For a request for a compose; `drop`: it never reaches composer, and gets no response. */
  readonly build?: (marker: string) => Promise<'pass' | 'drop'>;
  /** For composer's response. */
  readonly response?: (marker: string) => Promise<void>;
  /** For a request to delete a compose. */
  readonly deletion?: (id: string) => Promise<'pass' | 'drop'>;
}

export interface Gate extends AsyncDisposable {
  readonly url: string;
  /** The current rules. */
  rules: GateRules;
  /** Markers of the accepted composes, by id. */
  readonly accepted: ReadonlyMap<string, string>;
  /** Ids of the deleted composes. */
  readonly deleted: ReadonlySet<string>;
}

/** The first package of a request identifies it. */
export function markerOf(request: unknown): string {
  type Packages = readonly string[] | undefined;
  return (request as { customizations?: { packages?: Packages } }).customizations?.packages?.[0] ?? '';
}

const COMPOSE = `${API_PATH}/compose`;
const DELETION = new RegExp(`^${API_PATH}/composes/([0-9a-f-]{36})$`);

interface Passed {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

const pass = (target: string, { method, url, headers }: IncomingMessage, body: string): Promise<Passed> =>
  new Promise((resolve, reject) => {
    const { host: _, ...others } = headers;
    const sent = httpRequest(`${target}${url}`, { method, headers: others }, (response) => {
      text(response).then((content) => {
        resolve({ status: response.statusCode ?? 502, headers: response.headers, body: content });
      }, reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });

/** Opens a gate in front of composer. */
export async function openGate(target: string): Promise<Gate> {
  const accepted = new Map<string, string>();
  const deleted = new Set<string>();
  const gate = { rules: {} as GateRules };

  const forward = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const body = await text(req);
    const build = req.method === 'POST' && req.url === COMPOSE ? markerOf(JSON.parse(body)) : null;
    const deletion = req.method === 'DELETE' ? (DELETION.exec(req.url ?? '')?.[1] ?? null) : null;
    if (build !== null && (await gate.rules.build?.(build)) === 'drop') return void res.destroy();
    if (deletion !== null && (await gate.rules.deletion?.(deletion)) === 'drop') return void res.destroy();
    // Forwarded even if the sender has died meanwhile: the request is in flight.
    const passed = await pass(target, req, body);
    if (build !== null && passed.status === 201) {
      accepted.set((JSON.parse(passed.body) as { id: string }).id, build);
      await gate.rules.response?.(build);
    }
    if (deletion !== null && passed.status === 200) deleted.add(deletion);
    const { 'transfer-encoding': _, connection: __, ...headers } = passed.headers;
    res.writeHead(passed.status, headers);
    res.end(passed.body);
  };

  const server = createServer((req, res) => {
    forward(req, res).catch(() => res.destroy());
  });
  await listen(server, { host: '127.0.0.1', port: 0 });
  return Object.assign(gate, {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, accepted, deleted },
    [Symbol.asyncDispose]: () => closeServer(server, 0),
  });
}
