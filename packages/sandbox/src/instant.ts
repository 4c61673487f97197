// Composer for load tests: as little as can stand in for it, so that a load on the service is not one on the stand-in. It
// validates nothing and stores ids only; every id is a finished image on AWS. For everything else there is `server.ts`.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer, listen } from '../../../src/http/server.ts';
import { metadataAt, statusAt, type Build } from './builds.ts';
import { API_PATH, errorObject, statusOf } from './errors.ts';

export interface InstantSandbox {
  readonly url: string;
  /** How many calls have come so far. */
  readonly calls: () => number;
  /** How many builds have been started whose status no call has read. */
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

interface Answer {
  readonly status: number;
  readonly text: string;
}

const answer = ({ method, url = '' }: IncomingMessage, unread: Set<string>): Answer => {
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

/** Starts it on a free port of this machine. */
export async function startInstantSandbox(): Promise<InstantSandbox> {
  const unread = new Set<string>();
  let calls = 0;
  const server = createServer((req, res) => {
    calls += 1;
    req.resume();
    req.once('end', () => {
      const { status, text } = answer(req, unread);
      res.writeHead(status, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
        'X-Sandbox': 'true',
      });
      res.end(text);
    });
  });
  // Whoever sends a request on a connection that is just being closed gets none of it answered, and a load has pauses.
  server.keepAliveTimeout = 0;
  await listen(server, { host: '127.0.0.1', port: 0 });
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, calls: () => calls, unread: () => unread.size },
    close: () => closeServer(server, 1_000),
  };
}
