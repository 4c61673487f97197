import { setTimeout } from 'node:timers/promises';
import type { components, operations } from '../../../generated/image-builder.ts';
import type { AppContext } from '../../context.ts';
import type { ComposeFilters } from '../../db/queries/compose-lists.ts';
import type { Position } from '../../db/queries/list-types.ts';
import { END_OF_PAGE, JsonStream, JsonText, pageText, type Headers } from '../../lib/response/bodies.ts';
import { parseLabel } from '../labels.ts';
import { isUuid } from '../../lib/ids.ts';
import { neighbourHeader } from './page-links.ts';
import { readPage, type Page } from './page.ts';
import { isTimestamp, parseTimestampParameter } from './time.ts';

type ComposesQuery = NonNullable<operations['getComposes']['parameters']['query']>;

/** Compatibility: the list without these parameters has the links of the original service. */
const FILTER_PARAMETERS = [
  ...(['sort', 'created_after', 'created_before', 'distribution', 'image_type', 'status'] as const),
  ...(['blueprint_id', 'label', 'cursor'] as const),
];

/** Selects composes of one version of a blueprint, or of all versions (`null`). */
export interface BlueprintSelection {
  readonly id: string;
  readonly version: number | null;
}

const toFilters = (query: ComposesQuery, blueprint: BlueprintSelection | null): ComposeFilters => ({
  createdAfter: parseTimestampParameter('created_after', query.created_after),
  createdBefore: parseTimestampParameter('created_before', query.created_before),
  distribution: query.distribution ?? null,
  imageType: query.image_type ?? null,
  ignoreImageTypes: query.ignoreImageTypes ?? [],
  status: query.status ?? null,
  blueprint: blueprint ?? (query.blueprint_id === undefined ? null : { id: query.blueprint_id, version: null }),
  labels: (query.label ?? []).map(parseLabel),
});

const isPosition = ([time, id]: Position): boolean => isTimestamp(time) && isUuid(id);

const versionOf = (blueprint: BlueprintSelection | null) =>
  blueprint && blueprint.version !== null ? { blueprint_version: String(blueprint.version) } : {};

/** Characters of such items that are read in a millisecond, for each organization: reading them takes garbage collection. */
const READ_RATE = 16 * 1024;

/** Milliseconds after which a client that reads slowly does not keep others from reading any more. */
const LONGEST_TURN = 10_000;

/**
 * The items of a page that are too large to be read together, each at the time at which the client has read those before. The pages of
 * an organization take turns, an item each.
 */
async function* readRest(
  { db, largeItems }: Pick<AppContext, 'db' | 'largeItems'>,
  orgId: string,
  { items, rest }: Page,
): AsyncGenerator<string, void, void> {
  let separator = items === '' ? '' : ',';
  for (const id of rest) {
    using _turn = await largeItems.take(orgId, LONGEST_TURN);
    const item = await db.composes.findListed(orgId, id);
    if (item === null) continue;
    yield separator;
    yield item;
    // A client that reads fast leaves time for others.
    await setTimeout(item.length / READ_RATE);
    // Wanted once the client has read the item, which ends the turn.
    yield '\n';
    separator = ',';
  }
}

type ComposesBody = components['schemas']['ComposesResponse'];

interface ComposesResponse {
  readonly body: JsonText<ComposesBody> | JsonStream<ComposesBody>;
  readonly headers?: Headers;
}

/** The page of a list, with a header that names the pages beside it. @throws ServiceError `invalid` with the name of the parameter */
export async function listComposesResponse(
  ctx: Pick<AppContext, 'config' | 'document' | 'db' | 'largeItems'>,
  orgId: string,
  query: ComposesQuery,
  blueprint: BlueprintSelection | null = null,
): Promise<ComposesResponse> {
  const page = await readComposes(ctx, orgId, query, blueprint);
  const text = pageText(page.meta.count, page.links, [page.items], page.meta);
  const path = blueprint === null ? 'composes' : `blueprints/${blueprint.id}/composes`;
  const neighbours = neighbourHeader(ctx, path, query, { count: page.meta.count, hasMore: page.hasMore });
  if (page.rest.length === 0) return { body: new JsonText(text), ...neighbours };
  const head = text.slice(0, -END_OF_PAGE.length);
  return { body: new JsonStream(head, () => readRest(ctx, orgId, page), END_OF_PAGE), ...neighbours };
}

function readComposes(
  ctx: Pick<AppContext, 'config' | 'document' | 'db'>,
  orgId: string,
  query: ComposesQuery,
  blueprint: BlueprintSelection | null = null,
): Promise<Page> {
  const { limit: _limit, offset: _offset, cursor: _cursor, ...parameters } = query;
  const isFiltered = FILTER_PARAMETERS.some((name) => query[name] !== undefined);
  // Compatibility: clients compare the links of a blueprint's composes, although these name the list of all composes,
  // which has no such parameters.
  const list = isFiltered
    ? {
        path: blueprint ? `blueprints/${blueprint.id}/composes` : 'composes',
        parameters: { ...parameters, ...versionOf(blueprint) },
      }
    : { path: 'composes', parameters: blueprint ? { blueprint_id: blueprint.id, ...versionOf(blueprint) } : {} };
  const filters = toFilters(query, blueprint);
  const ascending = query.sort === 'created_at';
  return readPage(ctx, { orgId, ...list, isCountedExactly: !isFiltered, isPosition }, query, (window) =>
    ctx.db.composes.list(orgId, filters, { ...window, ascending }),
  );
}
