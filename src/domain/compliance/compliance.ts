import type { ComplianceOperations } from '../../upstream/operations.ts';
import { platformCall, type PlatformCallContext } from '../../upstream/call-context.ts';
import { forbidden, ServiceError } from '../../lib/errors.ts';
import { NO_REQUIREMENTS, type Requirements } from './requirements.ts';
import { MalformedTailoringError, parseTailoring } from './tailoring.ts';

/** The compliance service sent no response, or an unusable one. */
export class ComplianceError extends ServiceError {
  constructor(detail: string, cause?: unknown) {
    super('internal', detail, { cause });
  }
}

interface TailoringKey {
  readonly policyId: string;
  readonly minor: number;
}

const wrapTransportError = <T>(call: Promise<T>): Promise<T> =>
  call.catch((error: unknown) => {
    throw error instanceof ServiceError ? error : new ComplianceError('the compliance service did not answer', error);
  });

const errorForStatus = (operation: string, status: number): ServiceError =>
  status === 401 || status === 403
    ? forbidden('user is not authorized')
    : new ComplianceError('unexpected http status from compliance api', new Error(`${operation} answered ${status}`));

/** Whether the policy has a tailoring for the minor version; `null` for an unknown policy. */
const hasTailoring = async (
  client: ComplianceOperations,
  caller: PlatformCallContext,
  { policyId, minor }: TailoringKey,
): Promise<boolean | null> => {
  const path = { policy_id: policyId };
  const query = { filter: `os_minor_version=${minor}` };
  const response = await wrapTransportError(client.listTailorings({ path, query }, platformCall(caller)));
  if (response.status === 404) return null;
  if (response.status !== 200) throw errorForStatus('listTailorings', response.status);
  const body: unknown = response.json(200);
  const isEnvelope = typeof body === 'object' && !Array.isArray(body);
  const data: unknown = isEnvelope ? ((body as { data?: unknown } | null)?.data ?? []) : undefined;
  if (!Array.isArray(data)) {
    throw new ComplianceError('the compliance service answered with what is no list of tailorings');
  }
  return data.length > 0;
};

/** Creates a tailoring. Succeeds as well when another client has created it in the meantime. */
const createTailoring = async (
  client: ComplianceOperations,
  caller: PlatformCallContext,
  key: TailoringKey,
): Promise<void> => {
  const { policyId, minor } = key;
  const { status } = await wrapTransportError(
    client.createTailoring({ path: { policy_id: policyId }, body: { os_minor_version: minor } }, platformCall(caller)),
  );
  if (status === 201) return;
  const failure = errorForStatus('createTailoring', status);
  const exists = failure instanceof ComplianceError && (await hasTailoring(client, caller, key));
  if (!exists) throw failure;
};

const readTailoring = async (
  client: ComplianceOperations,
  caller: PlatformCallContext,
  { policyId, minor }: TailoringKey,
): Promise<Requirements | null> => {
  const path = { policy_id: policyId, os_minor_version: minor };
  const { status, text } = await wrapTransportError(client.getTailoringFileToml({ path }, platformCall(caller)));
  if (status === 404) return null;
  if (status === 204) return NO_REQUIREMENTS;
  if (status !== 200) throw errorForStatus('getTailoringFileToml', status);
  try {
    return parseTailoring(text);
  } catch (error) {
    if (!(error instanceof MalformedTailoringError)) throw error;
    throw new ComplianceError(`unable to parse blueprint for compliance policy: ${error.message}`, error);
  }
};

/**
 * Reads the requirements of a policy for a minor version of RHEL; creates a missing tailoring.
 * @returns `null` without requirements for that version
 * @throws ServiceError `forbidden` when the caller may not read the policy; UpstreamUnavailableError while the circuit
 *   breaker is open; ComplianceError for any other failure
 */
export async function fetchRequirements(
  client: ComplianceOperations,
  caller: PlatformCallContext,
  key: TailoringKey,
): Promise<Requirements | null> {
  const tailored = await hasTailoring(client, caller, key);
  if (tailored === null) return null;
  if (!tailored) await createTailoring(client, caller, key);
  return readTailoring(client, caller, key);
}
