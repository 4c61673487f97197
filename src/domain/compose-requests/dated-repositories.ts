import type { RepositoryDefinition } from '../distributions/definition.ts';
import { invalid, type ServiceError } from '../../lib/errors.ts';
import type { ComposePlan } from './compose-plan.ts';
import { customKeys, eligibleRepositories, isCloudTools, payloadKeys, type ItemKeys } from './content-keys.ts';
import type { ContentHost } from './content-url.ts';
import { datedRepository, type RepositoryInfo, type SnapshotInfo } from './repository-info.ts';
import {
  customRepository,
  distributionRepository,
  payloadRepository,
  splitItems,
  uniqueByUuid,
  type FoundRepositories,
  type ResolvedRepositories,
} from './repository-items.ts';
import type { ComposerCustomRepository, CustomRepository, PayloadRepository } from './types.ts';

/** Snapshots by the UUID of their repository. */
export type Snapshots = ReadonlyMap<string, SnapshotInfo>;

const withoutSnapshot = (detail: string): ServiceError =>
  invalid({ detail, code: 'content.not_available', pointer: '/image_requests/0/snapshot_date' });

/** A requested repository; `null` without a key to look it up by: it is used as requested. */
type DatedItem<Item> = { readonly item: Item; readonly repository: RepositoryInfo | null };

const findDatedItems = <Item>(
  items: readonly Item[],
  keysOf: (item: Item) => ItemKeys,
  found: FoundRepositories,
): DatedItem<Item>[] =>
  items.map((item) => {
    const keys = keysOf(item);
    if (keys.url === undefined && keys.id === undefined) return { item, repository: null };
    const repository = found.external.byUrl(keys.url) ?? found.external.byUuid(keys.id);
    if (!repository) {
      throw withoutSnapshot(
        `repository ${keys.url ?? keys.id} is not known to content sources: it has no snapshot of any date`,
      );
    }
    return { item, repository };
  });

/** Beside a metalink or a mirror list, an id is no key of content sources. */
const datedKeysOf = (item: CustomRepository | PayloadRepository, keys: ItemKeys): ItemKeys => {
  const hasOwnSource = item.metalink !== undefined || item.mirrorlist !== undefined;
  return keys.url === undefined && hasOwnSource ? { id: undefined, url: undefined } : keys;
};

/** The repositories of a compose pinned to a date, before their snapshots are looked up. */
export interface DatedSelection {
  readonly tools: readonly RepositoryDefinition[];
  readonly base: readonly RepositoryInfo[];
  readonly added: readonly RepositoryInfo[];
  readonly payload: readonly DatedItem<PayloadRepository>[];
  readonly custom: readonly DatedItem<CustomRepository>[];
  /** Repositories that need a snapshot, in request order. */
  readonly uuids: readonly string[];
}

const refuseDisabled = (repositories: readonly RepositoryInfo[]): void => {
  const disabled = repositories.find(({ snapshotsDisabled }) => snapshotsDisabled);
  if (disabled) throw withoutSnapshot(`Repository ${disabled.url} (id: ${disabled.uuid}) has snapshotting disabled`);
};

/** Selects the repositories whose snapshots are needed. @throws ServiceError `invalid` naming a repository without one */
export function selectDated(plan: ComposePlan, found: FoundRepositories): DatedSelection {
  const eligible = eligibleRepositories(plan);
  const base = eligible
    .filter((repository) => !isCloudTools(repository))
    .map((repository) => {
      const known = found.redHat.byUrl(repository.baseurl);
      if (known) return known;
      throw withoutSnapshot(
        `snapshots are not available for ${plan.request.distribution}: ` +
          `content sources does not know ${repository.baseurl ?? repository.metalink}`,
      );
    });
  const { payload, custom, redHat } = splitItems(plan, found);
  const baseIds = new Set(base.map(({ uuid }) => uuid));
  const added = redHat.filter(({ uuid }) => !baseIds.has(uuid));
  const dated = {
    payload: findDatedItems(payload, (item) => datedKeysOf(item, payloadKeys(item)), found),
    custom: findDatedItems(custom, (item) => datedKeysOf(item, customKeys(item)), found),
  };
  const external = [...dated.payload, ...dated.custom].flatMap(({ repository }) => (repository ? [repository] : []));
  const needed = uniqueByUuid([...base, ...added, ...external]);
  refuseDisabled(needed);
  return { tools: eligible.filter(isCloudTools), base, added, ...dated, uuids: needed.map(({ uuid }) => uuid) };
}

const snapshotOf = (snapshots: Snapshots, { uuid, url, name }: RepositoryInfo): SnapshotInfo => {
  const snapshot = snapshots.get(uuid);
  if (snapshot) return snapshot;
  throw withoutSnapshot(`repository ${name ?? url} (id: ${uuid}) has no snapshot`);
};

const disabledSnapshot = (snapshots: Snapshots, repository: RepositoryInfo): ComposerCustomRepository => {
  const { url } = snapshotOf(snapshots, repository);
  if (url === '')
    throw withoutSnapshot(`repository ${repository.name ?? repository.url} has no snapshot that can be read`);
  return {
    id: repository.uuid,
    ...(repository.name === undefined ? {} : { name: repository.name }),
    baseurl: [url],
    // Compatibility: the address is for reference only; the image's owner may enable it.
    enabled: false,
    ...(repository.gpgKey === '' ? {} : { gpgkey: [repository.gpgKey], check_gpg: true }),
    ...(repository.moduleHotfixes === undefined ? {} : { module_hotfixes: repository.moduleHotfixes }),
    ...(repository.metadataVerification === undefined ? {} : { check_repo_gpg: repository.metadataVerification }),
  };
};

const uniqueItems = <Item>(items: readonly DatedItem<Item>[]): DatedItem<Item>[] =>
  items.filter(
    ({ repository }, index) =>
      repository === null || items.findIndex((other) => other.repository?.uuid === repository.uuid) === index,
  );

/** Repositories pinned to a date. @throws ServiceError `invalid` naming a repository without snapshot */
export function datedRepositories(
  host: ContentHost,
  plan: ComposePlan,
  selection: DatedSelection,
  snapshots: Snapshots,
): ResolvedRepositories {
  const dated = (repository: RepositoryInfo) => datedRepository(host, repository, snapshotOf(snapshots, repository));
  const added = selection.added.map(dated);
  const external = uniqueItems(selection.payload).map(({ item, repository }) =>
    repository ? dated(repository) : payloadRepository(host, item, undefined),
  );
  const imageMode = plan.source.mode === 'image';
  const baseIds = new Set(selection.base.map(({ uuid }) => uuid));
  return {
    image: imageMode ? [] : [...selection.tools.map(distributionRepository), ...selection.base.map(dated), ...added],
    payload: imageMode ? [...external, ...added] : external,
    custom: uniqueItems(selection.custom).map(({ item, repository }) =>
      repository ? disabledSnapshot(snapshots, repository) : customRepository(host, item, undefined),
    ),
    detectedVersions: [...snapshots].flatMap(([uuid, snapshot]) =>
      baseIds.has(uuid) ? [snapshot.detectedOsVersion] : [],
    ),
  };
}
