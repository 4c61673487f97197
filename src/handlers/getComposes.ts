import type { components } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import { JsonText, KeptText, pageText, type OperationHandler, type OperationRequest } from '../http/operation.ts';
import { keptBeside } from '../kept-for.ts';
import { composeItemText } from '../compose/stored-request.ts';
import { isOwnComposeList, readComposes } from '../lists/composes.ts';
import { pageLinks } from '../paging.ts';

type ComposePage = Awaited<ReturnType<AppContext['db']['composes']['list']>>;
type Composes = components['schemas']['ComposesResponse'];

/** Who asks for the same page at the same time gets the same one, as the same text. */
const newestAnswers = keptBeside<ComposePage, KeptText<Composes>>();

/** The list that all clients know: newest first, of the last days. */
const readNewest = async (ctx: AppContext, { query, identity }: OperationRequest<'getComposes'>) => {
  const { limit = 100, offset = 0, ignoreImageTypes = [] } = query;
  const page = await ctx.db.composes.list(identity.orgId, ignoreImageTypes, { limit, offset });
  return newestAnswers(page, () => {
    const links = pageLinks(ctx, 'composes', {}, page.total, limit);
    return new KeptText(pageText(page.total, links, page.rows.map(composeItemText)), { compressed: false });
  });
};

export const getComposes: OperationHandler<'getComposes'> = async (ctx, request) => {
  const { query, identity } = request;
  if (!isOwnComposeList(query)) return { status: 200, body: await readNewest(ctx, request) };
  const { rows, meta, links } = await readComposes(ctx, identity.orgId, 'composes', query);
  return { status: 200, body: new JsonText<Composes>(pageText(meta.count, links, rows.map(composeItemText), meta)) };
};
