import type { NoSlotReason } from '../lib/fair-slots.ts';
import { ServiceError } from '../lib/errors.ts';

/** A call without a response: refused, timed out, cut off. `message` names service and operation, never an address. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly service: string;
  readonly operationId: string;
  readonly code: string;
  constructor(service: string, operationId: string, code: string, options?: ErrorOptions) {
    // In brackets: redaction would take a code after "token:" for a token.
    super(`${service} did not answer ${operationId} (${code})`, options);
    this.service = service;
    this.operationId = operationId;
    this.code = code;
  }
}

/** The code of a call whose response was not read to its end. */
export const TOO_LARGE = 'response too large';

/** Whether a call failed because its response is larger than the limit of the operation. */
export function isResponseTooLarge(error: unknown): boolean {
  return error instanceof UpstreamError && error.code === TOO_LARGE;
}

/** A path parameter that is no URL segment, like `..`: the URL would name another resource. */
export class InvalidPathParameterError extends Error {
  override readonly name = 'InvalidPathParameterError';
}

/** Why a call was not made. `unreachable`: the probe of an open circuit breaker failed to connect. */
export type RejectionReason = 'breaker_open' | 'unreachable' | NoSlotReason;

/** Names for clients. A token endpoint counts as a part of its service. */
const PUBLIC_NAMES: Readonly<Record<string, string>> = {
  composer: 'composer',
  'composer-token': 'composer',
  'content-sources': 'the content sources service',
  provisioning: 'the provisioning service',
  compliance: 'the compliance service',
  recommendations: 'the recommendations service',
  'recommendations-token': 'the recommendations service',
};

const detailOf = (service: string, reason: RejectionReason): string => {
  const name = PUBLIC_NAMES[service] ?? service;
  if (reason === 'organization_limit') return `too many requests of the organization wait for ${name} at the moment`;
  return reason === 'breaker_open' || reason === 'unreachable'
    ? `${name} is not available at the moment`
    : `too many requests wait for ${name} at the moment`;
};

/** A call that was not made, so it had no effect. Every operation responds with 503 and `Retry-After`. */
export class UpstreamUnavailableError extends ServiceError {
  readonly service: string;
  readonly reason: RejectionReason;
  constructor(service: string, reason: RejectionReason, retryAfter: number, options: ErrorOptions = {}) {
    super('unavailable', detailOf(service, reason), { ...options, retryAfter });
    this.service = service;
    this.reason = reason;
  }
}
