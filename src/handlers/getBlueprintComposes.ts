import type { components } from '../../generated/image-builder.ts';
import { blueprintNotFound } from '../blueprints/refusals.ts';
import type { AppContext } from '../context.ts';
import { JsonText, pageText, type OperationHandler, type OperationRequest } from '../http/operation.ts';
import { isOwnComposeList, readComposes, type OfBlueprint } from '../lists/composes.ts';
import { pageLinks } from '../paging.ts';

/** The list that all clients know: newest first, of the last days. */
const readNewest = async (
  ctx: AppContext,
  { query, identity }: OperationRequest<'getBlueprintComposes'>,
  { id, version }: OfBlueprint,
  exists: boolean,
): Promise<string> => {
  const { limit = 100, offset = 0, ignoreImageTypes = [] } = query;
  const { total, items } = exists
    ? await ctx.db.composes.listOfBlueprint(identity.orgId, id, version, ignoreImageTypes, { limit, offset })
    : { total: 0, items: '' };
  // Compatibility: clients compare these links, although they name the list of all composes, which takes no such
  // parameters.
  const filters = { blueprint_id: id, blueprint_version: version ?? undefined };
  return pageText(total, pageLinks(ctx, 'composes', filters, total, limit), [items]);
};

export const getBlueprintComposes: OperationHandler<'getBlueprintComposes'> = async (ctx, request) => {
  const { params, query, identity } = request;
  const { blueprint_version: wanted = null } = query;
  const newest = await ctx.db.blueprints.findLatestVersion(identity.orgId, params.id);
  if (newest === null) throw blueprintNotFound();

  const version = wanted !== null && wanted < 0 ? newest : wanted;
  const exists = version === null || (version >= 1 && version <= newest);
  const respond = (text: string) =>
    ({ status: 200, body: new JsonText<components['schemas']['ComposesResponse']>(text) }) as const;
  if (!isOwnComposeList(query)) return respond(await readNewest(ctx, request, { id: params.id, version }, exists));

  // There is no version 0: a list of its composes is empty.
  const blueprint = { id: params.id, version: exists ? version : 0 };
  const page = await readComposes(ctx, identity.orgId, `blueprints/${params.id}/composes`, query, blueprint);
  const items = page.rows.map(({ text }) => text);
  return respond(pageText(page.meta.count, page.links, items, page.meta));
};
