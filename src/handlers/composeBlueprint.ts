import { toBuildOrders } from '../blueprints/build-orders.ts';
import { clientIdOf } from '../blueprints/client-id.ts';
import { blueprintNotFound } from '../blueprints/refusals.ts';
import { startBuilds } from '../builds/start-builds.ts';
import type { OperationHandler } from '../http/operation.ts';

export const composeBlueprint: OperationHandler<'composeBlueprint'> = async (ctx, request) => {
  const { params, body, headers, identity } = request;
  const blueprint = await ctx.db.blueprints.find(identity.orgId, params.id);
  if (blueprint === null) throw blueprintNotFound();
  const orders = toBuildOrders(blueprint, body?.image_types, clientIdOf(headers['x-imagebuilder-ui']));
  const ids = await startBuilds(ctx, request, orders);
  return { status: 201, body: ids.map((id) => ({ id })) };
};
