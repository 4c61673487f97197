import { createComposerOperations, type ComposerOperations } from './operations.ts';
import type { ComposerConfig } from '../config/index.ts';
import { createServiceTokens, withToken } from './oauth2.ts';
import { createUpstreamCall, type UpstreamCall, type UpstreamSettings } from './upstream.ts';

const API_PATH = '/api/image-builder-composer/v2';

/**
 * The build service. Calls carry a token; a refused one is renewed and the call repeated once. Where a client certificate is
 * configured that is the credential, and there is no token.
 */
export function createComposer(
  config: ComposerConfig,
  settings: Omit<UpstreamSettings, 'service' | 'url' | 'caPath' | 'clientCertificate'>,
): ComposerOperations {
  const call = createUpstreamCall({
    ...settings,
    service: 'composer',
    direct: true,
    url: config.url === '' ? null : config.url + API_PATH,
    caPath: config.caPath,
    clientCertificate: config.clientCertificate,
  });
  if (config.clientCertificate !== null) return createComposerOperations(call);
  const tokens = createServiceTokens('composer', config, settings);
  const authenticated: UpstreamCall = (operation, request, options) =>
    withToken(tokens, (headers) =>
      call(operation, request, { ...options, headers: { ...options?.headers, ...headers } }),
    );
  return createComposerOperations(authenticated);
}
