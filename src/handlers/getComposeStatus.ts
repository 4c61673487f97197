import { isFinal, readStatus } from '../builds/compose-status.ts';
import { toImageStatus } from '../compose/image-status.ts';
import { internal, notFound, ServiceError } from '../errors.ts';
import { shownLabels } from '../labels.ts';
import type { OperationHandler } from '../http/operation.ts';
import { redactForeignText } from '../redaction/foreign.ts';
import { redactRequest, redactStatus } from '../redaction/shown.ts';

export const getComposeStatus: OperationHandler<'getComposeStatus'> = async (ctx, request) => {
  const { params, identity } = request;
  const compose = await ctx.db.findComposeStatus(identity.orgId, params.composeId);
  // The organization is part of the lookup: somebody else's compose looks exactly like none.
  if (compose === null) throw notFound(`Compose entry ${params.composeId} not found compose entry not found`);
  const shown = { request: redactRequest(compose.request), ...shownLabels(compose.labels) };

  // A build that is over is not asked for any more: composer may be away, or have forgotten it.
  const kept = toImageStatus(compose);
  if (kept !== null) return { status: 200, body: { image_status: redactStatus(kept, compose.request), ...shown } };

  const { answer, status } = await readStatus(ctx, request, compose).catch((error: unknown) => {
    throw error instanceof ServiceError ? error : internal('Failed to get compose status from client', error);
  });
  if (answer.status === 404) throw notFound(redactForeignText(answer.text, compose.request));
  if (answer.status !== 200) {
    const said = redactForeignText(answer.text, compose.request);
    throw internal(`Failed querying compose status (code ${answer.status})`, new Error(said));
  }
  if (status === null) throw internal('Failed to decode compose status');
  return {
    status: 200,
    body: { image_status: redactStatus(status, compose.request), ...shown },
    revision: isFinal(status.status) ? undefined : null,
  };
};
