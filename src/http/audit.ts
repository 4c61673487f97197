import { randomUUID } from 'node:crypto';
import type { AuditLog } from '../domain/audit/log.ts';
import type { AuditEntry } from '../domain/audit/new-entry.ts';
import type { Identity } from '../domain/identity.ts';
import { isUuid } from '../lib/uuid.ts';
import { failureResponse, type PreparedResponse } from './send-response.ts';
import type { ServedOperation } from './served-operation.ts';

/** The type of the object in a path: `/blueprints/{id}/compose` is about a blueprint, `/compose` about a compose. */
export function objectTypeOf(path: string): string {
  const segments = path.split('/');
  const parameter = segments.findIndex((segment) => segment.startsWith('{'));
  return (segments.at(parameter < 0 ? -1 : parameter - 1) ?? '').replace(/s$/, '');
}

/** The audit entry of a successful request; the statement that makes the change inserts it. */
export function auditEntryOf(
  operation: ServedOperation,
  identity: Identity,
  params: object,
  traceId: string,
): AuditEntry {
  const objectId = Object.values(params).find(
    (value: unknown): value is string => typeof value === 'string' && isUuid(value),
  );
  return {
    ...{ id: randomUUID(), orgId: identity.orgId, time: Date.now(), operation: operation.id },
    ...{ objectType: operation.objectType, objectId: objectId ?? null },
    ...{ username: identity.actor, userType: identity.type, status: operation.successStatus, requestId: traceId },
  };
}

/** Executes a request, and adds an audit entry if it fails. @throws what `execute` throws */
export async function auditFailure(
  audit: AuditLog,
  entry: AuditEntry,
  execute: () => PreparedResponse | Promise<PreparedResponse>,
): Promise<PreparedResponse> {
  try {
    return await execute();
  } catch (error) {
    // An entry of its own: a part of the request may have succeeded before.
    await audit.record({ ...entry, id: randomUUID(), status: failureResponse(error).status });
    throw error;
  }
}
