// A stand-in for composer in load tests. It does as little as possible, so that the load is on the service: it validates
// nothing and stores ids only; every id is a successful compose on AWS. `server.ts` is the complete stand-in.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer, listen } from '../../../src/http/server.ts';
import { metadataAt, statusAt, type Build } from './builds.ts';
import { API_PATH, errorObject, statusOf } from './errors.ts';

export interface InstantSandbox {
  readonly url: string;
  /** Calls received so far. */
  readonly calls: () => number;
  /** Composes whose status no call has read yet. */
  readonly unread: () => number;
  readonly close: () => Promise<void>;
}

const TOKEN = JSON.stringify({ access_token: 'sandbox-instant', token_type: 'Bearer', expires_in: 86_400 });
const STATUS = new RegExp(`^${API_PATH}/composes/([0-9a-f-]{36})(/metadata)?$`);

const finished = (id: string): Build => ({
  ...{ id, created: 0, duration: 0, fails: false },
  request: {
    distribution: 'centos-9',
    image_request: { architecture: 'x86_64', image_type: 'aws', repositories: [], upload_options: {} },
  },
});

interface SandboxResponse {
  readonly status: number;
  readonly text: string;
}

const respond = ({ method, url = '' }: IncomingMessage, unread: Set<string>): SandboxResponse => {
  if (method === 'POST' && url === '/token') return { status: 200, text: TOKEN };
  if (method === 'POST' && url === `${API_PATH}/compose`) {
    const id = randomUUID();
    unread.add(id);
    return {
      status: 201,
      text: JSON.stringify({ href: `${API_PATH}/compose`, id, kind: 'SandboxComposeId' }),
    };
  }
  if (method === 'GET' && url === `${API_PATH}/openapi`) return { status: 200, text: '{}' };
  const [, id, metadata] = (method === 'GET' && STATUS.exec(url)) || [];
  if (id === undefined) return { status: statusOf(21), text: JSON.stringify(errorObject(21)) };
  unread.delete(id);
  const build = finished(id);
  return { status: 200, text: JSON.stringify(metadata ? metadataAt(build, 1) : statusAt(build, 1, '')) };
};

/** Starts the stand-in on a free local port. */
export async function startInstantSandbox(): Promise<InstantSandbox> {
  const unread = new Set<string>();
  let calls = 0;
  const server = createServer((req, res) => {
    calls += 1;
    req.resume();
    req.once('end', () => {
      const { status, text } = respond(req, unread);
      res.writeHead(status, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
        'X-Sandbox': 'true',
      });
      res.end(text);
    });
  });
  // A request on a connection that is being closed gets no response, and a load has pauses.
  server.keepAliveTimeout = 0;
  await listen(server, { host: '127.0.0.1', port: 0 });
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, calls: () => calls, unread: () => unread.size },
    close: () => closeServer(server, 1_000),
  };
}
