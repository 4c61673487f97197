import { serviceCall } from '../upstream/call-context.ts';
import { isFinalClone, toCloneStatus, placeholderCloneStatus } from '../domain/compose-requests/clone-status.ts';
import { internal, notFound, ServiceError } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { redactUpstreamText } from '../domain/redaction/upstream-text.ts';

export const getCloneStatus: OperationHandler<'getCloneStatus'> = async (ctx, request) => {
  const { params, identity } = request;
  const clone = await ctx.db.clones.find(identity.orgId, params.id);
  if (clone === null) throw notFound('clone not found');
  const { compose_id, clone_id: cloneId } = clone;

  const stored = toCloneStatus(clone.status);
  if (stored !== null) return { status: 200, body: { ...stored, compose_id } };
  if (cloneId === null)
    return { status: 200, body: { ...placeholderCloneStatus('pending', clone.request), compose_id }, revision: null };

  const response = await ctx.composer
    .getCloneStatus({ path: { id: cloneId } }, serviceCall(request))
    .catch((error: unknown) => {
      throw error instanceof ServiceError ? error : internal('Failed to get clone status from client', error);
    });
  if (response.status === 404) throw notFound(redactUpstreamText(response.text));
  if (response.status !== 200) {
    const cause = new Error(redactUpstreamText(response.text));
    throw internal(`Failed querying clone status (code ${response.status})`, cause);
  }
  const status = toCloneStatus(response.json(200));
  if (status === null) throw internal('Failed to decode clone status');
  const final = isFinalClone(status);
  if (final) {
    await ctx.db.clones.recordStatus(clone.id, JSON.stringify(status)).catch((error: unknown) => {
      request.log.warn(
        { event: 'clone.status_store_failed', err: error, clone: clone.id },
        'a response of composer about a clone cannot be stored',
      );
    });
  }
  return { status: 200, body: { ...status, compose_id }, revision: final ? undefined : null };
};
