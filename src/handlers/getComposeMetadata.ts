import { readMetadata } from '../domain/composes/compose-status.ts';
import { toComposeMetadata } from '../domain/compose-requests/metadata.ts';
import { INTERNAL_ERROR, internal, notFound } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { redactUpstreamText } from '../domain/redaction/upstream-text.ts';

export const getComposeMetadata: OperationHandler<'getComposeMetadata'> = async (ctx, request) => {
  const { params, identity } = request;
  const compose = await ctx.db.composes.findMetadata(identity.orgId, params.composeId);
  if (compose === null) throw notFound(`Compose entry ${params.composeId} not found compose entry not found`);

  const stored = toComposeMetadata(compose.metadata);
  if (stored !== null) return { status: 200, body: stored };

  const response = await readMetadata(ctx, request, compose);
  if (response.status === 404) throw notFound(redactUpstreamText(response.text));
  if (response.status !== 200)
    throw internal('Failed querying compose metadata', new Error(redactUpstreamText(response.text)));
  const metadata = toComposeMetadata(response.json(200));
  if (metadata === null) throw internal(INTERNAL_ERROR, new Error('the metadata cannot be decoded'));
  return { status: 200, body: metadata };
};
