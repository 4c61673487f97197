import { toBlueprintItem } from '../blueprints/list-item.ts';
import type { AppContext } from '../context.ts';
import type { components } from '../../generated/image-builder.ts';
import { KeptText, type OperationHandler } from '../http/operation.ts';
import { keptBeside } from '../kept-for.ts';
import { isOwnBlueprintList, readBlueprints } from '../lists/blueprints.ts';
import { pageLinks, type PageLinks } from '../paging.ts';

/** Compatibility: in these links the parameters are sorted by name. */
const sorted = (link: string): string => {
  const [path, query] = link.split('?');
  const search = new URLSearchParams(query);
  search.sort();
  return `${path}?${search.toString()}`;
};

const sortedLinks = ({ first, last }: PageLinks): PageLinks => ({ first: sorted(first), last: sorted(last) });

type BlueprintPage = Awaited<ReturnType<AppContext['db']['blueprints']['list']>>;
type Blueprints = components['schemas']['BlueprintsResponse'];

/** Who asks for the same page at the same time gets the same one, as the same text. */
const answers = keptBeside<BlueprintPage, KeptText<Blueprints>>();

/** There is one blueprint of a name at most: paging does not apply. */
const findByName = async ({ db }: AppContext, orgId: string, name: string) => {
  const found = await db.blueprints.findByName(orgId, name);
  return found === null ? { total: 0, rows: [] } : { total: 1, rows: [found] };
};

export const getBlueprints: OperationHandler<'getBlueprints'> = async (ctx, { query, identity: { orgId } }) => {
  if (isOwnBlueprintList(query)) {
    const { rows, meta, links } = await readBlueprints(ctx, orgId, query);
    return { status: 200, body: { meta, links, data: rows.map(toBlueprintItem) } };
  }
  const { limit = 100, offset = 0, name, search } = query;
  const page = { limit, offset };
  const [found, filter] = name
    ? [await findByName(ctx, orgId, name), { name }]
    : search
      ? [await ctx.db.blueprints.search(orgId, search, page), { search }]
      : [await ctx.db.blueprints.list(orgId, page), {}];
  const body = answers(found, () => {
    const { total, rows } = found;
    const links = sortedLinks(pageLinks(ctx, 'blueprints', filter, total, limit));
    const data: Blueprints = { meta: { count: total }, links, data: rows.map(toBlueprintItem) };
    return new KeptText(JSON.stringify(data), { compressed: false });
  });
  return { status: 200, body };
};
