import { expect } from 'chai';
import { describe, it } from 'mocha';
import { UpstreamUnavailableError } from '../../src/upstream/errors.ts';

describe('the error of a call that was not made', () => {
  for (const [service, name] of [
    ['composer', 'composer'],
    ['composer-token', 'composer'],
    ['content-sources', 'the content sources service'],
    ['provisioning', 'the provisioning service'],
    ['compliance', 'the compliance service'],
    ['recommendations', 'the recommendations service'],
    ['recommendations-token', 'the recommendations service'],
    ['another', 'another'],
  ] as const) {
    it(`says to clients that ${name} is not available, or has too much to do, for ${service}`, () => {
      for (const reason of ['breaker_open', 'unreachable'] as const) {
        const { message } = new UpstreamUnavailableError(service, reason, 1);
        expect(message).to.equal(`${name} is not available at the moment`);
      }
      for (const reason of ['queue_full', 'queue_timeout'] as const) {
        const { message } = new UpstreamUnavailableError(service, reason, 1);
        expect(message).to.equal(`too many requests wait for ${name} at the moment`);
      }
    });
  }
});
