import { toAuditEntry } from '../domain/audit/entry.ts';
import { forbidden } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { listLinks } from '../domain/lists/page-links.ts';
import { parseQueryTime } from '../domain/lists/query-time.ts';

export const getAudit: OperationHandler<'getAudit'> = async (ctx, { query, identity }) => {
  if (!identity.orgAdmin) throw forbidden('only administrators of the organization may read its audit log');
  const { limit = 100, offset = 0, created_after: after, created_before: before } = query;
  const filter = {
    from: after === undefined ? null : parseQueryTime('created_after', after).getTime(),
    before: before === undefined ? null : parseQueryTime('created_before', before).getTime(),
    operation: query.operation ?? null,
    user: query.user ?? null,
    objectId: query.object_id ?? null,
  };
  const { total, rows } = await ctx.db.audit.list(identity.orgId, filter, { limit, offset });
  const linkParameters = {
    ...{ created_after: after, created_before: before, operation: query.operation, user: query.user },
    object_id: query.object_id,
  };
  const links = listLinks(ctx, 'audit', linkParameters, { count: total, limit, offset });
  return { status: 200, body: { meta: { count: total }, links, data: rows.map(toAuditEntry) } };
};
