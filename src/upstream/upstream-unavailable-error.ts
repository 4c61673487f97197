import { ServiceError } from '../lib/errors.ts';

/** Why a call was not made: the service is taken for away, a probe finds it away still, too many wait for it, or the wait was too long. */
export type RejectionReason = 'breaker_open' | 'unreachable' | 'queue_full' | 'queue_timeout';

/** The services in words for callers. A token endpoint is a part of the service that its tokens are for. */
const WORDS: Readonly<Record<string, string>> = {
  composer: 'composer',
  'composer-token': 'composer',
  'content-sources': 'the content sources service',
  provisioning: 'the provisioning service',
  compliance: 'the compliance service',
  recommendations: 'the recommendations service',
  'recommendations-token': 'the recommendations service',
};

const detailOf = (service: string, reason: RejectionReason): string => {
  const words = WORDS[service] ?? service;
  return reason === 'breaker_open' || reason === 'unreachable'
    ? `${words} is not available at the moment`
    : `too many requests wait for ${words} at the moment`;
};

/**
 * A call that was not made, so it had no effect: answered 503 with the service in words and when to try again, whatever the
 * operation. Code that gives failed calls a text of its own lets it through.
 */
export class UpstreamUnavailableError extends ServiceError {
  /** The service by its name in metrics and logs. */
  readonly service: string;
  readonly reason: RejectionReason;
  constructor(service: string, reason: RejectionReason, retryAfter: number, options: ErrorOptions = {}) {
    super('unavailable', detailOf(service, reason), { ...options, retryAfter });
    this.service = service;
    this.reason = reason;
  }
}
