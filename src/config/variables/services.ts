import { httpUrl, proxyUrl } from '../address-types.ts';
import { certificateFile, privateKeyFile } from '../file-types.ts';
import { boolean, integer, optional, seconds, text } from '../value-types.ts';
import type { Section, Variable } from '../variable.ts';

const clientId = {
  type: text,
  default: '',
  description: 'Client id of the grant.',
  since: 'original',
  fromFile: true,
} as const satisfies Variable;

const clientSecret = {
  ...clientId,
  description: 'Client secret of the grant.',
  secret: true,
} as const satisfies Variable;

export const composer = {
  COMPOSER_URL: {
    type: httpUrl,
    default: '',
    description: 'Base URL of composer, without the path of its API.',
    since: 'original',
  },
  COMPOSER_TOKEN_URL: {
    type: httpUrl,
    default: '',
    description: 'Where the service gets tokens for composer, with the client-credentials grant.',
    since: 'original',
  },
  COMPOSER_CLIENT_ID: clientId,
  COMPOSER_CLIENT_SECRET: clientSecret,
  COMPOSER_CA_PATH: {
    type: certificateFile,
    default: '',
    description: 'Authorities trusted for an https composer, besides those of the system.',
    since: 'original',
  },
  COMPOSER_CLIENT_CERT_PATH: {
    type: certificateFile,
    default: '',
    description: 'Client certificate for composer; with it the service sends no token.',
    since: '0.1.0',
  },
  COMPOSER_CLIENT_KEY_PATH: {
    type: privateKeyFile,
    default: '',
    description: 'Key of the client certificate.',
    since: '0.1.0',
  },
  COMPOSER_TENANT_EXCLUSIVE: {
    type: boolean,
    default: 'false',
    description:
      'Whether only this installation uses its composer; it then [adopts or deletes](reliability.md#a-compose-step-by-step) composes that its database does not have, so it must not be set where others use the same composer, even in other tenants.',
    since: '0.1.0',
  },
  COMPOSER_CONCURRENCY: {
    type: integer(1, 10_000),
    default: '50',
    description: 'Calls to composer that one process makes at the same time.',
    since: '0.1.0',
  },
  COMPOSER_QUEUE: {
    type: integer(0, 100_000),
    default: '200',
    description: 'Calls to composer that can wait; the service refuses more with 503.',
    since: '0.1.0',
  },
  STATUS_REUSE_SECONDS: {
    type: seconds(0, 60),
    default: '1',
    description: 'Time for which the service caches a status that composer returned.',
    since: '0.1.0',
  },
} satisfies Section['variables'];

export const platform = {
  CONTENT_SOURCES_URL: {
    type: httpUrl,
    default: '',
    description: 'Base URL of content sources, with the path of its API.',
    since: 'original',
  },
  CONTENT_SOURCES_REPO_URL: {
    type: httpUrl,
    default: '',
    description: 'Base URL from which images get snapshots, instead of scheme and host of their addresses.',
    since: 'original',
  },
  CONTENT_SOURCES_REPO_PREFIX: {
    type: text,
    default: '',
    description: 'Prefix of the paths of dated snapshots.',
    since: 'original',
  },
  PROVISIONING_URL: {
    type: httpUrl,
    default: '',
    description: 'Base URL of provisioning, with the path of its API.',
    since: 'original',
  },
  COMPLIANCE_URL: {
    type: httpUrl,
    default: '',
    description: 'Base URL of compliance, with the path of its API.',
    since: 'original',
  },
  RECOMMENDATIONS_URL: {
    type: httpUrl,
    default: '',
    description: 'Base URL of package recommendations; the other `RECOMMENDATIONS_*` have an effect only with it.',
    since: 'original',
  },
  RECOMMENDATIONS_TOKEN_URL: {
    type: httpUrl,
    default: '',
    description: 'Where the service gets tokens for package recommendations, with the client-credentials grant.',
    since: 'original',
  },
  RECOMMENDATIONS_CLIENT_ID: clientId,
  RECOMMENDATIONS_CLIENT_SECRET: clientSecret,
  RECOMMENDATIONS_PROXY: {
    type: httpUrl,
    default: '',
    description: 'Proxy for package recommendations.',
    since: 'original',
    fromFile: true,
  },
  RECOMMENDATIONS_CA_PATH: {
    type: certificateFile,
    default: '',
    description: 'Authorities trusted for an https address of package recommendations, besides those of the system.',
    since: 'original',
  },
  UNLEASH_URL: {
    type: httpUrl,
    default: '',
    description: 'Address of the API of Unleash, which has the feature flags; without it every flag is on.',
    since: 'original',
  },
  UNLEASH_TOKEN: {
    type: text,
    default: '',
    description: 'Token for Unleash.',
    since: 'original',
    secret: true,
    fromFile: true,
  },
} satisfies Section['variables'];

export const calls = {
  UPSTREAM_TIMEOUT_SECONDS: {
    type: seconds(1, 3600),
    default: '60',
    description: 'Longest time of a call to composer or another service.',
    since: '0.1.0',
  },
  UPSTREAM_CONCURRENCY: {
    type: integer(1, 10_000),
    default: '50',
    description: 'Calls to each service other than composer that one process makes at the same time.',
    since: '0.1.0',
  },
  UPSTREAM_QUEUE: {
    type: integer(0, 100_000),
    default: '500',
    description: 'Calls to each service other than composer that can wait; the service refuses more with 503.',
    since: '0.1.0',
  },
  UPSTREAM_BREAKER_FAILURES: {
    type: integer(0, 1000),
    default: '5',
    description: 'Failed calls in a row that open the circuit breaker of a service; 0 for no circuit breaker.',
    since: '0.1.0',
  },
  UPSTREAM_BREAKER_SECONDS: {
    type: seconds(1, 3600),
    default: '5',
    description:
      'Time for which an open circuit breaker refuses calls with 503, before one call tries the service again.',
    since: '0.1.0',
  },
  HTTP_PROXY: {
    type: proxyUrl,
    default: '',
    description: 'Proxy for http addresses; every outgoing call but those to webhooks uses it.',
    since: 'original',
    alias: 'http_proxy',
  },
  HTTPS_PROXY: {
    type: proxyUrl,
    default: '',
    description: 'Proxy for https addresses; every outgoing call but those to webhooks uses it.',
    since: 'original',
    alias: 'https_proxy',
  },
  NO_PROXY: {
    type: optional(text),
    default: '',
    description: 'Hosts that the service calls without a proxy, with commas between.',
    since: 'original',
    alias: 'no_proxy',
  },
} satisfies Section['variables'];
