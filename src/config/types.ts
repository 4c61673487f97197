import type { AddressRange } from '../lib/addresses.ts';
import type { NamedKey } from '../lib/secret-box.ts';
import type { Misspelt } from './misspelt.ts';

export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';
/** For a response that breaks the contract: `off` validates none, `log` logs it, `fail` makes it a 500 (tests and development). */
export type ResponseValidation = 'off' | 'log' | 'fail';
export type ReadinessCheck = 'composer' | 'database';

/** Client-credentials access to a service. */
export interface OAuthConfig {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface ComposerConfig extends OAuthConfig {
  /** Base URL; the API path is appended. Empty when not configured: every call then fails. */
  readonly url: string;
  readonly caPath: string | null;
  /** Certificate and key of this service. With them composer identifies the service, and no token is used. */
  readonly clientCertificate: { readonly certPath: string; readonly keyPath: string } | null;
  /** Whether only this installation starts composes in the tenant: composes in composer's list that are not ours are orphans. */
  readonly exclusiveTenant: boolean;
}

export interface RecommendationsConfig extends OAuthConfig {
  readonly url: string;
  readonly proxy: string | null;
  readonly caPath: string | null;
}

/** Limits of the calls to one service, and its circuit breaker. */
export interface CallLimits {
  /** Calls that run at the same time. */
  readonly concurrency: number;
  /** Calls that wait; more are refused at once. */
  readonly queue: number;
  /** Part of both that one organization can use. */
  readonly organizationShare: number;
  /** Failed calls in a row that open the circuit breaker; 0: it never opens. */
  readonly breakerFailures: number;
  /** Milliseconds for which an open circuit breaker refuses calls, before one call tries the service. */
  readonly breakerDelay: number;
}

export interface DatabaseConfig {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly sslMode: SslMode;
  /** Authorities trusted for the server's certificate in the verifying modes, PEM; `null` for those of the system. */
  readonly ca?: string | null;
  readonly poolSize: number;
  /** Part of the connections that one organization can use at the same time; all of them by default. */
  readonly organizationShare?: number;
  /** Whether rows are validated against the schemas of their statements: in tests. */
  readonly checkRows?: boolean;
  /** Those of background work by default. */
  readonly timeouts?: DatabaseTimeouts;
  /** Whether the address is that of a pooler, which gives out a connection for one transaction. */
  readonly isPooled?: boolean;
  /** The server behind the pooler; `null` where only the pooler can be reached. */
  readonly direct?: { readonly host: string; readonly port: number } | null;
}

/** In milliseconds. */
export interface DatabaseTimeouts {
  readonly connect: number;
  /** A call that reads, or one that writes, until its caller gets an error: waiting for a connection included. */
  readonly read: number;
  readonly write: number;
  /** Waiting for a lock. */
  readonly lock: number;
}

/** Where log lines go besides standard output; `null` for a sink that is not configured. */
export interface LogConfig {
  readonly level: LogLevel;
  readonly channel: string | null;
  /** HTTP event collector of a Splunk. */
  readonly splunk: { readonly url: string; readonly token: string } | null;
  readonly cloudwatch: CloudwatchConfig | null;
  /** A service that speaks Sentry's protocol; it receives error lines only. */
  readonly sentry: { readonly dsn: string } | null;
}

export interface CloudwatchConfig {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly group: string;
  /** Base URL instead of the region's, `null` for the region's. */
  readonly endpoint: string | null;
}

/** Limits of a client, in milliseconds and bytes. */
export interface ClientLimits {
  /** For the headers of a request. */
  readonly headersTimeout: number;
  /** For a whole request, and for reading the response. */
  readonly requestTimeout: number;
  /** For a connection without a request. */
  readonly keepAliveTimeout: number;
  /** Largest head of a request, in bytes. */
  readonly maxHeaderSize: number;
}

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** Path below which the API is served, without the version: `/api/image-builder`. */
  readonly apiPath: string;
  /** Largest request body, in bytes, and the bytes of bodies of all requests in progress. */
  readonly bodyLimit: number;
  readonly bodyBudget: number;
  readonly requestsPerOrganization: number;
  readonly clients: ClientLimits;
  readonly responseValidation: ResponseValidation;
  /** Milliseconds between failing readiness and closing the port, after SIGTERM. */
  readonly shutdownDelay: number;
  /** Milliseconds in which running requests can complete after that. */
  readonly shutdownGrace: number;
  /** A second port, for the metrics; `null` for none. */
  readonly metricsPort: number | null;
}

export interface WebhooksConfig {
  /** Keys that encrypt signing secrets, the current one first; `null` for no webhooks. */
  readonly secretKey: string | null;
  /** Ranges of addresses that receivers can have besides public addresses. */
  readonly allowedRanges: readonly AddressRange[];
  readonly deniedRanges: readonly AddressRange[];
  /** Seconds that a message may be overdue before it expires. */
  readonly messageAge: number;
}

/** Keys that encrypt stored secrets. */
export interface EncryptionConfig {
  /** Keys of the ring, the current one first. */
  readonly keys: readonly NamedKey[];
}

export interface EventsConfig {
  /** Event streams of the process, and of each organization in it. */
  readonly streams: number;
  readonly streamsPerOrganization: number;
  /** Milliseconds between two heartbeats on a stream. */
  readonly heartbeat: number;
  /** Age in days at which events are deleted. */
  readonly retentionDays: number;
}

export interface Config {
  readonly http: HttpConfig;
  readonly log: LogConfig;
  readonly auth: 'platform' | 'fedora';
  readonly database: DatabaseConfig;
  /** Connections of background work. */
  readonly backgroundPoolSize: number;
  readonly composer: ComposerConfig;
  readonly contentSources: {
    readonly url: string | null;
    /** Address from which images get snapshots: replaces scheme and host of snapshot addresses. */
    readonly repoUrl: string;
    readonly repoPrefix: string;
  };
  readonly provisioningUrl: string | null;
  readonly complianceUrl: string | null;
  readonly recommendations: RecommendationsConfig | null;
  readonly unleash: { readonly url: string; readonly token: string } | null;
  /** Proxy variables in the form that Node's agents take; every client uses them. */
  readonly proxyEnv: { readonly [name: string]: string | undefined };
  /** Milliseconds that an outgoing call can take. */
  readonly upstreamTimeout: number;
  /** Limits for composer, and for each of the other services. */
  readonly callLimits: { readonly composer: CallLimits; readonly others: CallLimits };
  readonly uploads: { readonly awsRegion: string; readonly gcpRegion: string; readonly gcpBucket: string };
  readonly insightsClientProxy: string;
  readonly patchUrl: string;
  readonly distributionsDir: string;
  readonly quotaFile: string | null;
  readonly rateLimitFile: string | null;
  readonly storageLimitFile: string | null;
  /** Limits of the process: delay of the event loop in milliseconds (0 for any), and callers that wait for the database. */
  readonly overload: { readonly eventLoopDelay: number; readonly databaseWaiting: number };
  /** Passwords of one organization that wait for hashing. */
  readonly hashQueuePerOrganization: number;
  readonly allowFile: string | null;
  readonly readinessChecks: readonly ReadinessCheck[];
  /** Milliseconds for which the result of the readiness checks is cached. */
  readonly readinessCache: number;
  /** Milliseconds for which a status that composer returned is cached. */
  readonly statusReuse: number;
  /** Milliseconds for which what composer reports about image types is used before it is read again; 0: it is not read. */
  readonly imageTypeOptions: number;
  /** Whether callers can read what composer logged of their composes. */
  readonly composeLogs: boolean;
  readonly webhooks: WebhooksConfig;
  /** `null`: secrets of requests are stored as they are. */
  readonly encryption: EncryptionConfig | null;
  /** Whether this process does background work: polling, reconciliation, schedules, deliveries. */
  readonly backgroundWork: boolean;
  /** Milliseconds without a heartbeat after which other processes consider this one dead. */
  readonly processLease: number;
  /** Milliseconds between runs of the maintenance job; `null` where the operator expects none. */
  readonly maintenanceInterval: number | null;
  /** Processes that serve requests. */
  readonly workers: number;
  /** Failures in a row that disable a schedule. */
  readonly scheduleMaxFailures: number;
  /** Days after a request has shown an entitlement for which schedules trust it. */
  readonly scheduleEntitlementDays: number;
  readonly events: EventsConfig;
  /** Part of each limited resource of a process that one organization can use. */
  readonly organizationShare: number;
  readonly version: { readonly commit: string; readonly time: string };
  /** Variables that are set and have no effect. */
  readonly unused: readonly string[];
  /** Variables that are set and look like misspelt names of ours. */
  readonly misspelt: readonly Misspelt[];
}
