import type { RepositoryDefinition } from '../distributions/definition.ts';
import { internal, invalid } from '../../lib/errors.ts';
import type { ComposePlan } from './compose-plan.ts';
import type { ComposeRepositories } from './composer-request.ts';
import { customKeys, eligibleRepositories, isCloudTools, payloadKeys, type ItemKeys } from './content-keys.ts';
import { onContentHost, type ContentHost } from './content-url.ts';
import {
  datedRepository,
  latestRepository,
  publishedRepository,
  type RepositoryIndex,
  type RepositoryInfo,
  type SnapshotInfo,
} from './repository-info.ts';
import {
  pick,
  type ComposerCustomRepository,
  type ComposerRepository,
  type CustomRepository,
  type PayloadRepository,
} from './types.ts';

/** What content sources knows of the repositories of a build. */
export interface FoundRepositories {
  readonly redHat: RepositoryIndex;
  readonly external: RepositoryIndex;
}

/** Snapshots by the identifier of their repository. */
export type Snapshots = ReadonlyMap<string, SnapshotInfo>;

/** Repositories without the distribution they belong to, which depends on the detected version. */
export type ResolvedRepositories = Omit<ComposeRepositories, 'labels' | 'detected'> & {
  /** Versions that content sources detected in snapshots of the base system, in the order of its response. */
  readonly detectedVersions: readonly string[];
};

/** A repository of the distribution as composer takes it. */
const distributionRepository = (repository: RepositoryDefinition): ComposerRepository =>
  pick(repository, 'baseurl', 'metalink', 'check_gpg', 'gpgkey', 'rhsm') as ComposerRepository;

const uniqueByUuid = (repositories: readonly RepositoryInfo[]): RepositoryInfo[] => [
  ...new Map(repositories.map((repository) => [repository.uuid, repository])).values(),
];

const redHatOf = ({ redHat }: FoundRepositories, { id, url }: ItemKeys): RepositoryInfo | undefined =>
  redHat.byUuid(id) ?? redHat.byUrl(url);

/** The caller's lists with the Red Hat repositories taken out: those are used like repositories of the distribution. */
interface SplitItems {
  readonly payload: readonly PayloadRepository[];
  readonly custom: readonly CustomRepository[];
  readonly redHat: readonly RepositoryInfo[];
}

const splitItems = ({ request }: ComposePlan, found: FoundRepositories): SplitItems => {
  const { payload_repositories = [], custom_repositories = [] } = request.customizations ?? {};
  const ofPayload = (item: PayloadRepository) => redHatOf(found, payloadKeys(item));
  const ofCustom = (item: CustomRepository) => redHatOf(found, customKeys(item));
  const redHat = [...custom_repositories.map(ofCustom), ...payload_repositories.map(ofPayload)];
  return {
    payload: payload_repositories.filter((item) => !ofPayload(item)),
    custom: custom_repositories.filter((item) => !ofCustom(item)),
    redHat: uniqueByUuid(redHat.filter((repository) => repository !== undefined)),
  };
};

/**
 * Address of a repository that is not frozen.
 * @throws ServiceError `invalid` for an upload without snapshot, `internal` for an origin nobody knows
 */
const currentUrl = (host: ContentHost, repository: RepositoryInfo): string => {
  switch (repository.origin) {
    case 'external':
    case 'community':
    case 'red_hat':
      return repository.url;
    case 'upload':
      if (repository.latestSnapshotUrl === '') {
        throw invalid(`repository ${repository.name ?? repository.uuid} (id: ${repository.uuid}) has no snapshot yet`);
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

const payloadRepository = (
  host: ContentHost,
  item: PayloadRepository,
  known: RepositoryInfo | undefined,
): ComposerRepository => {
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
};

const customRepository = (
  host: ContentHost,
  item: CustomRepository,
  known: RepositoryInfo | undefined,
): ComposerCustomRepository => {
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
};

/** Repositories of a build that follows the latest content. */
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
  // Image mode has no repositories of its own to add to.
  const imageMode = plan.source.mode === 'image';
  return {
    image: imageMode ? [] : [...base, ...added],
    payload: imageMode ? [...external, ...added] : external,
    custom: custom.map((item) => customRepository(host, item, found.external.byUuid(item.id))),
    detectedVersions: [],
  };
}

/** A repository of the caller's that a dated build takes from a snapshot, or as it is when it has no key to be found by. */
type Dated<Item> = { readonly item: Item; readonly repository: RepositoryInfo | null };

const findDated = <Item>(
  items: readonly Item[],
  keysOf: (item: Item) => ItemKeys,
  found: FoundRepositories,
): Dated<Item>[] =>
  items.map((item) => {
    const keys = keysOf(item);
    if (keys.url === undefined && keys.id === undefined) return { item, repository: null };
    const repository = found.external.byUrl(keys.url) ?? found.external.byUuid(keys.id);
    if (!repository) {
      throw invalid(
        `repository ${keys.url ?? keys.id} is not known to content sources: it has no snapshot of any date`,
      );
    }
    return { item, repository };
  });

/** A custom repository with only a mirror list has an id that names nothing: it is used as it is. */
const datedCustomKeys = (item: CustomRepository): ItemKeys => {
  const keys = customKeys(item);
  const hasOwnSource = item.metalink !== undefined || item.mirrorlist !== undefined;
  return keys.url === undefined && hasOwnSource ? { id: undefined, url: undefined } : keys;
};

const datedPayloadKeys = (item: PayloadRepository): ItemKeys => {
  const keys = payloadKeys(item);
  const hasOwnSource = item.metalink !== undefined || item.mirrorlist !== undefined;
  return keys.url === undefined && hasOwnSource ? { id: undefined, url: undefined } : keys;
};

/** The repositories of a dated build, before their snapshots are known. */
export interface DatedSelection {
  readonly tools: readonly RepositoryDefinition[];
  readonly base: readonly RepositoryInfo[];
  readonly added: readonly RepositoryInfo[];
  readonly payload: readonly Dated<PayloadRepository>[];
  readonly custom: readonly Dated<CustomRepository>[];
  /** Identifiers of all repositories a snapshot is needed of, in the order of the request. */
  readonly uuids: readonly string[];
}

const refuseDisabled = (repositories: readonly RepositoryInfo[]): void => {
  const disabled = repositories.find(({ snapshotsDisabled }) => snapshotsDisabled);
  if (disabled) throw invalid(`Repository ${disabled.url} (id: ${disabled.uuid}) has snapshotting disabled`);
};

/**
 * Which repositories a dated build needs snapshots of.
 * @throws ServiceError `invalid` naming the repository that has none
 */
export function selectDated(plan: ComposePlan, found: FoundRepositories): DatedSelection {
  const eligible = eligibleRepositories(plan);
  const base = eligible
    .filter((repository) => !isCloudTools(repository))
    .map((repository) => {
      const known = found.redHat.byUrl(repository.baseurl);
      if (known) return known;
      throw invalid(
        `snapshots are not available for ${plan.request.distribution}: ` +
          `content sources does not know ${repository.baseurl ?? repository.metalink}`,
      );
    });
  const { payload, custom, redHat } = splitItems(plan, found);
  const baseIds = new Set(base.map(({ uuid }) => uuid));
  const added = redHat.filter(({ uuid }) => !baseIds.has(uuid));
  const dated = {
    payload: findDated(payload, datedPayloadKeys, found),
    custom: findDated(custom, datedCustomKeys, found),
  };
  const external = [...dated.payload, ...dated.custom].flatMap(({ repository }) => (repository ? [repository] : []));
  const needed = uniqueByUuid([...base, ...added, ...external]);
  refuseDisabled(needed);
  return { tools: eligible.filter(isCloudTools), base, added, ...dated, uuids: needed.map(({ uuid }) => uuid) };
}

const snapshotOf = (snapshots: Snapshots, { uuid, url, name }: RepositoryInfo): SnapshotInfo => {
  const snapshot = snapshots.get(uuid);
  if (snapshot) return snapshot;
  throw invalid(`repository ${name ?? url} (id: ${uuid}) has no snapshot`);
};

/** A custom repository of the image: its public snapshot, switched off. */
const datedCustom = (snapshots: Snapshots, repository: RepositoryInfo): ComposerCustomRepository => {
  const { url } = snapshotOf(snapshots, repository);
  if (url === '') throw invalid(`repository ${repository.name ?? repository.url} has no snapshot that can be read`);
  return {
    id: repository.uuid,
    ...(repository.name === undefined ? {} : { name: repository.name }),
    baseurl: [url],
    // Compatibility: the image keeps the address for reference; enabling it is up to its owner.
    enabled: false,
    ...(repository.gpgKey === '' ? {} : { gpgkey: [repository.gpgKey], check_gpg: true }),
    ...(repository.moduleHotfixes === undefined ? {} : { module_hotfixes: repository.moduleHotfixes }),
    ...(repository.metadataVerification === undefined ? {} : { check_repo_gpg: repository.metadataVerification }),
  };
};

/** The same repository listed twice gives one. */
const uniqueDated = <Item>(items: readonly Dated<Item>[]): Dated<Item>[] =>
  items.filter(
    ({ repository }, index) =>
      repository === null || items.findIndex((other) => other.repository?.uuid === repository.uuid) === index,
  );

/**
 * Repositories of a build frozen at a date.
 * @throws ServiceError `invalid` naming the repository without snapshot
 */
export function datedRepositories(
  host: ContentHost,
  plan: ComposePlan,
  selection: DatedSelection,
  snapshots: Snapshots,
): ResolvedRepositories {
  const dated = (repository: RepositoryInfo) => datedRepository(host, repository, snapshotOf(snapshots, repository));
  const added = selection.added.map(dated);
  const external = uniqueDated(selection.payload).map(({ item, repository }) =>
    repository ? dated(repository) : payloadRepository(host, item, undefined),
  );
  const imageMode = plan.source.mode === 'image';
  const baseIds = new Set(selection.base.map(({ uuid }) => uuid));
  return {
    image: imageMode ? [] : [...selection.tools.map(distributionRepository), ...selection.base.map(dated), ...added],
    payload: imageMode ? [...external, ...added] : external,
    custom: uniqueDated(selection.custom).map(({ item, repository }) =>
      repository ? datedCustom(snapshots, repository) : customRepository(host, item, undefined),
    ),
    detectedVersions: [...snapshots].flatMap(([uuid, snapshot]) =>
      baseIds.has(uuid) ? [snapshot.detectedOsVersion] : [],
    ),
  };
}

/** A content template: which repositories, each at which snapshot. */
export interface ContentTemplate {
  readonly repositoryUuids: readonly string[];
  readonly snapshots: readonly { readonly repositoryUuid: string; readonly snapshot: SnapshotInfo }[];
}

/** A Red Hat repository of a template. */
const templateRepository = (
  host: ContentHost,
  repository: RepositoryInfo,
  snapshot: SnapshotInfo,
): ComposerRepository => ({
  baseurl: snapshotUrlOf(host, repository, snapshot),
  rhsm: false,
  ...(repository.gpgKey === '' ? {} : { gpgkey: repository.gpgKey, check_gpg: true }),
  ...(repository.moduleHotfixes === true ? { module_hotfixes: true } : {}),
});

const snapshotUrlOf = (host: ContentHost, repository: RepositoryInfo, snapshot: SnapshotInfo): string =>
  datedRepository(host, repository, snapshot).baseurl ?? '';

/** Repositories of a build from a content template: those of the template, and the tools of the image's cloud. */
export function templateRepositories(
  host: ContentHost,
  plan: ComposePlan,
  template: ContentTemplate,
  found: FoundRepositories,
): ResolvedRepositories {
  const used = template.snapshots.map(({ repositoryUuid, snapshot }) => {
    // Known as both, a repository counts as external.
    const external = found.external.byUuid(repositoryUuid);
    return { snapshot, external, redHat: external ? undefined : found.redHat.byUuid(repositoryUuid) };
  });
  const base = used.flatMap(({ redHat, snapshot }) => (redHat ? [templateRepository(host, redHat, snapshot)] : []));
  const external = used.flatMap(({ external, snapshot }) =>
    external ? [datedRepository(host, external, snapshot)] : [],
  );
  const imageMode = plan.source.mode === 'image';
  return {
    // The base system of image mode is the container's, so the template's Red Hat repositories have no place there.
    image: imageMode ? [] : [...eligibleRepositories(plan).filter(isCloudTools).map(distributionRepository), ...base],
    payload: external,
    custom: [],
    detectedVersions: used.flatMap(({ redHat, snapshot }) => (redHat ? [snapshot.detectedOsVersion] : [])),
  };
}
