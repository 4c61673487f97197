import { collectProblems, loadNamed, type Config } from '../config/index.ts';
import { createAllowList, parseAllowList, type AllowList } from '../domain/distributions/allow-list.ts';
import { openPolicyFile, type PolicyFile, type PolicyFileOptions } from '../domain/policy-file.ts';
import { createQuotaPolicy, parseQuotas, type QuotaPolicy } from '../domain/quota.ts';
import { createRateLimitPolicy, parseRateLimits, type RateLimitPolicy } from '../domain/rate-limits/policy.ts';
import { parseStorageLimits } from '../domain/storage-limits.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';

/** What operators set in files: which organization may use what, and how much of it. */
export interface Policies {
  readonly allowList: AllowList;
  readonly quota: QuotaPolicy;
  /** `null` where no rate limits are configured. */
  readonly rateLimits: RateLimitPolicy | null;
  readonly storageLimits: PolicyFile<ReturnType<typeof parseStorageLimits>> | null;
}

export type PolicyConfig = Pick<Config, 'allowFile' | 'quotaFile' | 'rateLimitFile' | 'storageLimitFile'>;

/** Where a file is reported that cannot be used. */
export type PolicyMetrics = Pick<Metrics, 'policyFiles'>;

/**
 * Opens the files of policies, which are read again when they change. A changed file that cannot be used is logged and reported by
 * a metric, and its previous content stays in force.
 * @throws ConfigError naming every file that cannot be used
 */
export function openPolicies(config: PolicyConfig, log: Logger, metrics: PolicyMetrics): Policies {
  const open = <Content>(
    variable: string,
    path: string | null,
    parse: (content: unknown) => Content,
    options: PolicyFileOptions = {},
  ): PolicyFile<Content> | null => {
    if (path === null) return null;
    const file = loadNamed(variable, path, () =>
      openPolicyFile(path, parse, {
        ...options,
        onReload: () => log.info({ event: 'policy_file.reloaded', variable }, 'a changed file of policies is in force'),
        onInvalid: (reason) =>
          log.error(
            { event: 'policy_file.invalid', variable, reason },
            'a changed file of policies cannot be used: its previous content stays in force',
          ),
      }),
    );
    metrics.policyFiles.watch(variable, file.isInvalid);
    return file;
  };

  const files = collectProblems({
    allowList: () => open('ALLOW_FILE', config.allowFile, parseAllowList),
    // Compatibility: a changed quota holds for the next request.
    quota: () => open('QUOTA_FILE', config.quotaFile, parseQuotas, { interval: 0 }),
    rateLimits: () => open('RATE_LIMIT_FILE', config.rateLimitFile, parseRateLimits),
    storageLimits: () => open('STORAGE_LIMIT_FILE', config.storageLimitFile, parseStorageLimits),
  });
  return {
    allowList: createAllowList(files.allowList),
    quota: createQuotaPolicy(files.quota),
    rateLimits: files.rateLimits && createRateLimitPolicy(files.rateLimits),
    storageLimits: files.storageLimits,
  };
}
