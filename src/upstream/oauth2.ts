import type { Got } from 'got';
import type { OAuthConfig } from '../config/index.ts';
import type { Guard } from './guard.ts';
import { createGuardedHttp } from './http-client.ts';
import { UpstreamError } from './errors.ts';
import { TOKEN_LIMIT } from './response-limits.ts';
import { createGotTransport, errorCode } from './transport.ts';
import type { UpstreamSettings } from './upstream-call.ts';

export interface TokenSource {
  /** Returns a token that is valid for at least a minute. */
  readonly token: () => Promise<string>;
  /** Returns a token other than the rejected one. Concurrent callers share one renewal. */
  readonly renew: (rejected: string) => Promise<string>;
}

/** Milliseconds before expiry at which a token is renewed: it has to outlive its call. */
const EXPIRY_MARGIN = 60_000;

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

interface Token {
  readonly value: string;
  readonly expires: number;
}

/**
 * Fetches and caches tokens of the client-credentials grant; a failed renewal leaves the cached token.
 * @throws (both functions) UpstreamUnavailableError, UpstreamError
 */
export function createTokenSource(
  service: string,
  config: OAuthConfig,
  { http, guard }: { readonly http: Got; readonly guard: Guard },
  { now = Date.now, onFailure = () => {} }: { readonly now?: () => number; readonly onFailure?: () => void } = {},
): TokenSource {
  let cached: Token | null = null;
  let renewal: Promise<Token> | null = null;
  const send = createGotTransport(http);
  const fail = (code: string, cause?: unknown): UpstreamError => new UpstreamError(service, 'token', code, { cause });

  const fetchToken = async (): Promise<Token> => {
    if (config.clientId === '' || config.clientSecret === '') {
      throw fail('client id and client secret must be set');
    }
    if (config.tokenUrl === '') throw fail('not configured');
    const { clientId, clientSecret } = config;
    const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' };
    const request = { method: 'POST', headers: FORM, body: new URLSearchParams(form).toString() };
    const { status, text } = await guard.run(async () => {
      try {
        return await send(config.tokenUrl, { ...request, repeatable: false, maxBytes: TOKEN_LIMIT });
      } catch (error) {
        throw fail(errorCode(error), error);
      }
    });
    if (status < 200 || status > 299) throw fail(`request failed with status code ${status}`);
    let body: { access_token?: unknown; expires_in?: unknown } | null;
    try {
      body = JSON.parse(text) as typeof body;
    } catch (error) {
      throw fail('the response is not JSON', error);
    }
    if (typeof body?.access_token !== 'string' || body.access_token === '') throw fail('the response holds no token');
    const lifetime = typeof body.expires_in === 'number' ? body.expires_in * 1000 : 0;
    return { value: body.access_token, expires: now() + lifetime };
  };

  const renew = (): Promise<Token> => {
    renewal ??= fetchToken()
      .then(
        (token) => (cached = token),
        (error: unknown) => {
          onFailure();
          throw error;
        },
      )
      .finally(() => (renewal = null));
    return renewal;
  };

  return {
    token: async () => (cached && now() + EXPIRY_MARGIN <= cached.expires ? cached : await renew()).value,
    renew: async (rejected) =>
      (cached && cached.value !== rejected && now() + EXPIRY_MARGIN <= cached.expires ? cached : await renew()).value,
  };
}

/** The token endpoint has limits and a circuit breaker of its own. */
export function createServiceTokens(
  service: string,
  config: OAuthConfig,
  settings: Omit<UpstreamSettings, 'service' | 'url' | 'validator'>,
): TokenSource {
  const failures = settings.metrics.upstreams.tokenFailures;
  // A counter that starts at 0 shows its first increment to alerts.
  failures.inc({ service }, 0);
  const http = createGuardedHttp({ ...settings, service: `${service}-token` });
  return createTokenSource(service, config, http, { onFailure: () => failures.inc({ service }) });
}

const REJECTED_STATUSES = new Set([401, 403]);

/** Makes a call with a token. After 401 or 403 it repeats the call once, with a new token. */
export async function withToken<Response extends { readonly status: number }>(
  tokens: TokenSource,
  call: (headers: { readonly authorization: string }) => Promise<Response>,
): Promise<Response> {
  const token = await tokens.token();
  const response = await call({ authorization: `Bearer ${token}` });
  if (!REJECTED_STATUSES.has(response.status)) return response;
  return call({ authorization: `Bearer ${await tokens.renew(token)}` });
}
