import type { Got } from 'got';
import type { OAuthConfig } from '../config.ts';
import { UpstreamFailure } from './upstream.ts';

/** Access tokens of one service, by the client-credentials grant. */
export interface TokenSource {
  /** A token with at least a minute left. */
  readonly token: () => Promise<string>;
  /** A token other than the one that was refused. However many wait, one renewal runs. */
  readonly renew: (refused: string) => Promise<string>;
}

/** A token is renewed while it has this much left, in milliseconds: it has to outlive the call it is used for. */
const MARGIN = 60_000;

interface Token {
  readonly value: string;
  readonly expires: number;
}

/**
 * Fetches and keeps tokens.
 * @throws (both functions) UpstreamFailure when no token is to be had; what was kept stays
 */
export const createTokenSource = (
  service: string,
  config: OAuthConfig,
  http: Got,
  now: () => number = Date.now,
): TokenSource => {
  let kept: Token | null = null;
  let renewal: Promise<Token> | null = null;
  const fail = (code: string, cause?: unknown): UpstreamFailure =>
    new UpstreamFailure(service, 'token', code, { cause });

  const fetchToken = async (): Promise<Token> => {
    if (config.clientId === '' || config.clientSecret === '') {
      throw fail('client id and client secret must be set');
    }
    if (config.tokenUrl === '') throw fail('not configured');
    const { clientId, clientSecret } = config;
    let answer;
    try {
      answer = await http.post(config.tokenUrl, {
        form: { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' },
      });
    } catch (error) {
      throw fail((error as { code?: string }).code ?? 'ERR_UNKNOWN', error);
    }
    if (!answer.ok) throw fail(`request failed with status code ${answer.statusCode}`);
    let body: { access_token?: unknown; expires_in?: unknown } | null;
    try {
      body = JSON.parse(answer.body) as typeof body;
    } catch (error) {
      throw fail('the answer is not JSON', error);
    }
    if (typeof body?.access_token !== 'string' || body.access_token === '') throw fail('the answer holds no token');
    const lifetime = typeof body.expires_in === 'number' ? body.expires_in * 1000 : 0;
    return { value: body.access_token, expires: now() + lifetime };
  };

  const renewed = (): Promise<Token> => {
    renewal ??= fetchToken()
      .then((token) => (kept = token))
      .finally(() => (renewal = null));
    return renewal;
  };

  return {
    token: async () => (kept && now() + MARGIN <= kept.expires ? kept : await renewed()).value,
    renew: async (refused) =>
      (kept && kept.value !== refused && now() + MARGIN <= kept.expires ? kept : await renewed()).value,
  };
};

const REFUSED = new Set([401, 403]);

/** Runs a call with a token; once refused it is repeated with a new one, and the second answer counts. */
export const withToken = async <Answer extends { readonly status: number }>(
  tokens: TokenSource,
  call: (headers: { readonly authorization: string }) => Promise<Answer>,
): Promise<Answer> => {
  const token = await tokens.token();
  const answer = await call({ authorization: `Bearer ${token}` });
  if (!REFUSED.has(answer.status)) return answer;
  return call({ authorization: `Bearer ${await tokens.renew(token)}` });
};
