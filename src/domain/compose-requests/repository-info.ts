import type { ComposerRepository } from './types.ts';
import { onContentHost, snapshotUrl, withoutTrailingSlash, type ContentHost } from './content-url.ts';

/** A repository as content sources knows it. */
export interface RepositoryInfo {
  readonly uuid: string;
  readonly url: string;
  /** `external`, `upload`, `community` or `red_hat`; `null` when it was not told. */
  readonly origin: string | null;
  readonly name: string | undefined;
  readonly label: string;
  /** Empty for none. */
  readonly gpgKey: string;
  /** Snapshotting is switched off; what is not told counts as on. */
  readonly snapshotsDisabled: boolean;
  readonly metadataVerification: boolean | undefined;
  readonly moduleHotfixes: boolean | undefined;
  /** Empty for none. */
  readonly latestSnapshotUrl: string;
}

/** The snapshot of a repository. */
export interface SnapshotInfo {
  readonly repositoryPath: string;
  readonly url: string;
  readonly detectedOsVersion: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/** Reads an entry of a repository list; `null` for one without identifier. */
export function toRepositoryInfo(entry: Readonly<Record<string, unknown>>): RepositoryInfo | null {
  const uuid = text(entry['uuid']);
  if (uuid === '') return null;
  return {
    uuid,
    url: text(entry['url']),
    origin: text(entry['origin']) || null,
    name: typeof entry['name'] === 'string' ? entry['name'] : undefined,
    label: text(entry['label']),
    gpgKey: text(entry['gpg_key']),
    snapshotsDisabled: entry['snapshot'] === false,
    metadataVerification: flag(entry['metadata_verification']),
    moduleHotfixes: flag(entry['module_hotfixes']),
    latestSnapshotUrl: text(entry['latest_snapshot_url']),
  };
}

/** Reads a snapshot; `null` when there is none, or none that could be used. */
export function toSnapshotInfo(entry: unknown): SnapshotInfo | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const { repository_path, url, detected_os_version } = entry as Record<string, unknown>;
  const repositoryPath = text(repository_path);
  if (repositoryPath === '') return null;
  return { repositoryPath, url: text(url), detectedOsVersion: text(detected_os_version) };
}

/** Repositories by identifier, and by address with or without a slash at the end. */
export interface RepositoryIndex {
  readonly all: readonly RepositoryInfo[];
  readonly byUuid: (uuid: string | undefined) => RepositoryInfo | undefined;
  readonly byUrl: (url: string | undefined) => RepositoryInfo | undefined;
}

export function indexRepositories(repositories: readonly RepositoryInfo[]): RepositoryIndex {
  const uuids = new Map(repositories.map((repository) => [repository.uuid, repository]));
  const urls = new Map(repositories.map((repository) => [withoutTrailingSlash(repository.url), repository]));
  return {
    all: [...uuids.values()],
    byUuid: (uuid) => (uuid === undefined ? undefined : uuids.get(uuid)),
    byUrl: (url) => (url ? urls.get(withoutTrailingSlash(url)) : undefined),
  };
}

/** How the packages of a repository are verified. An empty key is none. */
const verification = ({
  gpgKey,
  moduleHotfixes,
  metadataVerification,
}: RepositoryInfo): Partial<ComposerRepository> => ({
  ...(gpgKey === '' ? {} : { gpgkey: gpgKey, check_gpg: true }),
  ...(moduleHotfixes === undefined ? {} : { module_hotfixes: moduleHotfixes }),
  ...(metadataVerification === undefined ? {} : { check_repo_gpg: metadataVerification }),
});

/** A dated snapshot as composer takes it. */
export function datedRepository(
  host: ContentHost,
  repository: RepositoryInfo,
  snapshot: SnapshotInfo,
): ComposerRepository {
  return {
    baseurl: snapshotUrl(host, snapshot.repositoryPath),
    rhsm: false,
    ...verification(repository),
  };
}

/** The latest snapshot as composer takes it, `null` where there is none. */
export function latestRepository(host: ContentHost, repository: RepositoryInfo): ComposerRepository | null {
  return repository.latestSnapshotUrl === ''
    ? null
    : { baseurl: onContentHost(host, repository.latestSnapshotUrl), rhsm: false, ...verification(repository) };
}

/** A Red Hat repository as it is published: read with the subscription of the builder. */
export function publishedRepository(repository: RepositoryInfo): ComposerRepository {
  return {
    baseurl: repository.url,
    rhsm: true,
    ...verification(repository),
  };
}
