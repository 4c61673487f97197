import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createComplianceOperations, type ComplianceOperations } from './upstream/operations.ts';
import type { ComposerOperations } from './upstream/operations.ts';
import { createContentSourcesOperations, type ContentSourcesOperations } from './upstream/operations.ts';
import { createProvisioningOperations, type ProvisioningOperations } from './upstream/operations.ts';
import { createAuditLog, type AuditLog } from './domain/audit/log.ts';
import { createHeartbeat, type Heartbeat } from './background/heartbeat.ts';
import { composeTexts } from './domain/compose-requests/stored-request.ts';
import { createWakeups, type Wakeups } from './background/wake.ts';
import { createComposerReads, type ComposerReads } from './domain/composes/compose-status.ts';
import { createRetries, type Retries } from './domain/composes/retries.ts';
import { createAnswerValidator } from './upstream/answer-validator.ts';
import { createComposer } from './upstream/composer.ts';
import { createFeatureFlags, type FeatureFlags } from './upstream/feature-flags.ts';
import { createRecommendations, type Recommendations } from './upstream/recommendations.ts';
import { createUpstreamCall } from './upstream/upstream.ts';
import { createSendToReceiver, type SendToReceiver } from './upstream/webhook-receiver.ts';
import { fileProblem, loadNamed, type Config } from './config/index.ts';
import { listenForEvents } from './db/event-listener.ts';
import { createDatabase, type Database } from './db/index.ts';
import { loadAllowList, type AllowList } from './domain/distributions/allow-list.ts';
import { loadDistributions, type DistributionRegistry } from './domain/distributions/registry.ts';
import type { ContractDocument } from './contract/schema.ts';
import { requestCompiler, type SchemaCompiler } from './contract/validator.ts';
import { createComposeFollowers } from './domain/events/compose-followers.ts';
import { createEventHub, type EventHub } from './domain/events/hub.ts';
import { entityTag } from './lib/response/etag.ts';
import { createCachedCall, type CachedCall } from './lib/cached-call.ts';
import type { Logger } from './observability/logger.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { createOverload, type Overload } from './http/overload.ts';
import { createQuotaPolicy, type QuotaPolicy } from './domain/quota.ts';
import { createRateLimiter, type RateLimiter } from './domain/rate-limits/limiter.ts';
import { createRateLimitPolicy } from './domain/rate-limits/policy.ts';
import { createCountStore } from './domain/rate-limits/store.ts';
import { ROOT } from './lib/root.ts';
import { createSecretBox, parseKeys, type SecretBox } from './lib/secret-box.ts';

/** Everything a handler may use. Built once; handlers get it as their first argument. */
export interface AppContext extends AsyncDisposable {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The published contract, parsed and as text. */
  readonly document: ContractDocument;
  readonly documentText: string;
  /** Strong entity tag of the document's text. */
  readonly documentTag: string;
  /** Validators for schemas of the contract. */
  readonly requestCompiler: SchemaCompiler;
  readonly distributions: DistributionRegistry;
  readonly allowList: AllowList;
  readonly quota: QuotaPolicy;
  /** Limits of requests, `null` where there are none. */
  readonly rateLimiter: RateLimiter | null;
  readonly overload: Overload;
  readonly flags: FeatureFlags;
  readonly db: Database;
  readonly composer: ComposerOperations;
  /** How far builds are, as composer tells it to all who ask at the same time. */
  readonly composerReads: ComposerReads;
  readonly contentSources: ContentSourcesOperations;
  readonly provisioning: ProvisioningOperations;
  readonly compliance: ComplianceOperations;
  readonly recommendations: Recommendations;
  /** Keeps secrets that are needed again, `null` where the operator has set no key. */
  readonly secretBox: SecretBox | null;
  /** Sends messages to the addresses that webhooks name. */
  readonly sendToReceiver: SendToReceiver;
  /** Shows other processes that this one is alive. Runs where background work does. */
  readonly heartbeat: Heartbeat;
  /** Makes the background run a task, in this process or another one. */
  readonly background: Wakeups;
  /** Ends of builds that could not be written, tried again and again. */
  readonly retries: Retries;
  /** Who did what, as it is put on record. */
  readonly audit: AuditLog;
  /** Tells callers what happens. */
  readonly events: EventHub;
  /** What the services that readiness depends on said last. */
  readonly readiness: CachedCall<unknown>;
  /**
   * `stopping`: the process is about to end, and readiness fails. `running`: requests that are not answered yet. `working`: runs of
   * schedules that are not over.
   */
  readonly lifecycle: { stopping: boolean; running: number; working: number };
  /** Identity header for requests without one: only in the embedded development mode, which listens on loopback. */
  readonly developmentIdentity: readonly string[] | null;
}

/** Tasks that do what a process which died has left. */
const LEFT_BY_DEAD_PROCESSES = ['reconcile-builds', 'deliver-webhooks', 'run-schedules', 'poll-composes'] as const;

/** @throws (also later, when package lists are read) ConfigError */
const loadNamedDistributions = (directory: string): DistributionRegistry => {
  const registry = loadNamed('DISTRIBUTIONS_DIR', directory, () => loadDistributions(directory));
  return {
    ...registry,
    loadPackages: () =>
      registry.loadPackages().catch((error: unknown) => {
        throw fileProblem('DISTRIBUTIONS_DIR', directory, error);
      }),
  };
};

/** The limits of a file on requests, counted in the database. */
const rateLimiterOf = (config: Config, metrics: Metrics, log: Logger): RateLimiter | null => {
  const { rateLimitFile: file } = config;
  if (file === null) return null;
  const policy = loadNamed('RATE_LIMIT_FILE', file, () => createRateLimitPolicy(file, log));
  return createRateLimiter({ policy, store: createCountStore(config.database), metrics: metrics.protection, log });
};

const secretBoxOf = ({ webhooks: { secretKey } }: Config): SecretBox | null => {
  const keys = secretKey === null ? null : parseKeys(secretKey);
  return keys === null ? null : createSecretBox(keys);
};

const DOCUMENT = join(ROOT, 'generated/openapi.json');

/**
 * Builds the context from a configuration. Does not connect anywhere.
 * @throws ConfigError when a file that the configuration names cannot be used
 */
export const createContext = async (
  config: Config,
  log: Logger,
  overrides: Partial<AppContext> = {},
): Promise<AppContext> => {
  const metrics = overrides.metrics ?? createMetrics({ processMetrics: true });
  const documentText = readFileSync(DOCUMENT, 'utf8').trimEnd();
  const document = JSON.parse(documentText) as ContractDocument;
  const { upstreamTimeout: timeout, proxyEnv, callLimits } = config;
  const upstream = { timeout, proxyEnv, limits: callLimits.others, metrics, log };
  const call = (service: string, url: string | null) =>
    createUpstreamCall({ ...upstream, service, url, validator: createAnswerValidator(service) });
  const db = overrides.db ?? createDatabase(config.database, { composeTexts });
  const flags = overrides.flags ?? (await createFeatureFlags(config.unleash, log));
  const lifecycle = overrides.lifecycle ?? { stopping: false, running: 0, working: 0 };
  // A connection of its own: a process whose pool is busy is alive, and its metrics page does not wait.
  const pulse = createDatabase({ ...config.database, poolSize: 1 }, { composeTexts });
  metrics.watch({
    running: () => lifecycle.running,
    connections: () => db.connections(),
    maxConnections: config.database.poolSize,
    unknownBuilds: () => pulse.reservations.countUnknown(),
    pendingDeliveries: () => pulse.deliveries.countPending(),
  });
  const composer =
    overrides.composer ??
    createComposer(config.composer, {
      ...{ ...upstream, limits: callLimits.composer, validator: createAnswerValidator('composer') },
    });
  const rateLimiter = overrides.rateLimiter ?? rateLimiterOf(config, metrics, log);
  const overload =
    overrides.overload ??
    createOverload(config.overload, { callers: db.callers, connections: config.database.poolSize });
  const background = overrides.background ?? createWakeups(db, log);
  const heartbeat = createHeartbeat({
    ...{ db: pulse, log, lease: config.processLease },
    onOthersDied: () => LEFT_BY_DEAD_PROCESSES.forEach((name) => background.wake(name)),
  });
  const retries = createRetries(log);
  const audit = overrides.audit ?? createAuditLog(db, retries, log);
  const events =
    overrides.events ??
    createEventHub({
      ...{ db, log, metrics: metrics.events, limits: config.events },
      listen: (onNews, onProblem) => listenForEvents(config.database, onNews, onProblem),
      followers: createComposeFollowers(db, background, log),
    });
  return {
    config,
    log,
    metrics,
    document,
    documentText,
    documentTag: entityTag(`${documentText}\n`),
    requestCompiler: requestCompiler(document),
    distributions: loadNamedDistributions(config.distributionsDir),
    allowList: loadNamed('ALLOW_FILE', config.allowFile ?? '', () => loadAllowList(config.allowFile)),
    quota: createQuotaPolicy(config.quotaFile),
    rateLimiter,
    overload,
    composer,
    composerReads: createComposerReads(composer, config.statusReuse),
    contentSources: createContentSourcesOperations(call('content-sources', config.contentSources.url)),
    provisioning: createProvisioningOperations(call('provisioning', config.provisioningUrl)),
    compliance: createComplianceOperations(call('compliance', config.complianceUrl)),
    recommendations: createRecommendations(config.recommendations, upstream),
    secretBox: secretBoxOf(config),
    sendToReceiver: createSendToReceiver(config.webhooks),
    heartbeat,
    background,
    retries,
    events,
    readiness: createCachedCall(config.readinessCache),
    lifecycle,
    developmentIdentity: null,
    ...overrides,
    db,
    flags,
    audit,
    [Symbol.asyncDispose]: async () => {
      flags.close();
      await audit.close();
      await events[Symbol.asyncDispose]();
      background[Symbol.dispose]();
      await retries.close();
      await heartbeat.stop();
      await pulse.close();
      overload[Symbol.dispose]();
      await rateLimiter?.[Symbol.asyncDispose]();
      await db.close();
    },
  };
};
