import { serviceCall, type CallContext } from '../clients/call-context.ts';
import { UpstreamFailure } from '../clients/upstream.ts';
import { acceptedComposeId } from '../compose/composer-answer.ts';
import type { ComposeRequest, ComposerRequest } from '../compose/types.ts';
import type { AppContext } from '../context.ts';
import { INTERNAL_ERROR, ServiceError } from '../errors.ts';

/** Failures before composer got anything: there was no connection, or no token. */
const UNSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Answers of a gateway that do not tell whether composer behind it took the build. */
const GATEWAY_SILENCE: ReadonlySet<number> = new Set([502, 504]);

/** Whether a call failed before composer got anything of it. */
export const isUnsent = (error: unknown): boolean =>
  error instanceof UpstreamFailure &&
  (error.operationId === 'token' || error.code === 'not configured' || UNSENT.has(error.code));

/** Nobody knows whether composer took the build. */
const outcomeUnknown = (cause: unknown): ServiceError =>
  new ServiceError('internal', INTERNAL_ERROR, { cause, effectUnknown: true });

/**
 * Sends a build to composer.
 * @param request what the build was made of
 * @returns composer's id of the build
 * @throws ServiceError `invalid`, `internal` or `unavailable` when composer did not take it; with `effectUnknown` when nobody
 *   knows whether it did
 */
export const sendBuild = async (
  { composer }: Pick<AppContext, 'composer'>,
  call: CallContext,
  body: ComposerRequest,
  request: ComposeRequest,
): Promise<string> => {
  const answer = await composer.postCompose({ body }, serviceCall(call)).catch((error: unknown) => {
    throw error instanceof UpstreamFailure && !isUnsent(error) ? outcomeUnknown(error) : error;
  });
  try {
    return acceptedComposeId(answer, body, request);
  } catch (error) {
    // Accepted, with an id that cannot be read; or not, as far as a gateway can tell.
    if (answer.status === 201 || GATEWAY_SILENCE.has(answer.status)) {
      const { message, entries } = error as ServiceError;
      throw new ServiceError('internal', entries, { cause: new Error(message, { cause: error }), effectUnknown: true });
    }
    throw error;
  }
};
