import type { ComposePlan } from './compose-plan.ts';
import { eligibleRepositories, isCloudTools } from './content-keys.ts';
import { snapshotUrl, type ContentHost } from './content-url.ts';
import { datedRepository, type RepositoryInfo, type SnapshotInfo } from './repository-info.ts';
import { distributionRepository, type FoundRepositories, type ResolvedRepositories } from './repository-items.ts';
import type { ComposerRepository } from './types.ts';

/** A content template: its repositories, and the snapshot of each. */
export interface ContentTemplate {
  readonly repositoryUuids: readonly string[];
  readonly snapshots: readonly { readonly repositoryUuid: string; readonly snapshot: SnapshotInfo }[];
}

const redHatSnapshot = (host: ContentHost, repository: RepositoryInfo, snapshot: SnapshotInfo): ComposerRepository => ({
  baseurl: snapshotUrl(host, snapshot.repositoryPath),
  rhsm: false,
  ...(repository.gpgKey === '' ? {} : { gpgkey: repository.gpgKey, check_gpg: true }),
  ...(repository.moduleHotfixes === true ? { module_hotfixes: true } : {}),
});

/** Repositories of a content template, and the tools of the image's cloud. */
export function templateRepositories(
  host: ContentHost,
  plan: ComposePlan,
  template: ContentTemplate,
  found: FoundRepositories,
): ResolvedRepositories {
  const used = template.snapshots.map(({ repositoryUuid, snapshot }) => {
    const external = found.external.byUuid(repositoryUuid);
    return { snapshot, external, redHat: external ? undefined : found.redHat.byUuid(repositoryUuid) };
  });
  const base = used.flatMap(({ redHat, snapshot }) => (redHat ? [redHatSnapshot(host, redHat, snapshot)] : []));
  const payload = used.flatMap(({ external, snapshot }) =>
    external ? [datedRepository(host, external, snapshot)] : [],
  );
  const imageMode = plan.source.mode === 'image';
  return {
    // In image mode, the container provides the base system.
    image: imageMode ? [] : [...eligibleRepositories(plan).filter(isCloudTools).map(distributionRepository), ...base],
    payload,
    custom: [],
    detectedVersions: used.flatMap(({ redHat, snapshot }) => (redHat ? [snapshot.detectedOsVersion] : [])),
  };
}
