import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { applyClowder } from './clowder.ts';
import { ROOT } from './root.ts';
import { parseKeys } from './secret-box.ts';
import { trimEnd } from './trim-end.ts';
import { parseRanges, type AddressRange } from './webhooks/addresses.ts';

export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';
/** `off`: not looked at; `log`: a mismatch is logged; `fail`: a mismatch becomes a 500 (tests and development). */
export type ResponseValidation = 'off' | 'log' | 'fail';

/** Client-credentials access to a service. */
/** The most processes behind one port. */
const MOST_WORKERS = 256;

export interface OAuthConfig {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface ComposerConfig extends OAuthConfig {
  /** Base URL; the API path is appended. Empty when not configured: every call then fails. */
  readonly url: string;
  readonly caPath: string | null;
  /** Certificate and key of this service. With them composer knows who is calling, and no token is used. */
  readonly clientCertificate: { readonly certPath: string; readonly keyPath: string } | null;
  /** Whether nobody but this installation sends builds in the tenant: builds in composer's list that are not ours are orphans. */
  readonly exclusiveTenant: boolean;
}

export interface RecommendationsConfig extends OAuthConfig {
  readonly url: string;
  readonly proxy: string | null;
  readonly caPath: string | null;
}

/** How many calls to one service there may be, and when it is taken for away. */
export interface CallLimits {
  /** Calls that run at the same time. */
  readonly concurrency: number;
  /** Calls that wait for their turn; what goes beyond is refused at once. */
  readonly queue: number;
  /** Failed calls in a row after which the service is taken for away; 0: it never is. */
  readonly breakerFailures: number;
  /** Milliseconds for which a service that is away is not asked, before one call tries whether it is back. */
  readonly breakerDelay: number;
}

export interface DatabaseConfig {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly sslMode: SslMode;
  /** Authorities trusted for the server's certificate in the verifying modes, PEM; `null` for the system's. */
  readonly ca?: string | null;
  readonly poolSize: number;
  /** Whether rows are checked against the schemas of their statements: in tests. */
  readonly checkRows?: boolean;
}

/** Where log lines go besides standard output; `null` for a sink that is not configured. */
export interface LogConfig {
  readonly level: LogLevel;
  readonly channel: string | null;
  /** HTTP event collector of a Splunk. */
  readonly splunk: { readonly url: string; readonly token: string } | null;
  readonly cloudwatch: CloudwatchConfig | null;
  /** What speaks Sentry's protocol; gets error lines only. */
  readonly sentry: { readonly dsn: string } | null;
}

export interface CloudwatchConfig {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly group: string;
  /** Base URL that replaces the region's own, `null` for that one. */
  readonly endpoint: string | null;
}

/** What a client may take, of time (in milliseconds) and of space. */
export interface ClientLimits {
  /** For the headers of a request. */
  readonly headersTimeout: number;
  /** For a whole request, and for taking the answer. */
  readonly requestTimeout: number;
  /** For which a connection is kept without a request. */
  readonly keepAliveTimeout: number;
  /** Largest head of a request, in bytes. */
  readonly maxHeaderSize: number;
}

export interface Config {
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Path below which the API lives, without the version: `/api/image-builder`. */
    readonly apiPath: string;
    /** Largest request body taken, in bytes. */
    readonly bodyLimit: number;
    readonly clients: ClientLimits;
    readonly responseValidation: ResponseValidation;
    /** Milliseconds between failing readiness and closing the port, after SIGTERM. */
    readonly shutdownDelay: number;
    /** Milliseconds that requests in flight get after that. */
    readonly shutdownGrace: number;
    /** A port of its own for the metrics, besides the service's; `null` for none. */
    readonly metricsPort: number | null;
  };
  readonly log: LogConfig;
  readonly auth: 'platform' | 'fedora';
  readonly database: DatabaseConfig;
  readonly composer: ComposerConfig;
  readonly contentSources: {
    readonly url: string | null;
    /** Where builds fetch snapshots from: replaces scheme and host of snapshot addresses. */
    readonly repoUrl: string;
    readonly repoPrefix: string;
  };
  readonly provisioningUrl: string | null;
  readonly complianceUrl: string | null;
  readonly recommendations: RecommendationsConfig | null;
  readonly unleash: { readonly url: string; readonly token: string } | null;
  /** Proxy variables in the form Node's agents take; honoured by every client. */
  readonly proxyEnv: { readonly [name: string]: string | undefined };
  /** Milliseconds an outgoing call may take. */
  readonly upstreamTimeout: number;
  /** How many calls there may be, and when a service is taken for away: for composer, and for each of the other services. */
  readonly callLimits: { readonly composer: CallLimits; readonly others: CallLimits };
  readonly uploads: { readonly awsRegion: string; readonly gcpRegion: string; readonly gcpBucket: string };
  readonly insightsClientProxy: string;
  readonly patchUrl: string;
  readonly distributionsDir: string;
  readonly quotaFile: string | null;
  readonly rateLimitFile: string | null;
  /** What is too much: milliseconds by which the event loop may be late (0 for any), and callers that may wait for the database. */
  readonly overload: { readonly eventLoopDelay: number; readonly databaseWaiting: number };
  readonly allowFile: string | null;
  readonly readinessChecks: readonly ('composer' | 'database')[];
  /** Milliseconds for which an answer about readiness is kept. */
  readonly readinessCache: number;
  /** Milliseconds for which what composer said of a build is good enough for further readers. */
  readonly statusReuse: number;
  /** Whether callers are shown what composer logged of their builds. */
  readonly composeLogs: boolean;
  readonly webhooks: {
    /** Keys that signing secrets are encrypted with, the current one first; `null` for no webhooks. */
    readonly secretKey: string | null;
    /** Where messages may be sent to besides public addresses. */
    readonly allowedRanges: readonly AddressRange[];
  };
  /** Whether this process settles, follows and does what else is done without being asked. */
  readonly backgroundWork: boolean;
  /** Milliseconds after which others take this process for dead when it does not say that it lives, and settle what it left. */
  readonly processLease: number;
  /** Processes that answer requests. */
  readonly workers: number;
  /** Failures in a row that disable a schedule. */
  readonly scheduleMaxFailures: number;
  readonly events: {
    /** Event streams of the process, and of each organization in it. */
    readonly streams: number;
    readonly streamsPerOrganization: number;
    /** Milliseconds between two signs of life on a stream. */
    readonly heartbeat: number;
    /** Days for which events are kept. */
    readonly retentionDays: number;
  };
  readonly version: { readonly commit: string; readonly time: string };
  /** Variables that are set and have no effect. */
  readonly unused: readonly string[];
}

/** Every setting that cannot be used, by the name of its variable and never by its value: values are secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Variables of earlier deployments that are accepted and have no effect here. */
const UNUSED_VARIABLES = ['MIGRATIONS_DIR', 'TERN_EXECUTABLE', 'TERN_MIGRATIONS_DIR'] as const;

/** Variables that turn a log sink on together, and do nothing as long as one of them is missing. */
const SPLUNK_VARIABLES = ['SPLUNK_HEC_HOST', 'SPLUNK_HEC_TOKEN', 'SPLUNK_HEC_PORT'] as const;
const CLOUDWATCH_VARIABLES = ['CW_AWS_REGION', 'CW_AWS_ACCESS_KEY_ID', 'CW_AWS_SECRET_ACCESS_KEY'] as const;

/** Variables that may come from a file instead, named by the variable with `_FILE` behind it. */
const SECRETS = [
  'PGUSER',
  'PGPASSWORD',
  'COMPOSER_CLIENT_ID',
  'COMPOSER_CLIENT_SECRET',
  'RECOMMENDATIONS_CLIENT_ID',
  'RECOMMENDATIONS_CLIENT_SECRET',
  'RECOMMENDATIONS_PROXY',
  'UNLEASH_TOKEN',
  'CW_AWS_ACCESS_KEY_ID',
  'CW_AWS_SECRET_ACCESS_KEY',
  'SPLUNK_HEC_TOKEN',
  'GLITCHTIP_DSN',
  'WEBHOOK_SECRET_KEY',
] as const;

const BUILT_IN_DISTRIBUTIONS = join(ROOT, 'distributions');

const LOG_LEVELS: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  fatal: 'error',
  panic: 'error',
};

type Environment = Readonly<Record<string, string | undefined>>;

type Problem = <T>(name: string, expected: string, fallback: T) => T;

const withClowder = (env: Environment, problem: Problem): Environment => {
  try {
    return applyClowder(env);
  } catch (error) {
    return problem('ACG_CONFIG', (error as Error).message, env);
  }
};

const withSecretFiles = (env: Environment, problem: Problem): Environment => {
  const secrets = SECRETS.flatMap((name) => {
    const path = env[`${name}_FILE`];
    if (!path) return [];
    if (env[name]) return problem(`${name}_FILE`, `must not be set together with ${name}`, []);
    try {
      return [[name, readFileSync(path, 'utf8').replace(/\r?\n$/, '')] as const];
    } catch {
      return problem(`${name}_FILE`, 'must name a readable file', []);
    }
  });
  return secrets.length === 0 ? env : { ...env, ...Object.fromEntries(secrets) };
};

const succeeds = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};

const isCertificate = (content: string | Buffer): boolean => succeeds(() => new X509Certificate(content));
const isPrivateKey = (content: Buffer): boolean => succeeds(() => createPrivateKey(content));

/**
 * The service's configuration, from an environment and what it names (Clowder's document, files with secrets).
 * @throws ConfigError naming every variable with an unusable value.
 */
export const readConfig = (given: Environment): Config => {
  const problems: string[] = [];
  const problem = <T>(name: string, expected: string, fallback: T): T => {
    problems.push(`${name}: ${expected}`);
    return fallback;
  };
  const env = withSecretFiles(withClowder(given, problem), problem);

  const text = (name: string, fallback = ''): string => env[name] ?? fallback;
  const optional = (name: string): string | null => env[name] || null;
  const bool = (name: string, fallback: boolean): boolean => {
    const value = env[name]?.toLowerCase();
    if (value === undefined) return fallback;
    if (['true', '1'].includes(value)) return true;
    if (['false', '0', ''].includes(value)) return false;
    return problem(name, 'must be true, 1, false or 0', fallback);
  };
  const integer = (name: string, fallback: number, min: number, max: number): number => {
    const value = env[name];
    if (value === undefined || value === '') return fallback;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    return problem(name, `must be a whole number from ${min} to ${max}`, fallback);
  };
  const choice = <T extends string>(name: string, choices: readonly T[], fallback: T): T => {
    const value = env[name];
    if (value === undefined || value === '') return fallback;
    return choices.find((c) => c === value) ?? problem(name, `must be one of ${choices.join(', ')}`, fallback);
  };
  const url = (name: string): string => {
    const value = text(name);
    if (value === '') return '';
    const parsed = URL.canParse(value) ? new URL(value) : null;
    if (parsed && ['http:', 'https:'].includes(parsed.protocol)) return trimEnd(value, '/');
    return problem(name, 'must be an http or https URL', '');
  };
  const readableFile = (name: string): string | null => {
    const path = optional(name);
    if (path === null) return null;
    try {
      readFileSync(path);
    } catch {
      return problem(name, 'must name a readable file', null);
    }
    return path;
  };
  /** A file of the right kind: another one would be noticed at the first connection only. */
  const fileOf = (name: string, kind: string, isKind: (content: Buffer) => boolean): string | null => {
    const path = readableFile(name);
    return path === null || isKind(readFileSync(path)) ? path : problem(name, `must name a file with ${kind}`, null);
  };
  const certificateFile = (name: string): string | null => fileOf(name, 'PEM certificates', isCertificate);
  /** A CA file is used with https only, so only then has it to be there. */
  const caFile = (name: string, serviceUrl: string): string | null =>
    serviceUrl.startsWith('https:') ? certificateFile(name) : null;

  /** The address of a proxy in either spelling of its variable. Others take it without a scheme, Node's agents do not. */
  const proxy = (name: string): string | undefined => {
    const given = env[name] === undefined ? name.toLowerCase() : name;
    const value = env[given];
    if (!value) return value;
    const address = value.includes('://') ? value : `http://${value}`;
    if (/^https?:/.test(URL.parse(address)?.protocol ?? '')) return address;
    return problem(given, 'must be the address of an http proxy', undefined);
  };

  const listen = (): { host: string; port: number } => {
    const value = text('LISTEN_ADDRESS', 'localhost:8086');
    const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(value);
    if (!match || Number(match[3]) > 65535) {
      return problem('LISTEN_ADDRESS', 'must be host:port', { host: 'localhost', port: 8086 });
    }
    return { host: match[1] ?? match[2] ?? '', port: Number(match[3]) };
  };

  const apiPath = (): string => {
    const segments = [text('PATH_PREFIX', 'api'), text('APP_NAME', 'image-builder')];
    for (const [index, name] of ['PATH_PREFIX', 'APP_NAME'].entries()) {
      if (!/^[A-Za-z0-9._~/-]*$/.test(segments[index] ?? '')) problem(name, 'must be a URL path', '');
    }
    return segments
      .flatMap((segment) => segment.split('/'))
      .filter((segment) => segment !== '')
      .map((segment) => `/${segment}`)
      .join('');
  };

  const logLevel = (): LogLevel => {
    const level = LOG_LEVELS[text('LOG_LEVEL', 'INFO').toLowerCase() || 'info'];
    return level ?? problem('LOG_LEVEL', `must be one of ${Object.keys(LOG_LEVELS).join(', ')}`, 'info');
  };

  const readinessChecks = (): ('composer' | 'database')[] => {
    const known = ['composer', 'database'] as const;
    const names = text('READINESS_CHECKS', 'composer')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const found = known.filter((check) => names.includes(check));
    if (found.length !== names.length) problem('READINESS_CHECKS', `must be a list of ${known.join(', ')}`, '');
    return found;
  };

  const oauth = (prefix: string): OAuthConfig => ({
    tokenUrl: url(`${prefix}_TOKEN_URL`),
    clientId: text(`${prefix}_CLIENT_ID`),
    clientSecret: text(`${prefix}_CLIENT_SECRET`),
  });

  const clientCertificate = (): ComposerConfig['clientCertificate'] => {
    const certPath = certificateFile('COMPOSER_CLIENT_CERT_PATH');
    const keyPath = fileOf('COMPOSER_CLIENT_KEY_PATH', 'a PEM private key', isPrivateKey);
    if (certPath !== null && keyPath !== null) return { certPath, keyPath };
    if (certPath !== null && !env['COMPOSER_CLIENT_KEY_PATH'])
      return problem('COMPOSER_CLIENT_KEY_PATH', 'must be set with COMPOSER_CLIENT_CERT_PATH', null);
    if (keyPath !== null && !env['COMPOSER_CLIENT_CERT_PATH'])
      return problem('COMPOSER_CLIENT_CERT_PATH', 'must be set with COMPOSER_CLIENT_KEY_PATH', null);
    return null;
  };

  const callLimits = (): Config['callLimits'] => {
    const breaker = {
      breakerFailures: integer('UPSTREAM_BREAKER_FAILURES', 5, 0, 1000),
      breakerDelay: integer('UPSTREAM_BREAKER_SECONDS', 5, 1, 3600) * 1000,
    };
    const limits = (prefix: string, queue: number): CallLimits => ({
      concurrency: integer(`${prefix}_CONCURRENCY`, 50, 1, 10_000),
      queue: integer(`${prefix}_QUEUE`, queue, 0, 100_000),
      ...breaker,
    });
    return { composer: limits('COMPOSER', 200), others: limits('UPSTREAM', 500) };
  };

  const databaseCa = (): string | null => {
    const inline = optional('PGSSLROOTCERT_PEM');
    if (inline !== null) {
      if (isCertificate(inline)) return inline;
      return problem('PGSSLROOTCERT_PEM', 'must hold PEM certificates', null);
    }
    const path = certificateFile('PGSSLROOTCERT');
    return path === null ? null : readFileSync(path, 'utf8');
  };

  const allSet = (names: readonly string[]): boolean => names.every((name) => env[name]);

  const splunk = (): LogConfig['splunk'] => {
    const [host, port] = [text('SPLUNK_HEC_HOST'), integer('SPLUNK_HEC_PORT', 0, 1, 65535)];
    const parsed = /^[^\s/?#@\\]+$/.test(host) ? URL.parse(`https://${host}:${port}/services/collector/event`) : null;
    const token = text('SPLUNK_HEC_TOKEN');
    if (host !== '' && parsed === null) problem('SPLUNK_HEC_HOST', 'must be a host name', null);
    if (!/^[!-~]*$/.test(token)) problem('SPLUNK_HEC_TOKEN', 'must be one word of ASCII characters', null);
    return parsed && allSet(SPLUNK_VARIABLES) ? { url: parsed.href, token } : null;
  };

  const cloudwatch = (): LogConfig['cloudwatch'] => {
    const endpoint = url('CW_ENDPOINT_URL') || null;
    if (!allSet(CLOUDWATCH_VARIABLES)) return null;
    const [region, group] = [text('CW_AWS_REGION'), text('CW_LOG_GROUP')];
    if (!/^[a-z0-9-]+$/.test(region)) problem('CW_AWS_REGION', 'must be the name of a region', null);
    if (group === '') problem('CW_LOG_GROUP', `must be set with ${CLOUDWATCH_VARIABLES.join(', ')}`, null);
    else if (!/^[\w./#-]{1,512}$/.test(group)) problem('CW_LOG_GROUP', 'must be the name of a log group', null);
    return {
      ...{ region, group, endpoint, accessKeyId: text('CW_AWS_ACCESS_KEY_ID') },
      secretAccessKey: text('CW_AWS_SECRET_ACCESS_KEY'),
    };
  };

  const sentry = (): LogConfig['sentry'] => {
    const dsn = optional('GLITCHTIP_DSN');
    if (dsn === null) return null;
    if (/^https?:\/\/\w+(?::\w*)?@[\w.:[\]-]+\/(?:[\w./-]+\/)?\d+$/.test(dsn) && URL.canParse(dsn)) return { dsn };
    return problem('GLITCHTIP_DSN', 'must be of the form https://KEY@HOST/PROJECT', null);
  };

  const webhooks = (): Config['webhooks'] => {
    const keys = optional('WEBHOOK_SECRET_KEY');
    const isUsable = keys === null || parseKeys(keys) !== null;
    const ranges = parseRanges(text('WEBHOOK_ALLOWED_RANGES'));
    return {
      secretKey: isUsable
        ? keys
        : problem('WEBHOOK_SECRET_KEY', 'must be 32 bytes in base64, or several with commas', null),
      allowedRanges: ranges ?? problem('WEBHOOK_ALLOWED_RANGES', 'must be a list of ranges like 10.0.0.0/8', []),
    };
  };

  /** Variables that are set and have no effect. The port alone is no sign of anything: deployments set it always. */
  const unused = (): string[] => {
    const incomplete = [
      ...(allSet(SPLUNK_VARIABLES) ? [] : SPLUNK_VARIABLES.filter((name) => name !== 'SPLUNK_HEC_PORT')),
      ...(allSet(CLOUDWATCH_VARIABLES) ? [] : [...CLOUDWATCH_VARIABLES, 'CW_LOG_GROUP', 'CW_ENDPOINT_URL']),
    ];
    return [...UNUSED_VARIABLES, ...incomplete].filter((name) => env[name]);
  };

  const composerUrl = url('COMPOSER_URL');
  const recommendationsUrl = url('RECOMMENDATIONS_URL');
  const unleashUrl = url('UNLEASH_URL');

  const config: Config = {
    http: {
      ...listen(),
      apiPath: apiPath(),
      bodyLimit: integer('BODY_LIMIT_BYTES', 32 * 1024 * 1024, 16 * 1024 * 1024, 1024 * 1024 * 1024),
      clients: {
        headersTimeout: integer('HEADERS_TIMEOUT_SECONDS', 20, 1, 3600) * 1000,
        requestTimeout: integer('REQUEST_TIMEOUT_SECONDS', 120, 1, 3600) * 1000,
        keepAliveTimeout: integer('KEEP_ALIVE_SECONDS', 75, 1, 3600) * 1000,
        maxHeaderSize: integer('HEADER_LIMIT_BYTES', 64 * 1024, 24 * 1024, 1024 * 1024),
      },
      responseValidation: choice('RESPONSE_VALIDATION', ['off', 'log', 'fail'], 'off'),
      shutdownDelay: integer('SHUTDOWN_DELAY_SECONDS', 0, 0, 3600) * 1000,
      shutdownGrace: integer('SHUTDOWN_GRACE_SECONDS', 25, 0, 3600) * 1000,
      metricsPort: integer('METRICS_PORT', 0, 0, 65535) || null,
    },
    log: {
      ...{ level: logLevel(), channel: optional('CHANNEL') },
      ...{ splunk: splunk(), cloudwatch: cloudwatch(), sentry: sentry() },
    },
    auth: bool('FEDORA_AUTH', false) ? 'fedora' : 'platform',
    database: {
      host: text('PGHOST', 'localhost'),
      port: integer('PGPORT', 5432, 1, 65535),
      database: text('PGDATABASE', 'imagebuilder'),
      user: text('PGUSER', 'postgres'),
      password: text('PGPASSWORD', 'foobar'),
      sslMode: choice('PGSSLMODE', ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'], 'prefer'),
      ca: databaseCa(),
      poolSize: integer('PGPOOLSIZE', 10, 1, 1000),
    },
    composer: {
      url: composerUrl,
      ...oauth('COMPOSER'),
      caPath: caFile('COMPOSER_CA_PATH', composerUrl),
      clientCertificate: clientCertificate(),
      exclusiveTenant: bool('COMPOSER_TENANT_EXCLUSIVE', false),
    },
    contentSources: {
      url: url('CONTENT_SOURCES_URL') || null,
      repoUrl: url('CONTENT_SOURCES_REPO_URL'),
      repoPrefix: text('CONTENT_SOURCES_REPO_PREFIX'),
    },
    provisioningUrl: url('PROVISIONING_URL') || null,
    complianceUrl: url('COMPLIANCE_URL') || null,
    recommendations: recommendationsUrl
      ? {
          url: recommendationsUrl,
          ...oauth('RECOMMENDATIONS'),
          proxy: url('RECOMMENDATIONS_PROXY') || null,
          caPath: caFile('RECOMMENDATIONS_CA_PATH', recommendationsUrl),
        }
      : null,
    unleash: unleashUrl ? { url: unleashUrl, token: text('UNLEASH_TOKEN') } : null,
    proxyEnv: {
      ...{ HTTP_PROXY: proxy('HTTP_PROXY'), HTTPS_PROXY: proxy('HTTPS_PROXY') },
      NO_PROXY: env['NO_PROXY'] ?? env['no_proxy'],
    },
    upstreamTimeout: integer('UPSTREAM_TIMEOUT_SECONDS', 60, 1, 3600) * 1000,
    callLimits: callLimits(),
    uploads: {
      awsRegion: text('OSBUILD_AWS_REGION'),
      gcpRegion: text('OSBUILD_GCP_REGION'),
      gcpBucket: text('OSBUILD_GCP_BUCKET'),
    },
    insightsClientProxy: text('INSIGHTS_CLIENT_PROXY'),
    patchUrl: text('PATCH_URL'),
    distributionsDir: text('DISTRIBUTIONS_DIR') || BUILT_IN_DISTRIBUTIONS,
    quotaFile: readableFile('QUOTA_FILE'),
    rateLimitFile: readableFile('RATE_LIMIT_FILE'),
    overload: {
      eventLoopDelay: integer('MAX_EVENT_LOOP_DELAY_MS', 500, 0, 60_000),
      databaseWaiting: integer('PGPOOLWAITING', 500, 1, 100_000),
    },
    allowFile: readableFile('ALLOW_FILE'),
    readinessChecks: readinessChecks(),
    readinessCache: integer('READINESS_CACHE_SECONDS', 1, 0, 60) * 1000,
    statusReuse: integer('STATUS_REUSE_SECONDS', 1, 0, 60) * 1000,
    composeLogs: bool('COMPOSE_LOGS', false),
    webhooks: webhooks(),
    backgroundWork: bool('BACKGROUND_WORK', true),
    processLease: integer('PROCESS_LEASE_SECONDS', 30, 2, 3600) * 1000,
    workers: text('WORKERS') === 'auto' ? availableParallelism() : integer('WORKERS', 1, 1, MOST_WORKERS),
    scheduleMaxFailures: integer('SCHEDULE_MAX_FAILURES', 5, 1, 1000),
    events: {
      streams: integer('EVENT_STREAMS_MAX', 1000, 0, 100_000),
      streamsPerOrganization: integer('EVENT_STREAMS_PER_ORGANIZATION', 100, 1, 100_000),
      heartbeat: integer('EVENT_HEARTBEAT_SECONDS', 15, 1, 3600) * 1000,
      retentionDays: integer('EVENT_RETENTION_DAYS', 7, 1, 3650),
    },
    version: { commit: text('BUILD_COMMIT').slice(0, 7), time: text('BUILD_TIME') },
    unused: unused(),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
};

const MASK = '[set]';

/** Members of the configuration that are secrets, wherever they are. */
const SECRET_MEMBERS = new Set([
  'password',
  'clientSecret',
  'token',
  'dsn',
  'accessKeyId',
  'secretAccessKey',
  'secretKey',
]);

/** An address without the credentials that may stand in it. */
const withoutCredentials = (text: string): string => text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, `$1${MASK}@`);

/** The configuration as it may be shown: secrets are said to be set, and nothing else of them. */
export const maskSecrets = (config: Config): unknown =>
  JSON.parse(
    JSON.stringify(config, (key, value: unknown) => {
      if (typeof value !== 'string' || value === '') return value;
      return SECRET_MEMBERS.has(key) ? MASK : withoutCredentials(value);
    }),
  );
