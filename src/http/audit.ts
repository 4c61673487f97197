import { randomUUID } from 'node:crypto';
import type { AuditLog } from '../domain/audit/log.ts';
import type { AuditEntry } from '../domain/audit/new-entry.ts';
import type { Identity } from '../domain/identity.ts';
import { isUuid } from '../lib/uuid.ts';
import { failureAnswer, type Answer } from './answer.ts';
import type { ServedOperation } from './served-operation.ts';

/**
 * The type of the object that an operation is about, by its path: `/blueprints/{id}/compose` is about a blueprint, `/compose` about a
 * compose.
 */
export function objectTypeOf(path: string): string {
  const segments = path.split('/');
  const parameter = segments.findIndex((segment) => segment.startsWith('{'));
  return (segments.at(parameter < 0 ? -1 : parameter - 1) ?? '').replace(/s$/, '');
}

/** The audit entry of a request, as it reads when the request succeeds. Its change is recorded with it, in one statement. */
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

/**
 * Executes a request, and records in the audit log if it fails: a request that succeeds has its entry in the transaction of its change.
 * @throws what `execute` throws
 */
export async function auditFailure(
  audit: AuditLog,
  entry: AuditEntry,
  execute: () => Answer | Promise<Answer>,
): Promise<Answer> {
  try {
    return await execute();
  } catch (error) {
    // An entry of its own: a part of the request may have succeeded before.
    await audit.record({ ...entry, id: randomUUID(), status: failureAnswer(error).status });
    throw error;
  }
}
