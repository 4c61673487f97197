import { serviceCall } from '../clients/call-context.ts';
import { toComposeMetadata } from '../compose/metadata.ts';
import { INTERNAL_ERROR, internal, notFound } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const getComposeMetadata: OperationHandler<'getComposeMetadata'> = async (ctx, request) => {
  const { params, identity } = request;
  const compose = await ctx.db.findCompose(identity.orgId, params.composeId);
  if (compose === null) throw notFound(`Compose entry ${params.composeId} not found compose entry not found`);

  const answer = await ctx.composer.getComposeMetadata({ path: { id: compose.job_id } }, serviceCall(request));
  if (answer.status === 404) throw notFound(answer.text);
  if (answer.status !== 200) throw internal('Failed querying compose metadata', new Error(answer.text));
  const metadata = toComposeMetadata(answer.json(200));
  if (metadata === null) throw internal(INTERNAL_ERROR, new Error('the metadata cannot be decoded'));
  return { status: 200, body: metadata };
};
