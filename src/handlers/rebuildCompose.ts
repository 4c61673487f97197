import { clientIdOf } from '../domain/blueprints/client-id.ts';
import { parseStoredRequest } from '../domain/composes/stored-request.ts';
import { warningsMember } from '../domain/composes/build-warnings.ts';
import { startComposes, type StartedCompose } from '../domain/composes/start-composes.ts';
import { warningsHeader } from '../domain/warnings.ts';
import { notFound } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const rebuildCompose: OperationHandler<'rebuildCompose'> = async (ctx, request) => {
  const { params, query, headers, identity } = request;
  const origin = await ctx.db.composes.findOrigin(identity.orgId, params.composeId);
  if (origin === null) throw notFound('compose entry not found');
  const { blueprint_id: id, version_id: versionId, version } = origin;
  const compose = {
    request: { ...parseStoredRequest(ctx, origin.request), client_id: clientIdOf(headers['x-imagebuilder-ui']) },
    blueprint: id === null || versionId === null || version === null ? null : { id, versionId, version },
  };
  const [{ id: composeId, warnings }] = (await startComposes(ctx, request, [compose])) as [StartedCompose];
  return {
    ...{ status: 201, body: { id: composeId, ...warningsMember(warnings, query.hints) } },
    ...warningsHeader(warnings),
  };
};
