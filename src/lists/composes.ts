import type { operations } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import type { ComposeFilters, PlacedCompose } from '../db/filtered-composes.ts';
import { parseLabel } from '../labels.ts';
import { isUuid } from '../uuid.ts';
import { readPage, type Page } from './page.ts';
import { isStamp, parseTime } from './time.ts';

type ComposesQuery = NonNullable<operations['getComposes']['parameters']['query']>;

/** Parameters by which a list becomes one of its own; without them it is the one that all clients know. */
const OWN = [
  ...(['sort', 'created_after', 'created_before', 'distribution', 'image_type', 'status'] as const),
  ...(['blueprint_id', 'label', 'cursor'] as const),
];

/** Whether a list of builds is to be sorted, filtered, or read by cursor. */
export const isOwnComposeList = (query: ComposesQuery): boolean => OWN.some((name) => query[name] !== undefined);

/** Builds of one blueprint, of one of its versions or of all (`null`). */
export interface OfBlueprint {
  readonly id: string;
  readonly version: number | null;
}

const toFilters = (query: ComposesQuery, blueprint: OfBlueprint | null): ComposeFilters => ({
  createdAfter: parseTime('created_after', query.created_after),
  createdBefore: parseTime('created_before', query.created_before),
  distribution: query.distribution ?? null,
  imageType: query.image_type ?? null,
  ignoreImageTypes: query.ignoreImageTypes ?? [],
  status: query.status ?? null,
  blueprint: blueprint ?? (query.blueprint_id === undefined ? null : { id: query.blueprint_id, version: null }),
  labels: (query.label ?? []).map(parseLabel),
});

/**
 * A page of the organization's builds that is sorted, filtered, or read by cursor.
 * @param path of the list, below the versioned prefix
 * @param blueprint whose builds the list is about, `null` where the query says so at most
 * @throws ServiceError `invalid` naming the parameter
 */
export const readComposes = (
  ctx: Pick<AppContext, 'config' | 'document' | 'db'>,
  orgId: string,
  path: string,
  query: ComposesQuery,
  blueprint: OfBlueprint | null = null,
): Promise<Page<PlacedCompose>> => {
  const { limit: _limit, offset: _offset, cursor: _cursor, ...parameters } = query;
  const filters = toFilters(query, blueprint);
  const list = {
    ...{ orgId, path },
    parameters:
      blueprint && blueprint.version !== null
        ? { ...parameters, blueprint_version: String(blueprint.version) }
        : parameters,
    positionOf: ({ placed_at: placed, job_id: id }: PlacedCompose) => [placed, id] as const,
    isPosition: ([time, id]: readonly [string, string]) => isStamp(time) && isUuid(id),
  };
  const ascending = query.sort === 'created_at';
  return readPage(ctx, list, query, (window) => ctx.db.composes.listFiltered(orgId, filters, { ...window, ascending }));
};
