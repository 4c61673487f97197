import type { components } from '../../generated/image-builder.ts';
import { JsonText, pageText, type OperationHandler } from '../http/operation.ts';
import { isOwnComposeList, readComposes } from '../lists/composes.ts';
import { pageLinks } from '../paging.ts';

type Composes = components['schemas']['ComposesResponse'];

export const getComposes: OperationHandler<'getComposes'> = async (ctx, { query, identity }) => {
  if (isOwnComposeList(query)) {
    const { rows, meta, links } = await readComposes(ctx, identity.orgId, 'composes', query);
    const items = rows.map(({ text }) => text);
    return { status: 200, body: new JsonText<Composes>(pageText(meta.count, links, items, meta)) };
  }
  // The list that all clients know: newest first, of the last days.
  const { limit = 100, offset = 0, ignoreImageTypes = [] } = query;
  const { total, items } = await ctx.db.composes.list(identity.orgId, ignoreImageTypes, { limit, offset });
  const links = pageLinks(ctx, 'composes', {}, total, limit);
  return { status: 200, body: new JsonText<Composes>(pageText(total, links, [items])) };
};
