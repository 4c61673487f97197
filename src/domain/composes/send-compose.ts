import { serviceCall, type CallContext } from '../../upstream/call-context.ts';
import { UpstreamError } from '../../upstream/errors.ts';
import { callerError, composerErrorText } from '../compose-requests/composer-refusal.ts';
import type { ComposeRequest, ComposerRequest } from '../compose-requests/types.ts';
import type { AppContext } from '../../context.ts';
import { INTERNAL_ERROR, internal, invalid, ServiceError } from '../../lib/errors.ts';
import { isUuid, NIL_UUID } from '../../lib/ids.ts';
import { redactUpstreamJson, redactUpstreamText } from '../redaction/upstream-text.ts';

const UNSENT_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Behind a failing gateway, composer may have accepted the compose. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 504]);

/** Whether a call failed before composer received it: there was no connection, or no token. */
export function isUnsent(error: unknown): boolean {
  return (
    error instanceof UpstreamError &&
    (error.operationId === 'token' || error.code === 'not configured' || UNSENT_CODES.has(error.code))
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

const COMPOSER_REFUSED = 'Failed posting compose request to osbuild-composer';

/**
 * The id of the compose that composer accepted.
 * @param request the compose request, for the place of a mistake
 * @param sent requests whose secrets are redacted in composer's text
 * @throws ServiceError `invalid` when the request is at fault, else `internal`
 */
export function acceptedComposeId(
  { status, text }: { readonly status: number; readonly text: string },
  request: ComposeRequest,
  ...sent: readonly unknown[]
): string {
  const body = parseObject(text);
  if (status === 201) {
    const id = body?.['id'];
    if (typeof id === 'string' && isUuid(id) && id !== NIL_UUID) return id.toLowerCase();
    throw internal(INTERNAL_ERROR, new Error('composer accepted a compose without returning its id'));
  }
  if (typeof body?.['id'] !== 'string') {
    throw internal(
      COMPOSER_REFUSED,
      new Error(`composer responded with ${status}: ${redactUpstreamText(text, request, ...sent)}`),
    );
  }
  const refusal = redactUpstreamJson(body, request, ...sent);
  const reason = typeof refusal['reason'] === 'string' ? refusal['reason'] : 'no reason given';
  const details = refusal['details'];
  // Composer's error id decides, not the status.
  const entry = callerError({ id: body['id'], reason, details }, request);
  if (entry !== null) throw invalid(entry);
  // Details of other errors name files, addresses and code of composer: they are for the log.
  throw internal(
    `${COMPOSER_REFUSED}. ${reason}`,
    new Error(`composer responded with ${status}: ${composerErrorText({ reason, details })}`),
  );
}

/**
 * Sends a compose to composer.
 * @returns composer's id of the compose
 * @throws ServiceError when composer refused it, with `effectUnknown` when composer may have accepted it
 */
export async function sendCompose(
  { composer }: Pick<AppContext, 'composer'>,
  call: CallContext,
  body: ComposerRequest,
  request: ComposeRequest,
): Promise<string> {
  const response = await composer.postCompose({ body }, serviceCall(call)).catch((error: unknown) => {
    if (!(error instanceof UpstreamError) || isUnsent(error)) throw error;
    throw new ServiceError('internal', INTERNAL_ERROR, { cause: error, effectUnknown: true });
  });
  try {
    return acceptedComposeId(response, request, body);
  } catch (error) {
    if (response.status === 201 || GATEWAY_STATUSES.has(response.status)) {
      const { message, entries } = error as ServiceError;
      throw new ServiceError('internal', entries, { cause: new Error(message, { cause: error }), effectUnknown: true });
    }
    throw error;
  }
}
