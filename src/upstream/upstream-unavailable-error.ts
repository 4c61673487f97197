import { ServiceError } from '../lib/errors.ts';

export type RejectionReason = 'breaker_open' | 'unreachable' | 'queue_full' | 'queue_timeout';

/** Names for clients. A token endpoint counts as a part of its service. */
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

/** A call that was not made, so it had no effect. Its response is 503 with `Retry-After`, whatever the operation. */
export class UpstreamUnavailableError extends ServiceError {
  readonly service: string;
  readonly reason: RejectionReason;
  constructor(service: string, reason: RejectionReason, retryAfter: number, options: ErrorOptions = {}) {
    super('unavailable', detailOf(service, reason), { ...options, retryAfter });
    this.service = service;
    this.reason = reason;
  }
}
