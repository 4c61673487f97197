import type { operations } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import type { BlueprintFilters, PlacedBlueprint } from '../db/filtered-blueprints.ts';
import { parseLabel } from '../labels.ts';
import { isUuid } from '../uuid.ts';
import { readPage, type Page } from './page.ts';
import { isStamp, parseTime } from './time.ts';

type BlueprintsQuery = NonNullable<operations['getBlueprints']['parameters']['query']>;

/** Parameters by which a list becomes one of its own; without them it is the one that all clients know. */
const OWN = ['sort', 'created_after', 'created_before', 'distribution', 'image_type', 'label', 'cursor'] as const;

/** Whether a list of blueprints is to be sorted, filtered, or read by cursor. */
export function isOwnBlueprintList(query: BlueprintsQuery): boolean {
  return OWN.some((name) => query[name] !== undefined);
}

/** Longest name that the table takes, in characters. */
const NAME_LENGTH = 200;

const isName = (text: string): boolean =>
  [...text].length <= NAME_LENGTH && !text.includes('\0') && text.isWellFormed();

/**
 * A page of the organization's blueprints that is sorted, filtered, or read by cursor.
 * @throws ServiceError `invalid` naming the parameter
 */
export function readBlueprints(
  ctx: Pick<AppContext, 'config' | 'document' | 'db'>,
  orgId: string,
  query: BlueprintsQuery,
): Promise<Page<PlacedBlueprint>> {
  const { limit: _limit, offset: _offset, cursor: _cursor, ...parameters } = query;
  const filters: BlueprintFilters = {
    createdAfter: parseTime('created_after', query.created_after),
    createdBefore: parseTime('created_before', query.created_before),
    distribution: query.distribution ?? null,
    imageType: query.image_type ?? null,
    // Empty means no filter.
    name: query.name || null,
    search: query.search || null,
    labels: (query.label ?? []).map(parseLabel),
  };
  const byName = query.sort?.endsWith('name') ?? false;
  const ascending = query.sort !== undefined && !query.sort.startsWith('-');
  const list = {
    ...{ orgId, path: 'blueprints', parameters },
    positionOf: ({ placed_at: placed, name, id }: PlacedBlueprint) => [byName ? name : placed, id] as const,
    isPosition: ([value, id]: readonly [string, string]) => isUuid(id) && (byName ? isName(value) : isStamp(value)),
  };
  return readPage(ctx, list, query, (window) =>
    ctx.db.blueprints.listFiltered(orgId, filters, { ...window, byName, ascending }),
  );
}
