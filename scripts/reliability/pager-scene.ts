// A service with dependencies of its own, which a fault breaks.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { closeServer, listen } from '../../src/http/server.ts';
import { startComposerProcess, type ComposerProcess } from './composer-process.ts';
import { startOwnDatabase, type OwnDatabase } from './database.ts';
import { openGate, type Gate } from './gate.ts';
import type { Replica } from './replica.ts';
import { setStage, type Stage } from './stage.ts';

const run = promisify(execFile);

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A server with TLS that stands for services which the service calls, and for Splunk. */
export interface SecureServer {
  readonly url: string;
  /** The status of its responses. */
  status: number;
  /** Serves a certificate of an authority that the service does not trust, or the right one again. */
  readonly trust: (isTrusted: boolean) => void;
}

/** Issues a token of composer that the service renews every second. It responds without composer as well. */
export interface TokenEndpoint {
  readonly url: string;
  isRefusing: boolean;
}

/** Everything that a fault can break. */
export interface Scene {
  readonly own: OwnDatabase;
  readonly stage: Stage;
  readonly composer: ComposerProcess;
  readonly gate: Gate;
  readonly tokens: TokenEndpoint;
  readonly secure: SecureServer;
  readonly quotaFile: string;
  readonly replica: Replica;
}

/** A quota file whose quota no organization reaches. */
export const QUOTAS = JSON.stringify({ default: { quota: 1_000_000_000, slidingWindow: 24 * 3600 * 1e9 } });

const createCertificate = async (directory: string, name: string): Promise<Certificate> => {
  const [key, cert] = [join(directory, `${name}.key`), join(directory, `${name}.pem`)];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
};

const startSecureServer = async (stack: AsyncDisposableStack, right: Certificate, wrong: Certificate) => {
  const state = { status: 200 };
  const server: HttpsServer = createHttpsServer(right, (req, res) => {
    req.resume();
    res.writeHead(state.status, { 'content-type': 'application/json', connection: 'close' });
    res.end('{"text":"Success","code":0}');
  });
  await listen(server, { host: '127.0.0.1', port: 0 });
  stack.defer(() => closeServer(server, 0));
  return Object.assign(state, {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trust: (isTrusted: boolean) => server.setSecureContext(isTrusted ? right : wrong),
  });
};

const startTokens = async (stack: AsyncDisposableStack, composer: string): Promise<TokenEndpoint> => {
  const state = { isRefusing: false };
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'pager', client_secret: 'pager' });
  const issue = async (): Promise<string> => {
    const issued = (await (await fetch(`${composer}/token`, { method: 'POST', body })).json()) as object;
    return JSON.stringify({ ...issued, expires_in: 61 });
  };
  let last = await issue();
  const respond = async (): Promise<readonly [status: number, text: string]> => {
    if (state.isRefusing) return [401, '{"error":"invalid_client"}'];
    last = await issue().catch(() => last);
    return [200, last];
  };
  const server = createHttpServer((req, res) => {
    req.resume();
    void respond().then(([status, text]) => res.writeHead(status, { 'content-type': 'application/json' }).end(text));
  });
  await listen(server, { host: '127.0.0.1', port: 0 });
  stack.defer(() => closeServer(server, 0));
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token` });
};

/** Starts PostgreSQL, composer and one process of the service; disposing of the stack stops them. */
export async function setScene(
  stack: AsyncDisposableStack,
  env: (secure: SecureServer) => Readonly<Record<string, string>>,
): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), 'image-builder-pager-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const own = stack.use(await startOwnDatabase());
  const composer = stack.use(await startComposerProcess());
  const gate = stack.use(await openGate(composer.url));
  const tokens = await startTokens(stack, composer.url);
  const [right, wrong] = await Promise.all(['right', 'wrong'].map((name) => createCertificate(directory, name)));
  const secure = await startSecureServer(stack, right as Certificate, wrong as Certificate);
  const quotaFile = join(directory, 'quotas.json');
  await writeFile(quotaFile, QUOTAS);
  const stage = await setStage(stack, {
    ...{ database: own.database, composer: composer.url },
    env: {
      ...{ COMPOSER_URL: gate.url, COMPOSER_TOKEN_URL: tokens.url, QUOTA_FILE: quotaFile },
      ...{ NODE_EXTRA_CA_CERTS: join(directory, 'right.pem') },
      ...env(secure),
    },
  });
  return { own, stage, composer, gate, tokens, secure, quotaFile, replica: await stage.start() };
}
