import type { RepositoryDefinition } from '../distributions/definition.ts';
import { internal, invalid } from '../../lib/errors.ts';
import type { ComposePlan } from './compose-plan.ts';
import type { ComposeRepositories } from './composer-request.ts';
import { customKeys, payloadKeys, type ItemKeys } from './content-keys.ts';
import { onContentHost, type ContentHost } from './content-url.ts';
import type { RepositoryIndex, RepositoryInfo } from './repository-info.ts';
import {
  pick,
  type ComposerCustomRepository,
  type ComposerRepository,
  type CustomRepository,
  type PayloadRepository,
} from './types.ts';

/** Repositories found in content sources. */
export interface FoundRepositories {
  readonly redHat: RepositoryIndex;
  readonly external: RepositoryIndex;
}

/** Repositories before the distribution is detected. */
export type ResolvedRepositories = Omit<ComposeRepositories, 'labels' | 'detected'> & {
  /** Versions detected in snapshots of the base system, in the order of content sources' response. */
  readonly detectedVersions: readonly string[];
};

/** A repository of the distribution in composer's format. */
export function distributionRepository(repository: RepositoryDefinition): ComposerRepository {
  return pick(repository, 'baseurl', 'metalink', 'check_gpg', 'gpgkey', 'rhsm');
}

export function uniqueByUuid(repositories: readonly RepositoryInfo[]): RepositoryInfo[] {
  return [...new Map(repositories.map((repository) => [repository.uuid, repository])).values()];
}

const findRedHat = ({ redHat }: FoundRepositories, { id, url }: ItemKeys): RepositoryInfo | undefined =>
  redHat.byUuid(id) ?? redHat.byUrl(url);

/** Requested repositories. Red Hat's are used like repositories of the distribution. */
interface SplitItems {
  readonly payload: readonly PayloadRepository[];
  readonly custom: readonly CustomRepository[];
  readonly redHat: readonly RepositoryInfo[];
}

export function splitItems({ request }: ComposePlan, found: FoundRepositories): SplitItems {
  const { payload_repositories = [], custom_repositories = [] } = request.customizations ?? {};
  const ofPayload = (item: PayloadRepository) => findRedHat(found, payloadKeys(item));
  const ofCustom = (item: CustomRepository) => findRedHat(found, customKeys(item));
  const redHat = [...custom_repositories.map(ofCustom), ...payload_repositories.map(ofPayload)];
  return {
    payload: payload_repositories.filter((item) => !ofPayload(item)),
    custom: custom_repositories.filter((item) => !ofCustom(item)),
    redHat: uniqueByUuid(redHat.filter((repository) => repository !== undefined)),
  };
}

/**
 * The URL of the latest content.
 * @throws ServiceError `invalid` for an upload without snapshot, `internal` for an unknown origin
 */
const currentUrl = (host: ContentHost, repository: RepositoryInfo): string => {
  switch (repository.origin) {
    case 'external':
    case 'community':
    case 'red_hat':
      return repository.url;
    case 'upload':
      if (repository.latestSnapshotUrl === '') {
        throw invalid({
          detail: `repository ${repository.name ?? repository.uuid} (id: ${repository.uuid}) has no snapshot yet`,
          code: 'content.not_available',
          pointer: '/customizations',
        });
      }
      return onContentHost(host, repository.latestSnapshotUrl);
    case null:
      throw internal(`unable to read origin from repository ${repository.uuid}`);
    default:
      throw internal(
        `unknown origin on content sources repository ${repository.uuid}, ` + `origin: ${repository.origin}`,
      );
  }
};

export function payloadRepository(
  host: ContentHost,
  item: PayloadRepository,
  known: RepositoryInfo | undefined,
): ComposerRepository {
  const baseurl = item.baseurl || (known ? currentUrl(host, known) : undefined);
  const key = item.gpgkey || known?.gpgKey || undefined;
  const checkGpg = item.check_gpg ?? (known && known.gpgKey !== '' ? true : undefined);
  const checkRepoGpg = item.check_repo_gpg ?? (known?.gpgKey ? known.metadataVerification : undefined);
  const hotfixes = item.module_hotfixes ?? known?.moduleHotfixes;
  return {
    ...(baseurl === undefined ? {} : { baseurl }),
    ...pick(item, 'metalink', 'mirrorlist', 'ignore_ssl'),
    ...(key === undefined ? {} : { gpgkey: key }),
    ...(checkGpg === undefined ? {} : { check_gpg: checkGpg }),
    ...(checkRepoGpg === undefined ? {} : { check_repo_gpg: checkRepoGpg }),
    ...(hotfixes === undefined ? {} : { module_hotfixes: hotfixes }),
    rhsm: item.rhsm,
  };
}

export function customRepository(
  host: ContentHost,
  item: CustomRepository,
  known: RepositoryInfo | undefined,
): ComposerCustomRepository {
  const name = item.name ?? known?.name;
  const baseurl = item.baseurl ?? (known ? [currentUrl(host, known)] : undefined);
  const key = item.gpgkey ?? (known?.gpgKey ? [known.gpgKey] : undefined);
  const checkGpg = item.check_gpg ?? (known && known.gpgKey !== '' ? true : undefined);
  const checkRepoGpg = item.check_repo_gpg ?? (known?.gpgKey ? known.metadataVerification : undefined);
  const hotfixes = item.module_hotfixes ?? known?.moduleHotfixes;
  return {
    id: item.id,
    ...(name === undefined ? {} : { name }),
    ...(baseurl === undefined ? {} : { baseurl }),
    ...(key === undefined ? {} : { gpgkey: key }),
    ...(checkGpg === undefined ? {} : { check_gpg: checkGpg }),
    ...(checkRepoGpg === undefined ? {} : { check_repo_gpg: checkRepoGpg }),
    ...(hotfixes === undefined ? {} : { module_hotfixes: hotfixes }),
    ...pick(item, 'filename', 'ssl_verify', 'metalink', 'mirrorlist', 'priority', 'enabled'),
  };
}
