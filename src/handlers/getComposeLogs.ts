import { serviceCall } from '../upstream/call-context.ts';
import { isResponseTooLarge } from '../upstream/errors.ts';
import { toComposeLogs, TOO_LONG_LOGS } from '../domain/compose-requests/logs.ts';
import { forbidden, INTERNAL_ERROR, internal, notFound } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { redactUpstreamText } from '../domain/redaction/upstream-text.ts';

export const getComposeLogs: OperationHandler<'getComposeLogs'> = async (ctx, request) => {
  if (!ctx.config.composeLogs) throw forbidden('logs of builds are not shown by this service');
  const { params, identity } = request;
  const compose = await ctx.db.composes.findStatus(identity.orgId, params.composeId);
  if (compose === null) throw notFound(`Compose entry ${params.composeId} not found compose entry not found`);

  const response = await ctx.composer
    .getComposeLogs({ path: { id: compose.job_id } }, serviceCall(request))
    .catch((error: unknown) => {
      if (isResponseTooLarge(error)) return null;
      throw error;
    });
  if (response === null) return { status: 200, body: TOO_LONG_LOGS };
  const { status, text } = response;
  if (status === 404) throw notFound('the build service does not have the logs of this build any more');
  if (status !== 200)
    throw internal('Failed querying compose logs', new Error(redactUpstreamText(text, compose.request)));
  const logs = await toComposeLogs(text, compose.request);
  if (logs === null) throw internal(INTERNAL_ERROR, new Error('the logs cannot be decoded'));
  return { status: 200, body: logs };
};
