// Real servers on this machine, for what mocked connections do not show: broken connections, TLS, proxies, programs.
import { execFileSync } from 'node:child_process';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, type Context } from 'mocha';
import nock from 'nock';
export { freePort as unusedPort } from '../../scripts/support/embedded-postgres.ts';
import { createDirectory } from '../domain/distributions/support.ts';
import { bypassNockLocally } from '../support/sockets.ts';

/**
 * For a whole suite: connections are what the code makes of them. With nock in between none is kept for the next
 * request, and one that breaks may break in another way.
 */
export const useRealConnections = (): void => {
  before(() => nock.restore());
  after(() => {
    nock.activate();
    bypassNockLocally();
  });
};

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, or the whole address where a proxy is asked. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Loopback extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** What was asked, in order. */
  readonly requests: readonly ReceivedRequest[];
  /** How many connections were made. */
  readonly connections: () => number;
}

export type Answer = (request: ReceivedRequest, response: ServerResponse) => void;

/** Key and certificate of a server that nobody vouches for. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const receive = async (request: IncomingMessage): Promise<ReceivedRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = request;
  return { method, url, headers, body: Buffer.concat(chunks).toString() };
};

/** Starts a server that hands each request to `answer` once all of it is there. With a certificate it speaks TLS. */
export const startLoopback = async (answer: Answer, certificate?: Certificate & ServerOptions): Promise<Loopback> => {
  const requests: ReceivedRequest[] = [];
  let connections = 0;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    receive(request).then(
      (received) => {
        requests.push(received);
        answer(received, response);
      },
      () => response.destroy(),
    );
  };
  const server: Server = certificate ? createTlsServer({ ...certificate }, handle) : createServer(handle);
  server.on(certificate ? 'secureConnection' : 'connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, requests, url: `http${certificate ? 's' : ''}://localhost:${port}`, connections: () => connections },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Answers with JSON. */
export const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** Makes a certificate for this machine; `null` where there is no openssl. */
export const makeCertificate = (): Certificate | null => {
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  using directory = createDirectory({ key: '', cert: '' });
  try {
    execFileSync(
      'openssl',
      ['req', ...options, ...names, '-keyout', directory.file('key'), '-out', directory.file('cert')],
      {
        stdio: 'ignore',
      },
    );
  } catch {
    return null;
  }
  return { key: directory.read('key'), cert: directory.read('cert') };
};

let shared: Certificate | null | undefined;

/** A certificate, the same for all who ask; a test without openssl says loudly that it tests nothing. */
export const certificateFor = (context: Context): Certificate => {
  shared ??= makeCertificate();
  if (shared) return shared;
  console.warn('      NOT TESTED: there is no openssl to make a certificate with');
  return context.skip();
};
