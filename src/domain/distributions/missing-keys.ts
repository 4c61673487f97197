import type { Logger } from '../../observability/logger.ts';
import type { DistributionRegistry } from './registry.ts';

/** Logs a warning with the names of repositories that verify packages without having a key: composer refuses them. */
export function warnOfMissingKeys({
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
