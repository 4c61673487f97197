import { serviceCall } from '../clients/call-context.ts';
import { toImageStatus } from '../compose/image-status.ts';
import { redactRequest } from '../compose/stored-request.ts';
import { internal, notFound } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const getComposeStatus: OperationHandler<'getComposeStatus'> = async (ctx, request) => {
  const { params, identity } = request;
  const compose = await ctx.db.findCompose(identity.orgId, params.composeId);
  // The organization is part of the lookup: somebody else's compose looks exactly like none.
  if (compose === null) throw notFound(`Compose entry ${params.composeId} not found compose entry not found`);

  const answer = await ctx.composer
    .getComposeStatus({ path: { id: compose.job_id } }, serviceCall(request))
    .catch((error: unknown) => {
      throw internal('Failed to get compose status from client', error);
    });
  if (answer.status === 404) throw notFound(answer.text);
  if (answer.status !== 200) {
    throw internal(`Failed querying compose status (code ${answer.status})`, new Error(answer.text));
  }
  const status = toImageStatus(answer.json(200));
  if (status === null) throw internal('Failed to decode compose status');
  return { status: 200, body: { image_status: status, request: redactRequest(compose.request) } };
};
