import type { Config } from '../config/index.ts';
import type { Logger } from '../observability/logger.ts';

export interface FeatureFlags {
  /** Whether policies of the compliance service may be used in a compose. */
  readonly compliancePolicies: () => boolean;
  readonly close: () => void;
}

const COMPLIANCE_POLICIES = 'image-builder.compliance-policies.enabled';

/** Without a flag service, before it has answered, and for a flag it does not know: on. */
const FALLBACK = true;

/** Flags of an Unleash service where one is configured. It may be unreachable: that is logged and nothing else. */
export const createFeatureFlags = async (config: Config['unleash'], log: Logger): Promise<FeatureFlags> => {
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
};
