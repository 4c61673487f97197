import { readMetadata } from '../domain/composes/compose-status.ts';
import { toComposeMetadata } from '../domain/compose-requests/metadata.ts';
import { INTERNAL_ERROR, internal, notFound } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { redactUpstreamText } from '../domain/redaction/upstream-text.ts';

export const getComposeMetadata: OperationHandler<'getComposeMetadata'> = async (ctx, request) => {
  const { params, identity } = request;
  const compose = await ctx.db.composes.findMetadata(identity.orgId, params.composeId);
  if (compose === null) throw notFound(`Compose entry ${params.composeId} not found compose entry not found`);

  const kept = toComposeMetadata(compose.metadata);
  if (kept !== null) return { status: 200, body: kept };

  const answer = await readMetadata(ctx, request, compose);
  if (answer.status === 404) throw notFound(redactUpstreamText(answer.text));
  if (answer.status !== 200)
    throw internal('Failed querying compose metadata', new Error(redactUpstreamText(answer.text)));
  const metadata = toComposeMetadata(answer.json(200));
  if (metadata === null) throw internal(INTERNAL_ERROR, new Error('the metadata cannot be decoded'));
  return { status: 200, body: metadata };
};
