import type { ComposePlan } from './compose-plan.ts';
import { eligibleRepositories } from './content-keys.ts';
import type { ContentHost } from './content-url.ts';
import { latestRepository, publishedRepository } from './repository-info.ts';
import {
  customRepository,
  distributionRepository,
  payloadRepository,
  splitItems,
  type FoundRepositories,
  type ResolvedRepositories,
} from './repository-items.ts';

/** Repositories of a compose of the latest content. */
export function latestRepositories(
  host: ContentHost,
  plan: ComposePlan,
  found: FoundRepositories,
): ResolvedRepositories {
  const { payload, custom, redHat } = splitItems(plan, found);
  const eligible = eligibleRepositories(plan).map((repository) => ({
    repository,
    known: repository.rhsm ? found.redHat.byUrl(repository.baseurl) : undefined,
  }));
  const base = eligible.map(
    ({ repository, known }) => (known && latestRepository(host, known)) ?? distributionRepository(repository),
  );
  const baseIds = new Set(eligible.map(({ known }) => known?.uuid));
  const added = redHat
    .filter(({ uuid }) => !baseIds.has(uuid))
    .map((repository) => latestRepository(host, repository) ?? publishedRepository(repository));
  const external = payload.map((item) => payloadRepository(host, item, found.external.byUuid(item.id)));
  const imageMode = plan.source.mode === 'image';
  return {
    image: imageMode ? [] : [...base, ...added],
    payload: imageMode ? [...external, ...added] : external,
    custom: custom.map((item) => customRepository(host, item, found.external.byUuid(item.id))),
    detectedVersions: [],
  };
}
