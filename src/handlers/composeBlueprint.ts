import { composesOfBlueprint } from '../domain/blueprints/blueprint-composes.ts';
import { clientIdOf } from '../domain/blueprints/client-id.ts';
import { blueprintNotFound } from '../domain/blueprints/errors.ts';
import { warningsMember } from '../domain/composes/build-warnings.ts';
import { startComposes } from '../domain/composes/start-composes.ts';
import { warningsHeader } from '../domain/warnings.ts';
import type { OperationHandler } from '../http/operation.ts';

export const composeBlueprint: OperationHandler<'composeBlueprint'> = async (ctx, request) => {
  const { params, query, body, headers, identity, ignored } = request;
  const blueprint = await ctx.db.blueprints.find(identity.orgId, params.id);
  if (blueprint === null) throw blueprintNotFound();
  const composes = composesOfBlueprint(blueprint, body?.image_types, clientIdOf(headers['x-imagebuilder-ui']));
  const started = await startComposes(ctx, request, composes);
  return {
    status: 201,
    body: started.map(({ id, warnings }) => ({ id, ...warningsMember([...ignored, ...warnings], query.hints) })),
    ...warningsHeader(started.flatMap(({ warnings }) => warnings)),
  };
};
