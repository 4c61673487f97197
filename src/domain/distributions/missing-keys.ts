import type { Logger } from '../../observability/logger.ts';
import type { DistributionRegistry } from './registry.ts';

/** Logs repositories that verify packages but have no key: composer refuses them. */
export function warnAboutMissingKeys({
  distributions,
  log,
}: {
  readonly distributions: Pick<DistributionRegistry, 'repositoriesWithoutKey'>;
  readonly log: Pick<Logger, 'warn'>;
}): void {
  const { repositoriesWithoutKey: repositories } = distributions;
  if (repositories.length === 0) return;
  log.warn(
    { event: 'distributions.key_missing', repositories },
    'composer refuses builds from repositories without a key (npm run distributions:keys)',
  );
}
