import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createComplianceOperations,
  type ComplianceOperations,
  type ComposerOperations,
  createContentSourcesOperations,
  type ContentSourcesOperations,
  createProvisioningOperations,
  type ProvisioningOperations,
} from './upstream/operations.ts';
import { createEntitlements, type Entitlements } from './domain/entitlements.ts';
import { createAuditLog, type AuditLog } from './domain/audit/log.ts';
import { createHeartbeat, type Heartbeat } from './background/heartbeat.ts';
import { createImageTypeOptions, type ImageTypeOptions } from './domain/build-rules/option-cache.ts';
import { composeTexts } from './domain/compose-requests/compose-texts.ts';
import { createConfiguredVault } from './domain/encryption/configured-vault.ts';
import { createWakeups, type Wakeups } from './background/wake.ts';
import { createComposerReads, type ComposerReads } from './domain/composes/compose-status.ts';
import { createRetries, type Retries } from './domain/composes/retries.ts';
import { createResponseValidator } from './upstream/response-validator.ts';
import { createComposer } from './upstream/composer.ts';
import { ownAddresses } from './lib/own-addresses.ts';
import { createFeatureFlags, type FeatureFlags } from './upstream/feature-flags.ts';
import { createRecommendations, type Recommendations } from './upstream/recommendations.ts';
import { createUpstreamCall } from './upstream/upstream-call.ts';
import { createSendToReceiver, type SendToReceiver } from './upstream/webhook-receiver.ts';
import type { Config, ReadinessCheck } from './config/index.ts';
import { openDatabases } from './databases.ts';
import { listenForEvents } from './db/event-listener.ts';
import type { Database } from './db/index.ts';
import type { AllowList } from './domain/distributions/allow-list.ts';
import type { DistributionRegistry } from './domain/distributions/registry.ts';
import type { ContractDocument } from './contract/schema.ts';
import { requestCompiler, type SchemaCompiler } from './contract/validator.ts';
import { createComposeFollowers } from './domain/events/compose-followers.ts';
import { createEventHub, type EventHub } from './domain/events/hub.ts';
import { entityTag } from './lib/response/etag.ts';
import { createCachedCall, type CachedCall } from './lib/cached-call.ts';
import type { Logger } from './observability/logger.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { FairSlots } from './lib/fair-slots.ts';
import { OrganizationUse, shareOf } from './lib/organization-use.ts';
import { createOverload, type Overload } from './http/overload.ts';
import { createPasswordHasher, type PasswordHasher } from './domain/passwords/password-hasher.ts';
import type { QuotaPolicy } from './domain/quota.ts';
import { createStorage, type Storage } from './domain/storage-limits.ts';
import type { AddressRules } from './lib/addresses.ts';
import { createRateLimiter, type RateLimiter } from './domain/rate-limits/limiter.ts';
import type { RateLimitPolicy } from './domain/rate-limits/policy.ts';
import { createCountStore } from './domain/rate-limits/store.ts';
import { ROOT } from './lib/root.ts';
import { loadConfigured } from './setup/load-configured.ts';

/** Everything a handler may use. */
export interface AppContext extends AsyncDisposable {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly document: ContractDocument;
  readonly documentText: string;
  /** Strong entity tag of `documentText`. */
  readonly documentTag: string;
  readonly requestCompiler: SchemaCompiler;
  readonly distributions: DistributionRegistry;
  readonly allowList: AllowList;
  readonly quota: QuotaPolicy;
  readonly storage: Storage;
  /** `null` where no rate limits are configured. */
  readonly rateLimiter: RateLimiter | null;
  readonly overload: Overload;
  /** What each organization uses of this process. */
  readonly use: { readonly requests: OrganizationUse; readonly bodyBytes: OrganizationUse };
  /** Turns of reading large items of lists, each until the client has read it. */
  readonly largeItems: FairSlots;
  readonly passwords: PasswordHasher;
  readonly flags: FeatureFlags;
  readonly db: Database;
  /** Connections of background work, so that requests do not wait for it. */
  readonly backgroundDb: Database;
  readonly composer: ComposerOperations;
  /** What image types take, as composer reports it, cached. */
  readonly imageTypeOptions: ImageTypeOptions;
  /** Compose statuses from composer, cached and coalesced. */
  readonly composerReads: ComposerReads;
  readonly contentSources: ContentSourcesOperations;
  readonly provisioning: ProvisioningOperations;
  readonly compliance: ComplianceOperations;
  readonly recommendations: Recommendations;
  /** The addresses that webhooks can have. */
  readonly receiverRules: AddressRules;
  readonly sendToReceiver: SendToReceiver;
  /** Reports to other processes that this process is alive. */
  readonly heartbeat: Heartbeat;
  /** Starts background tasks, in this or another process. */
  readonly background: Wakeups;
  /** Retries database writes that failed after their effect. */
  readonly retries: Retries;
  readonly audit: AuditLog;
  readonly events: EventHub;
  /** Cached result of the readiness checks. */
  readonly readiness: CachedCall<readonly ReadinessCheck[]>;
  /** `stopping` makes readiness fail. `running` counts open requests, `working` runs of schedules. */
  readonly lifecycle: { stopping: boolean; running: number; working: number };
  /** Records the entitlements that requests show. */
  readonly entitlements: Entitlements;
  /** Identity of requests without one, in the embedded development mode only. */
  readonly developmentIdentity: readonly string[] | null;
}

/** Tasks that complete the work of a process that died. */
const RECOVERY_TASKS = ['reconcile-builds', 'deliver-webhooks', 'run-schedules', 'poll-composes'] as const;

const createConfiguredRateLimiter = (
  policy: RateLimitPolicy | null,
  { config, metrics, log }: Pick<AppContext, 'config' | 'metrics' | 'log'>,
): RateLimiter | null =>
  policy && createRateLimiter({ policy, store: createCountStore(config.database), metrics: metrics.protection, log });

const CONTRACT = join(ROOT, 'generated/contract.json');
const PUBLISHED_DOCUMENT = join(ROOT, 'generated/openapi.json');

const readContract = () => {
  const documentText = readFileSync(PUBLISHED_DOCUMENT, 'utf8').trimEnd();
  const document = JSON.parse(readFileSync(CONTRACT, 'utf8')) as ContractDocument;
  return {
    ...{ document, documentText, documentTag: entityTag(`${documentText}\n`) },
    requestCompiler: requestCompiler(document),
  };
};

let contract: ReturnType<typeof readContract> | undefined;

/** The contract with its compiled schemas, which all contexts of a process share. */
const loadContract = () => (contract ??= readContract());

/** The clients of other services. */
const createClients = (config: Config, metrics: Metrics, log: Logger, given: ComposerOperations | undefined) => {
  const { upstreamTimeout: timeout, proxyEnv, callLimits } = config;
  const settings = { timeout, proxyEnv, limits: callLimits.others, metrics, log };
  const call = (service: string, url: string | null) =>
    createUpstreamCall({ ...settings, service, url, validator: createResponseValidator(service) });
  const composerSettings = { ...settings, limits: callLimits.composer, validator: createResponseValidator('composer') };
  const composer = given ?? createComposer(config.composer, composerSettings);
  return {
    ...{ composer, composerReads: createComposerReads(composer, config.statusReuse) },
    imageTypeOptions: createImageTypeOptions(composer, config.imageTypeOptions),
    contentSources: createContentSourcesOperations(call('content-sources', config.contentSources.url)),
    provisioning: createProvisioningOperations(call('provisioning', config.provisioningUrl)),
    compliance: createComplianceOperations(call('compliance', config.complianceUrl)),
    recommendations: createRecommendations(config.recommendations, settings),
  };
};

/** An organization can have one compressed body of the largest size: it counts compressed and decompressed. */
const createUse = ({ http, organizationShare }: Config): AppContext['use'] => {
  const total = Math.max(http.bodyBudget, 4 * http.bodyLimit);
  const perOrganization = Math.max(shareOf(total, organizationShare), 2 * http.bodyLimit);
  return {
    requests: new OrganizationUse({ total: Infinity, perOrganization: http.requestsPerOrganization }),
    bodyBytes: new OrganizationUse({ total, perOrganization }),
  };
};

/** Large items of lists that are in memory at the same time, up to 2 MiB each. */
const createLargeItems = (): FairSlots =>
  new FairSlots({
    ...{ slots: 8, slotsPerOrganization: 1 },
    // Requests in progress are bounded.
    ...{ queue: Infinity, queuePerOrganization: Infinity, timeout: null },
  });

/** Opens what has to be closed: `stack` closes it in reverse order. */
const openResources = async (
  parts: Pick<AppContext, 'config' | 'metrics' | 'log'>,
  rateLimits: RateLimitPolicy | null,
  overrides: Partial<AppContext>,
  stack: AsyncDisposableStack,
) => {
  const { config, metrics, log } = parts;
  const support = { composeTexts, vault: createConfiguredVault(config, log) };
  const { db, backgroundDb, monitoringDb } = openDatabases({ config, support, log, metrics }, overrides, stack);
  const rateLimiter = stack.use(overrides.rateLimiter ?? createConfiguredRateLimiter(rateLimits, parts));
  const use = overrides.use ?? createUse(config);
  const { callers, isHeavyCaller } = db;
  const load = { callers, isHeavyCaller, connections: config.database.poolSize, requests: use.requests };
  const overload = stack.use(overrides.overload ?? createOverload(config.overload, load));
  const passwords = stack.use(
    overrides.passwords ??
      createPasswordHasher(
        { perOrganization: config.hashQueuePerOrganization },
        {
          onRefused: () => metrics.protection.shedRequests.inc({ reason: 'password_hashing' }),
          onFailed: (error) =>
            log.error({ event: 'passwords.thread_failed', err: error }, 'a thread that hashes passwords failed'),
        },
      ),
  );
  const heartbeat = createHeartbeat({
    ...{ db: monitoringDb, log, lease: config.processLease },
    onOthersDied: () => RECOVERY_TASKS.forEach((name) => background.wake(name)),
  });
  stack.defer(() => heartbeat.stop());
  const entitlements = stack.use(overrides.entitlements ?? createEntitlements(monitoringDb, log));
  const retries = stack.adopt(createRetries(log), (it) => it.close());
  const background = stack.use(overrides.background ?? createWakeups(db, log));
  const events = stack.use(
    overrides.events ??
      createEventHub({
        ...{ db, log, metrics: metrics.events, limits: config.events },
        listen: (onNews, onProblem) => listenForEvents(config.database, onNews, onProblem),
        followers: createComposeFollowers(db, background, log),
      }),
  );
  const audit = stack.adopt(overrides.audit ?? createAuditLog(db, retries, log), (it) => it.close());
  const flags = stack.adopt(overrides.flags ?? (await createFeatureFlags(config.unleash, log)), (it) => it.close());
  return {
    db,
    backgroundDb,
    rateLimiter,
    use,
    overload,
    passwords,
    monitoringDb,
    heartbeat,
    entitlements,
    retries,
    background,
    events,
    audit,
    flags,
  };
};

/**
 * Builds the context; connects to nothing.
 * @throws ConfigError for files that the configuration names and that cannot be used, and for missing upload regions
 */
export async function createContext(
  config: Config,
  log: Logger,
  overrides: Partial<AppContext> = {},
): Promise<AppContext> {
  // Closes what is open if the rest fails; `move` hands it over to the context.
  await using stack = new AsyncDisposableStack();
  const metrics = overrides.metrics ?? createMetrics({ processMetrics: true });
  const lifecycle = overrides.lifecycle ?? { stopping: false, running: 0, working: 0 };
  const { distributions, policies } = loadConfigured(config, log, metrics);
  const parts = { config, metrics, log };
  const { monitoringDb, ...resources } = await openResources(parts, policies.rateLimits, overrides, stack);
  metrics.watch({
    running: () => lifecycle.running,
    connections: () => resources.db.connections(),
    maxConnections: config.database.poolSize,
    unknownBuilds: () => monitoringDb.reservations.countUnknown(),
    pendingDeliveries: () => monitoringDb.deliveries.countPending(),
    eventsHeldBack: () => monitoringDb.events.secondsHeldBack(),
    pingDatabase: () => monitoringDb.ping(),
    maintenance: {
      ...monitoringDb.maintenance,
      interval: config.maintenanceInterval,
    },
  });
  const { allowedRanges, deniedRanges } = config.webhooks;
  const receiverRules = { allowedRanges, deniedRanges: [...deniedRanges, ...ownAddresses()] };
  const context = {
    ...{ config, log, metrics, lifecycle, distributions },
    ...loadContract(),
    ...createClients(config, metrics, log, overrides.composer),
    ...{ allowList: policies.allowList, quota: policies.quota },
    storage: createStorage(policies.storageLimits, (orgId) => resources.db.readStorageUse(orgId)),
    largeItems: createLargeItems(),
    receiverRules,
    sendToReceiver: createSendToReceiver(receiverRules),
    readiness: createCachedCall<readonly ReadinessCheck[]>(config.readinessCache),
    developmentIdentity: null,
    ...resources,
    ...overrides,
  };
  const open = stack.move();
  return { ...context, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
