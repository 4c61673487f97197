import { collectProblems, ConfigError, fileProblem, loadNamed, type Config } from '../config/index.ts';
import { missingUploadRegions } from '../domain/compose-requests/upload-regions.ts';
import { loadDistributions, type DistributionRegistry } from '../domain/distributions/registry.ts';
import type { Logger } from '../observability/logger.ts';
import { openPolicies, type Policies, type PolicyMetrics } from './policies.ts';

/** @throws ConfigError also later, when package lists are read */
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

/** @throws ConfigError where images could be built, but not uploaded */
const refuseMissingRegions = ({ composer, uploads }: Config, distributions: DistributionRegistry): void => {
  if (composer.url === '') return;
  const missing = missingUploadRegions(distributions, uploads);
  if (missing.length > 0)
    throw new ConfigError(
      missing.map((name) => `${name}: must be set, image types that are offered are uploaded there`),
    );
};

/** Loads what the configuration names. @throws ConfigError with all problems */
export function loadConfigured(
  config: Config,
  log: Logger,
  metrics: PolicyMetrics,
): { readonly distributions: DistributionRegistry; readonly policies: Policies } {
  const loaded = collectProblems({
    distributions: () => loadNamedDistributions(config.distributionsDir),
    policies: () => openPolicies(config, log, metrics),
  });
  refuseMissingRegions(config, loaded.distributions);
  return loaded;
}
