import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { rootCertificates } from 'node:tls';
import got, { type Got } from 'got';
import { createGuard, type Guard, type GuardSettings } from './guard.ts';

export interface HttpSettings {
  readonly proxyEnv: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for a call, including redirects and the response body. */
  readonly timeout: number;
  /** A PEM file of certificate authorities, trusted besides the default ones. */
  readonly caPath?: string | null;
  readonly clientCertificate?: { readonly certPath: string; readonly keyPath: string } | null;
  /** Maximum number of connections to one address. */
  readonly maxSockets?: number;
}

/** A broken connection may have been idle for too long: a GET is repeated once, at a random time within the spread. */
const GET_RETRIES = 1;
const RETRY_SPREAD = 100;
const BROKEN_CONNECTION_CODES = ['ECONNRESET', 'EPIPE', 'ERR_HTTP_CONTENT_LENGTH_MISMATCH'];
const MAX_SOCKETS = 100;

/**
 * Milliseconds after which an idle connection is closed: before common servers and load balancers do it, after a minute. Without such
 * a limit Node's agent also ignores the shorter one that a server announces (`Keep-Alive: timeout=5`).
 */
const MAX_IDLE = 50_000;

/** Whether a GET that failed with this code may be repeated. */
export function isRetryable(code: string): boolean {
  return BROKEN_CONNECTION_CODES.includes(code);
}

/** Milliseconds until a retry, at random so that many calls do not reconnect at the same time. */
export function retryDelay(): number {
  return 1 + Math.random() * RETRY_SPREAD;
}

const tlsOf = ({ caPath, clientCertificate }: HttpSettings) => ({
  ...(caPath ? { ca: [...rootCertificates, readFileSync(caPath, 'utf8')] } : {}),
  ...(clientCertificate
    ? { cert: readFileSync(clientCertificate.certPath), key: readFileSync(clientCertificate.keyPath) }
    : {}),
  minVersion: 'TLSv1.2' as const,
});

/** An HTTP client with kept-alive connections, proxy and CA as configured. */
export function createHttp(settings: HttpSettings): Got {
  const agent = {
    ...{ keepAlive: true, timeout: MAX_IDLE, maxSockets: settings.maxSockets ?? MAX_SOCKETS },
    proxyEnv: { ...settings.proxyEnv },
  };
  return got.extend({
    agent: { http: new HttpAgent(agent), https: new HttpsAgent({ ...agent, ...tlsOf(settings) }) },
    timeout: { request: settings.timeout },
    throwHttpErrors: false,
    decompress: true,
    maxRedirects: 10,
    retry: {
      limit: GET_RETRIES,
      methods: ['GET'],
      statusCodes: [],
      errorCodes: BROKEN_CONNECTION_CODES,
      calculateDelay: ({ computedValue }) => (computedValue ? retryDelay() : 0),
    },
    hooks: {
      beforeRetry: [
        ({ options, timings }) => {
          // The timeout covers both attempts.
          const spent = Date.now() - (timings?.start ?? Date.now());
          options.timeout = { request: Math.max(1, settings.timeout - spent) };
        },
      ],
      beforeRedirect: [
        (options, response) => {
          // The identity header must not reach a third party.
          const { origin } = new URL(response.url);
          if (options.url && new URL(options.url).origin !== origin) delete options.headers['x-rh-identity'];
        },
      ],
    },
  });
}

const closeIdleConnections = (http: Got): void => {
  const { agent } = http.defaults.options;
  for (const { freeSockets } of [agent.http, agent.https] as HttpAgent[]) {
    for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
  }
};

/** An HTTP client and its guard; the caller makes each call by `guard.run`. */
export function createGuardedHttp(settings: HttpSettings & GuardSettings): {
  readonly http: Got;
  readonly guard: Guard;
} {
  // Twice the limit: urgent calls are not counted.
  const http = createHttp({ ...settings, maxSockets: 2 * settings.limits.concurrency });
  // Idle connections to a service that was down may look open.
  const guard = createGuard({ ...settings, onOpen: () => closeIdleConnections(http) });
  return { http, guard };
}
