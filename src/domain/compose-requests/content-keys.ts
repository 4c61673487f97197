import type { ComposePlan } from './compose-plan.ts';
import type { RepositoryDefinition } from '../distributions/definition.ts';

export interface LookupKeys {
  readonly urls: readonly string[];
  readonly uuids: readonly string[];
}

export interface ContentKeys {
  readonly redHat: LookupKeys;
  readonly external: LookupKeys;
}

/** Repositories of the distribution for this image type, in file order. */
export function eligibleRepositories({ source, image }: ComposePlan): readonly RepositoryDefinition[] {
  return source.mode === 'image'
    ? []
    : source.architecture.repositories.filter(
        ({ imageTypeTags }) => imageTypeTags.length === 0 || imageTypeTags.includes(image.image_type),
      );
}

/** Repositories with cloud tools: never snapshotted, and used with any content mode. */
export function isCloudTools({ imageTypeTags, rhsm }: RepositoryDefinition): boolean {
  return imageTypeTags.length > 0 && !rhsm;
}

export interface ItemKeys {
  readonly id: string | undefined;
  readonly url: string | undefined;
}

export function payloadKeys(item: { readonly id?: string; readonly baseurl?: string }): ItemKeys {
  return {
    id: item.id || undefined,
    url: item.baseurl || undefined,
  };
}

export function customKeys(item: { readonly id: string; readonly baseurl?: readonly string[] }): ItemKeys {
  return {
    id: item.id || undefined,
    url: item.baseurl?.[0] || undefined,
  };
}

/** Content sources splits keys at commas: such a key could match unrelated repositories. */
const searchable = (keys: readonly (string | undefined)[]): string[] => [
  ...new Set(keys.filter((key): key is string => key !== undefined && !key.includes(','))),
];

/** Keys of the requested payload and custom repositories. */
export function itemKeys({ request }: ComposePlan): readonly ItemKeys[] {
  return [
    ...(request.customizations?.payload_repositories ?? []).map(payloadKeys),
    ...(request.customizations?.custom_repositories ?? []).map(customKeys),
  ];
}

/** Lookup keys of a compose of the latest content. */
export function latestKeys(plan: ComposePlan): ContentKeys {
  const items = itemKeys(plan);
  const base = eligibleRepositories(plan).filter(({ rhsm }) => rhsm);
  const uuids = searchable(items.map(({ id }) => id));
  return {
    redHat: { urls: searchable([...base.map(({ baseurl }) => baseurl), ...items.map(({ url }) => url)]), uuids },
    external: { urls: [], uuids },
  };
}

/** Lookup keys of a compose pinned to a date. */
export function datedKeys(plan: ComposePlan): ContentKeys {
  const items = itemKeys(plan);
  const base = eligibleRepositories(plan).filter((repository) => !isCloudTools(repository));
  const uuids = searchable(items.map(({ id }) => id));
  const urls = items.map(({ url }) => url);
  return {
    redHat: { urls: searchable([...base.map(({ baseurl }) => baseurl), ...urls]), uuids },
    external: { urls: searchable(urls), uuids },
  };
}

/** UUIDs of custom repositories, whose labels a registered system enables. */
export function labelKeys({ request }: ComposePlan): readonly string[] {
  return request.customizations?.subscription === undefined
    ? []
    : searchable((request.customizations.custom_repositories ?? []).map(({ id }) => id || undefined));
}
