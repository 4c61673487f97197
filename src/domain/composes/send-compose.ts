import { serviceCall, type CallContext } from '../../upstream/call-context.ts';
import { UpstreamFailure } from '../../upstream/upstream.ts';
import type { ComposeRequest, ComposerRequest } from '../compose-requests/types.ts';
import type { AppContext } from '../../context.ts';
import { INTERNAL_ERROR, internal, invalid, ServiceError } from '../../lib/errors.ts';
import { isUuid, NIL_UUID } from '../../lib/uuid.ts';
import { redactForeign, redactForeignText } from '../redaction/foreign-text.ts';

/** Failures before composer received anything: there was no connection. */
const UNSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Statuses of a gateway that leave open whether composer behind it accepted the compose. */
const GATEWAY_FAILED: ReadonlySet<number> = new Set([502, 504]);

/** Whether a call failed before composer received it: there was no connection, or no token. */
export function isUnsent(error: unknown): boolean {
  return (
    error instanceof UpstreamFailure &&
    (error.operationId === 'token' || error.code === 'not configured' || UNSENT.has(error.code))
  );
}

const parseObject = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
};

const REFUSED = 'Failed posting compose request to osbuild-composer';

const details = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return `: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
};

/**
 * The id of the compose that composer accepted. Secrets are redacted in what its refusal repeats of the request.
 * @param sent the request to composer, and the request that it was made of
 * @throws ServiceError `invalid` when the request is at fault, `internal` for every other refusal and for a response without id
 */
export function acceptedComposeId(
  { status, text }: { readonly status: number; readonly text: string },
  ...sent: readonly unknown[]
): string {
  const body = parseObject(text);
  if (status === 201) {
    const id = body?.['id'];
    if (typeof id === 'string' && isUuid(id) && id !== NIL_UUID) return id.toLowerCase();
    throw internal(INTERNAL_ERROR, new Error('composer accepted a compose without returning its id'));
  }
  if (typeof body?.['id'] !== 'string') {
    throw internal(REFUSED, new Error(`composer responded with ${status}: ${redactForeignText(text, ...sent)}`));
  }
  const refusal = redactForeign(body, ...sent);
  const reason = typeof refusal['reason'] === 'string' ? refusal['reason'] : 'no reason given';
  // The id of composer's error decides, for every status.
  switch (body['id']) {
    case '10':
      throw invalid('Error resolving OSTree repo');
    case '24': // a payload repository without an address
    case '29': // a signature to be checked without a key
      throw invalid(reason);
    default:
      throw internal(`${REFUSED}. ${reason}${details(refusal['details'])}`);
  }
}

/**
 * Sends a compose to composer.
 * @param request the request that the compose was made of
 * @returns composer's id of the compose
 * @throws ServiceError `invalid`, `internal` or `unavailable` when composer did not accept it; with `effectUnknown` when no process
 *   knows whether it did
 */
export async function sendBuild(
  { composer }: Pick<AppContext, 'composer'>,
  call: CallContext,
  body: ComposerRequest,
  request: ComposeRequest,
): Promise<string> {
  const response = await composer.postCompose({ body }, serviceCall(call)).catch((error: unknown) => {
    if (!(error instanceof UpstreamFailure) || isUnsent(error)) throw error;
    throw new ServiceError('internal', INTERNAL_ERROR, { cause: error, effectUnknown: true });
  });
  try {
    return acceptedComposeId(response, body, request);
  } catch (error) {
    // Accepted with an id that cannot be read; or a gateway's status.
    if (response.status === 201 || GATEWAY_FAILED.has(response.status)) {
      const { message, entries } = error as ServiceError;
      throw new ServiceError('internal', entries, { cause: new Error(message, { cause: error }), effectUnknown: true });
    }
    throw error;
  }
}
