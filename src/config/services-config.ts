import type { Reader } from './reader.ts';
import type { CallLimits, ComposerConfig, Config, OAuthConfig } from './types.ts';

function oauth({ read }: Reader, service: 'COMPOSER' | 'RECOMMENDATIONS'): OAuthConfig {
  return {
    tokenUrl: read(`${service}_TOKEN_URL`) ?? '',
    clientId: read(`${service}_CLIENT_ID`),
    clientSecret: read(`${service}_CLIENT_SECRET`),
  };
}

/** A CA file is read for an https address only: elsewhere it has no effect, and need not exist. */
function caPath({ read }: Reader, service: 'COMPOSER' | 'RECOMMENDATIONS', url: string | null): string | null {
  return url?.startsWith('https:') ? read(`${service}_CA_PATH`) : null;
}

function clientCertificate({ read, isSet, report }: Reader): ComposerConfig['clientCertificate'] {
  const [certificate, key] = ['COMPOSER_CLIENT_CERT_PATH', 'COMPOSER_CLIENT_KEY_PATH'] as const;
  const [certPath, keyPath] = [read(certificate), read(key)];
  if (certPath !== null && keyPath !== null) return { certPath, keyPath };
  if (certPath !== null && !isSet(key)) report(key, `must be set with ${certificate}`);
  if (keyPath !== null && !isSet(certificate)) report(certificate, `must be set with ${key}`);
  return null;
}

function composer(reader: Reader): ComposerConfig {
  const url = reader.read('COMPOSER_URL');
  return {
    url: url ?? '',
    ...oauth(reader, 'COMPOSER'),
    caPath: caPath(reader, 'COMPOSER', url),
    clientCertificate: clientCertificate(reader),
    exclusiveTenant: reader.read('COMPOSER_TENANT_EXCLUSIVE'),
  };
}

function recommendations(reader: Reader): Config['recommendations'] {
  const url = reader.read('RECOMMENDATIONS_URL');
  if (url === null) return null;
  return {
    url,
    ...oauth(reader, 'RECOMMENDATIONS'),
    proxy: reader.read('RECOMMENDATIONS_PROXY'),
    caPath: caPath(reader, 'RECOMMENDATIONS', url),
  };
}

function unleash({ read }: Reader): Config['unleash'] {
  const url = read('UNLEASH_URL');
  return url === null ? null : { url, token: read('UNLEASH_TOKEN') };
}

function callLimits({ read }: Reader): Config['callLimits'] {
  const breaker = {
    breakerFailures: read('UPSTREAM_BREAKER_FAILURES'),
    breakerDelay: read('UPSTREAM_BREAKER_SECONDS'),
  };
  const limits = (prefix: 'COMPOSER' | 'UPSTREAM'): CallLimits => ({
    concurrency: read(`${prefix}_CONCURRENCY`),
    queue: read(`${prefix}_QUEUE`),
    organizationShare: read('ORGANIZATION_SHARE_PERCENT'),
    ...breaker,
  });
  return { composer: limits('COMPOSER'), others: limits('UPSTREAM') };
}

/** Addresses, credentials and limits of the services that this one calls. */
export function servicesConfig(
  reader: Reader,
): Pick<
  Config,
  | 'composer'
  | 'contentSources'
  | 'provisioningUrl'
  | 'complianceUrl'
  | 'recommendations'
  | 'unleash'
  | 'proxyEnv'
  | 'upstreamTimeout'
  | 'callLimits'
> {
  const { read } = reader;
  return {
    composer: composer(reader),
    contentSources: {
      url: read('CONTENT_SOURCES_URL'),
      repoUrl: read('CONTENT_SOURCES_REPO_URL') ?? '',
      repoPrefix: read('CONTENT_SOURCES_REPO_PREFIX'),
    },
    provisioningUrl: read('PROVISIONING_URL'),
    complianceUrl: read('COMPLIANCE_URL'),
    recommendations: recommendations(reader),
    unleash: unleash(reader),
    proxyEnv: {
      HTTP_PROXY: read('HTTP_PROXY') ?? undefined,
      HTTPS_PROXY: read('HTTPS_PROXY') ?? undefined,
      NO_PROXY: read('NO_PROXY') ?? undefined,
    },
    upstreamTimeout: read('UPSTREAM_TIMEOUT_SECONDS'),
    callLimits: callLimits(reader),
  };
}
