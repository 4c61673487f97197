import type { ComposerRepository } from './types.ts';
import { onContentHost, snapshotUrl, withoutTrailingSlash, type ContentHost } from './content-url.ts';

/** A repository of content sources. */
export interface RepositoryInfo {
  readonly uuid: string;
  readonly url: string;
  /** `external`, `upload`, `community` or `red_hat`. */
  readonly origin: string | null;
  readonly name: string | undefined;
  readonly label: string;
  /** Empty for none. */
  readonly gpgKey: string;
  readonly snapshotsDisabled: boolean;
  readonly metadataVerification: boolean | undefined;
  readonly moduleHotfixes: boolean | undefined;
  /** Empty for none. */
  readonly latestSnapshotUrl: string;
}

export interface SnapshotInfo {
  readonly repositoryPath: string;
  readonly url: string;
  readonly detectedOsVersion: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/** Parses an entry of a repository list; `null` without a UUID. */
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

/** Parses a snapshot; `null` without a path. */
export function toSnapshotInfo(entry: unknown): SnapshotInfo | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const { repository_path, url, detected_os_version } = entry as Record<string, unknown>;
  const repositoryPath = text(repository_path);
  if (repositoryPath === '') return null;
  return { repositoryPath, url: text(url), detectedOsVersion: text(detected_os_version) };
}

/** URLs match with or without a trailing slash. */
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

const verification = ({
  gpgKey,
  moduleHotfixes,
  metadataVerification,
}: RepositoryInfo): Partial<ComposerRepository> => ({
  ...(gpgKey === '' ? {} : { gpgkey: gpgKey, check_gpg: true }),
  ...(moduleHotfixes === undefined ? {} : { module_hotfixes: moduleHotfixes }),
  ...(metadataVerification === undefined ? {} : { check_repo_gpg: metadataVerification }),
});

/** A dated snapshot in composer's format. */
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

/** The latest snapshot in composer's format; `null` for none. */
export function latestRepository(host: ContentHost, repository: RepositoryInfo): ComposerRepository | null {
  return repository.latestSnapshotUrl === ''
    ? null
    : { baseurl: onContentHost(host, repository.latestSnapshotUrl), rhsm: false, ...verification(repository) };
}

/** A Red Hat repository on the CDN, read with the builder's subscription. */
export function publishedRepository(repository: RepositoryInfo): ComposerRepository {
  return {
    baseurl: repository.url,
    rhsm: true,
    ...verification(repository),
  };
}
