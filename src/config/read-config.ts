import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/root.ts';
import { logConfig, variablesOfIncompleteSinks } from './log-config.ts';
import { findMisspelt } from './misspelt.ts';
import type { Environment } from './environment.ts';
import { readWith, type Reader } from './reader.ts';
import { servicesConfig } from './services-config.ts';
import { parseKeyRing } from '../lib/secret-box.ts';
import type { Config, DatabaseConfig, EncryptionConfig, EventsConfig, HttpConfig } from './types.ts';

const BUILT_IN_DISTRIBUTIONS = join(ROOT, 'distributions');

/** Variables of earlier deployments. `CLOWDER_ENABLED` is missing: every deployment on OpenShift sets it. */
const WITHOUT_EFFECT = ['MIGRATIONS_DIR', 'TERN_EXECUTABLE', 'TERN_MIGRATIONS_DIR'] as const;

function apiPath({ read }: Reader): string {
  return [read('PATH_PREFIX'), read('APP_NAME')]
    .flatMap((path) => path.split('/'))
    .filter((segment) => segment !== '')
    .map((segment) => `/${segment}`)
    .join('');
}

function httpConfig(reader: Reader): HttpConfig {
  const { read } = reader;
  return {
    ...read('LISTEN_ADDRESS'),
    apiPath: apiPath(reader),
    bodyLimit: read('BODY_LIMIT_BYTES'),
    bodyBudget: read('BODY_BUDGET_BYTES'),
    requestsPerOrganization: read('REQUESTS_PER_ORGANIZATION'),
    clients: {
      headersTimeout: read('HEADERS_TIMEOUT_SECONDS'),
      requestTimeout: read('REQUEST_TIMEOUT_SECONDS'),
      keepAliveTimeout: read('KEEP_ALIVE_SECONDS'),
      maxHeaderSize: read('HEADER_LIMIT_BYTES'),
    },
    responseValidation: read('RESPONSE_VALIDATION'),
    shutdownDelay: read('SHUTDOWN_DELAY_SECONDS'),
    shutdownGrace: read('SHUTDOWN_GRACE_SECONDS'),
    metricsPort: read('METRICS_PORT') || null,
  };
}

function databaseCa({ read, isSet }: Reader): string | null {
  if (isSet('PGSSLROOTCERT_PEM')) return read('PGSSLROOTCERT_PEM');
  const path = read('PGSSLROOTCERT');
  return path === null ? null : readFileSync(path, 'utf8');
}

function databaseConfig(reader: Reader): DatabaseConfig {
  const { read } = reader;
  return {
    host: read('PGHOST'),
    port: read('PGPORT'),
    database: read('PGDATABASE'),
    user: read('PGUSER'),
    password: read('PGPASSWORD'),
    sslMode: read('PGSSLMODE'),
    ca: databaseCa(reader),
    poolSize: read('PGPOOLSIZE'),
    organizationShare: read('ORGANIZATION_SHARE_PERCENT'),
    timeouts: {
      connect: read('PGCONNECT_TIMEOUT_MS'),
      read: read('PGREAD_TIMEOUT_SECONDS'),
      write: read('PGWRITE_TIMEOUT_SECONDS'),
      lock: read('PGLOCK_TIMEOUT_MS'),
    },
    isPooled: read('PGBOUNCER') === 'transaction',
    direct: directAddress(reader),
  };
}

function directAddress({ read }: Reader): { readonly host: string; readonly port: number } | null {
  const [host, port] = [read('PGDIRECT_HOST'), read('PGDIRECT_PORT')];
  return host === null ? null : { host, port };
}

function eventsConfig({ read }: Reader): EventsConfig {
  return {
    streams: read('EVENT_STREAMS_MAX'),
    streamsPerOrganization: read('EVENT_STREAMS_PER_ORGANIZATION'),
    heartbeat: read('EVENT_HEARTBEAT_SECONDS'),
    retentionDays: read('EVENT_RETENTION_DAYS'),
  };
}

function encryptionConfig({ read }: Reader): EncryptionConfig | null {
  const path = read('ENCRYPTION_KEYS_FILE');
  return path === null ? null : { keys: parseKeyRing(readFileSync(path, 'utf8')) };
}

/** Builds the configuration of the service from what a reader reads. */
export function configFrom(reader: Reader, env: Environment): Config {
  const { read, isSet } = reader;
  return {
    http: httpConfig(reader),
    log: logConfig(reader),
    auth: read('FEDORA_AUTH') ? 'fedora' : 'platform',
    database: databaseConfig(reader),
    backgroundPoolSize: read('PGPOOLSIZE_BACKGROUND'),
    ...servicesConfig(reader),
    uploads: {
      awsRegion: read('OSBUILD_AWS_REGION'),
      gcpRegion: read('OSBUILD_GCP_REGION'),
      gcpBucket: read('OSBUILD_GCP_BUCKET'),
    },
    insightsClientProxy: read('INSIGHTS_CLIENT_PROXY'),
    patchUrl: read('PATCH_URL'),
    distributionsDir: read('DISTRIBUTIONS_DIR') ?? BUILT_IN_DISTRIBUTIONS,
    quotaFile: read('QUOTA_FILE'),
    rateLimitFile: read('RATE_LIMIT_FILE'),
    storageLimitFile: read('STORAGE_LIMIT_FILE'),
    hashQueuePerOrganization: read('HASH_QUEUE_PER_ORGANIZATION'),
    overload: { eventLoopDelay: read('MAX_EVENT_LOOP_DELAY_MS'), databaseWaiting: read('PGPOOLWAITING') },
    allowFile: read('ALLOW_FILE'),
    readinessChecks: read('READINESS_CHECKS'),
    readinessCache: read('READINESS_CACHE_SECONDS'),
    statusReuse: read('STATUS_REUSE_SECONDS'),
    imageTypeOptions: read('IMAGE_TYPE_OPTIONS_SECONDS'),
    composeLogs: read('COMPOSE_LOGS'),
    encryption: encryptionConfig(reader),
    webhooks: {
      secretKey: read('WEBHOOK_SECRET_KEY'),
      allowedRanges: read('WEBHOOK_ALLOWED_RANGES'),
      deniedRanges: read('WEBHOOK_DENIED_RANGES'),
      messageAge: read('WEBHOOK_MESSAGE_HOURS'),
    },
    backgroundWork: read('BACKGROUND_WORK'),
    processLease: read('PROCESS_LEASE_SECONDS'),
    maintenanceInterval: read('MAINTENANCE_INTERVAL_HOURS'),
    workers: read('WORKERS'),
    scheduleMaxFailures: read('SCHEDULE_MAX_FAILURES'),
    scheduleEntitlementDays: read('SCHEDULE_ENTITLEMENT_DAYS'),
    events: eventsConfig(reader),
    organizationShare: read('ORGANIZATION_SHARE_PERCENT'),
    version: { commit: read('BUILD_COMMIT').slice(0, 7), time: read('BUILD_TIME') },
    unused: [...WITHOUT_EFFECT.filter(isSet), ...variablesOfIncompleteSinks(reader)],
    misspelt: findMisspelt(env),
  };
}

/**
 * The configuration of the service, from an environment, Clowder's document and files with secrets.
 * @throws ConfigError naming every variable that is not usable
 */
export function readConfig(env: Environment): Config {
  return readWith(env, (reader) => configFrom(reader, env));
}
