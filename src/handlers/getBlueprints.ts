import type { components } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import { JsonText, pageText, type OperationHandler } from '../http/operation.ts';
import { isOwnBlueprintList, readBlueprints } from '../lists/blueprints.ts';
import { pageLinks, type PageLinks } from '../paging.ts';

type Blueprints = components['schemas']['BlueprintsResponse'];

/** Compatibility: in these links the parameters are sorted by name. */
const sorted = (link: string): string => {
  const [path, query] = link.split('?');
  const search = new URLSearchParams(query);
  search.sort();
  return `${path}?${search.toString()}`;
};

const sortedLinks = ({ first, last }: PageLinks): PageLinks => ({ first: sorted(first), last: sorted(last) });

/** The list without parameters of its own. A name finds one blueprint at most: paging does not apply. */
const readNewest = async (
  { db }: AppContext,
  orgId: string,
  { name, search }: { readonly name?: string; readonly search?: string },
  page: { readonly limit: number; readonly offset: number },
) => {
  if (name) return { ...(await db.blueprints.listByName(orgId, name)), filter: { name } };
  if (search) return { ...(await db.blueprints.search(orgId, search, page)), filter: { search } };
  return { ...(await db.blueprints.list(orgId, page)), filter: {} };
};

export const getBlueprints: OperationHandler<'getBlueprints'> = async (ctx, { query, identity: { orgId } }) => {
  if (isOwnBlueprintList(query)) {
    const { rows, meta, links } = await readBlueprints(ctx, orgId, query);
    const items = rows.flatMap(({ item }) => item ?? []);
    return { status: 200, body: new JsonText<Blueprints>(pageText(meta.count, links, items, meta)) };
  }
  const { limit = 100, offset = 0 } = query;
  const { total, items, filter } = await readNewest(ctx, orgId, query, { limit, offset });
  const links = sortedLinks(pageLinks(ctx, 'blueprints', filter, total, limit));
  return { status: 200, body: new JsonText<Blueprints>(pageText(total, links, [items])) };
};
