import type { ComposePlan } from './compose-plan.ts';
import type { RepositoryDefinition } from '../distributions/definition.ts';

/** What to look repositories up by. */
export interface LookupKeys {
  readonly urls: readonly string[];
  readonly uuids: readonly string[];
}

/** Everything a build has to ask content sources about repositories, by origin. */
export interface ContentKeys {
  readonly redHat: LookupKeys;
  readonly external: LookupKeys;
}

/** Repositories of the distribution that an image of this type is made from, in file order. */
export function eligibleRepositories({ source, image }: ComposePlan): readonly RepositoryDefinition[] {
  return source.mode === 'image'
    ? []
    : source.architecture.repositories.filter(
        ({ imageTypeTags }) => imageTypeTags.length === 0 || imageTypeTags.includes(image.image_type),
      );
}

/** Tools of a cloud, published by its owner: never snapshotted, and needed whatever the content is frozen at. */
export function isCloudTools({ imageTypeTags, rhsm }: RepositoryDefinition): boolean {
  return imageTypeTags.length > 0 && !rhsm;
}

/** An item of the caller's lists, reduced to what it can be found by. */
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

/** Content sources splits a key at commas; such a key could bring repositories that nobody asked for. */
const searchable = (keys: readonly (string | undefined)[]): string[] => [
  ...new Set(keys.filter((key): key is string => key !== undefined && !key.includes(','))),
];

/** Keys of the caller's payload and custom repositories. */
export function itemKeys({ request }: ComposePlan): readonly ItemKeys[] {
  return [
    ...(request.customizations?.payload_repositories ?? []).map(payloadKeys),
    ...(request.customizations?.custom_repositories ?? []).map(customKeys),
  ];
}

/** What a build that follows the latest content has to look up. */
export function latestKeys(plan: ComposePlan): ContentKeys {
  const items = itemKeys(plan);
  const base = eligibleRepositories(plan).filter(({ rhsm }) => rhsm);
  const uuids = searchable(items.map(({ id }) => id));
  return {
    redHat: { urls: searchable([...base.map(({ baseurl }) => baseurl), ...items.map(({ url }) => url)]), uuids },
    external: { urls: [], uuids },
  };
}

/** What a build frozen at a date has to look up. */
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

/** Identifiers of the custom repositories, whose labels a registered system enables. */
export function labelKeys({ request }: ComposePlan): readonly string[] {
  return request.customizations?.subscription === undefined
    ? []
    : searchable((request.customizations.custom_repositories ?? []).map(({ id }) => id || undefined));
}
