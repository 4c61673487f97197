import type { operations } from '../../../generated/image-builder.ts';
import type { AppContext } from '../../context.ts';
import type { BlueprintFilters } from '../../db/queries/blueprint-lists.ts';
import type { Position } from '../../db/queries/list-types.ts';
import { parseLabel } from '../labels.ts';
import { isUuid } from '../../lib/ids.ts';
import { readPage, type Page } from './page.ts';
import { isTimestamp, parseTimestampParameter } from './time.ts';

type BlueprintsQuery = NonNullable<operations['getBlueprints']['parameters']['query']>;

/** Compatibility: the list without these parameters has the links of the original service. */
const FILTER_PARAMETERS = [
  'sort',
  'created_after',
  'created_before',
  'distribution',
  'image_type',
  'label',
  'cursor',
] as const;

/** In characters: the limit of the table. */
const NAME_LENGTH = 200;

const isName = (text: string): boolean =>
  Array.from(text).length <= NAME_LENGTH && !text.includes('\0') && text.isWellFormed();

const toFilters = (query: BlueprintsQuery): BlueprintFilters => ({
  createdAfter: parseTimestampParameter('created_after', query.created_after),
  createdBefore: parseTimestampParameter('created_before', query.created_before),
  distribution: query.distribution ?? null,
  imageType: query.image_type ?? null,
  // Empty means no filter.
  name: query.name || null,
  search: query.search || null,
  labels: (query.label ?? []).map(parseLabel),
});

/** Compatibility: links of the original list sort their parameters by name. */
const withSortedQuery = (link: string): string => {
  const [path, query] = link.split('?');
  const search = new URLSearchParams(query);
  search.sort();
  return `${path}?${search.toString()}`;
};

/** @throws ServiceError `invalid` with the name of the parameter */
export async function readBlueprints(
  ctx: Pick<AppContext, 'config' | 'document' | 'db'>,
  orgId: string,
  query: BlueprintsQuery,
): Promise<Page> {
  const byName = query.sort?.endsWith('name') ?? false;
  const order = { byName, ascending: query.sort !== undefined && !query.sort.startsWith('-') };
  const isPosition = ([value, id]: Position) => isUuid(id) && (byName ? isName(value) : isTimestamp(value));
  const list = { orgId, path: 'blueprints', isPosition };
  const filters = toFilters(query);
  if (FILTER_PARAMETERS.some((name) => query[name] !== undefined)) {
    const { limit: _limit, offset: _offset, cursor: _cursor, ...parameters } = query;
    return readPage(ctx, { ...list, parameters, isCountedExactly: false }, query, (window) =>
      ctx.db.blueprints.list(orgId, filters, { ...window, ...order }),
    );
  }
  // A name matches at most one blueprint: neither search nor paging applies.
  const { name, search } = filters;
  const parameters = name === null ? (search === null ? {} : { search }) : { name };
  const { links, ...page } = await readPage(ctx, { ...list, parameters, isCountedExactly: true }, query, (window) =>
    name === null
      ? ctx.db.blueprints.list(orgId, filters, { ...window, ...order })
      : ctx.db.blueprints.list(orgId, { ...filters, search: null }, { ...window, ...order, limit: 1, offset: 0 }),
  );
  return { ...page, links: { first: withSortedQuery(links.first), last: withSortedQuery(links.last) } };
}
