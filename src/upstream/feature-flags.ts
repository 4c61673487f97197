import type { Config } from '../config/index.ts';
import type { Logger } from '../observability/logger.ts';

export interface FeatureFlags {
  readonly compliancePolicies: () => boolean;
  readonly close: () => void;
}

const COMPLIANCE_POLICIES = 'image-builder.compliance-policies.enabled';

/** Used without a flag service, before its first response, and for an unknown flag. */
const FALLBACK = true;

/** Flags of an Unleash service, if one is configured. Its errors are only logged. */
export async function createFeatureFlags(config: Config['unleash'], log: Logger): Promise<FeatureFlags> {
  if (config === null) return { compliancePolicies: () => FALLBACK, close: () => {} };
  const { Unleash } = await import('unleash-client');
  const unleash = new Unleash({
    url: config.url,
    appName: 'image-builder',
    projectName: 'default',
    customHeaders: { Authorization: config.token },
    refreshInterval: 15_000,
    metricsInterval: 60_000,
    disableAutoStart: false,
  });
  unleash.on('error', (error: unknown) =>
    log.error({ event: 'feature_flags.refresh_failed', err: error }, 'feature flags cannot be refreshed'),
  );
  unleash.on('warn', (message: unknown) =>
    log.warn({ event: 'feature_flags.warning', reason: String(message) }, 'the feature flag client reports a problem'),
  );
  unleash.once('ready', () => log.info({ event: 'feature_flags.ready' }, 'feature flags are ready'));
  return {
    compliancePolicies: () => unleash.isEnabled(COMPLIANCE_POLICIES, {}, FALLBACK),
    close: () => unleash.destroy(),
  };
}
