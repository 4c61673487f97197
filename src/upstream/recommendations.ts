import { createRecommendationsOperations, type RecommendationsOperations } from './operations.ts';
import type { RecommendationsConfig } from '../config/index.ts';
import { createResponseValidator } from './response-validator.ts';
import { createServiceTokens, withToken } from './oauth2.ts';
import { createUpstreamCall, type UpstreamSettings } from './upstream-call.ts';
import type { UpstreamCall } from './types.ts';

export type Recommendations = RecommendationsOperations;

/**
 * The client of the recommendations service, with its own token, proxy and CA. Without configuration every call
 * fails.
 */
export function createRecommendations(
  config: RecommendationsConfig | null,
  settings: Omit<UpstreamSettings, 'service' | 'url' | 'caPath' | 'validator'>,
): Recommendations {
  const proxy = config?.proxy ?? null;
  const own = proxy === null ? settings : { ...settings, proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } };
  const call = createUpstreamCall({
    ...own,
    service: 'recommendations',
    url: config?.url ?? null,
    caPath: config?.caPath ?? null,
    validator: createResponseValidator('recommendations'),
  });
  if (config === null) return createRecommendationsOperations(call);
  const tokens = createServiceTokens('recommendations', config, { ...own, caPath: config.caPath });
  const authenticated: UpstreamCall = (operation, request, options) =>
    withToken(tokens, (headers) =>
      call(operation, request, { ...options, headers: { ...options?.headers, ...headers } }),
    );
  return createRecommendationsOperations(authenticated);
}
