import type { components } from '../../../generated/image-builder.ts';
import { given } from '../../lib/members.ts';
import type { AuditRow } from '../../db/queries/audit-log.ts';

/** The audit entry of a response. */
export function toAuditEntry(row: AuditRow): components['schemas']['AuditEntry'] {
  return {
    id: row.id,
    created_at: row.occurred_at,
    operation: row.operation,
    object_type: row.object_type,
    ...given({ object_id: row.object_id }),
    ...(row.created_ids.length > 0 ? { created_ids: [...row.created_ids] } : {}),
    ...given({ user: row.username || null, user_type: row.user_type || null }),
    status: row.status,
    request_id: row.request_id,
  };
}
