import type { AuditEntry } from '../domain/audit/new-entry.ts';
import type { AppContext } from '../context.ts';
import { runIdempotent, IDEMPOTENCY_KEY } from './idempotency.ts';
import type { PreparedResponse } from './send-response.ts';
import { auditEntryOf, auditFailure } from './audit.ts';
import type { Exchange } from './exchange.ts';
import type { OperationId, OperationRequest } from './operation.ts';
import type { ServedOperation } from './served-operation.ts';

export interface Recorded {
  readonly idempotencyId: string | null;
  readonly audit: AuditEntry | null;
}

export const NOT_RECORDED: Recorded = { idempotencyId: null, audit: null };

interface RecordedRequest<Id extends OperationId> extends Pick<OperationRequest<Id>, 'params' | 'body'> {
  readonly exchange: Exchange;
}

/**
 * Executes a request whose effects are recorded: in the audit log, and under its idempotency key if it has one.
 * @param execute not called for a request that was executed before
 */
export function runRecorded<Id extends OperationId>(
  ctx: AppContext,
  operation: ServedOperation,
  { exchange, params, body }: RecordedRequest<Id>,
  execute: (recorded: Recorded, isKeyed: boolean) => Promise<PreparedResponse>,
): Promise<PreparedResponse> {
  const { identity, traceId, req } = exchange;
  const audit = operation.audited ? auditEntryOf(operation, identity, params, traceId) : null;
  const run = (idempotencyId: string | null): Promise<PreparedResponse> => {
    const executed = () => execute({ idempotencyId, audit }, idempotencyId !== null);
    return audit ? auditFailure(ctx.audit, audit, executed) : executed();
  };
  const header = operation.idempotency === null ? undefined : req.headers[IDEMPOTENCY_KEY];
  if (typeof header !== 'string') return run(null);
  return runIdempotent(ctx, { header, orgId: identity.orgId, operation, subject: { params, body } }, run);
}
