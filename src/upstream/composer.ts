import { createComposerOperations, type ComposerOperations } from './operations.ts';
import type { ComposerConfig } from '../config/index.ts';
import { createServiceTokens, withToken } from './oauth2.ts';
import { createUpstreamCall, type UpstreamSettings } from './upstream-call.ts';
import type { UpstreamCall } from './types.ts';

const API_PATH = '/api/image-builder-composer/v2';

/** The client of composer. It authenticates by a client certificate if one is configured, else by token. */
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
