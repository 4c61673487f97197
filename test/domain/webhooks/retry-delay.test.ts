import { expect } from 'chai';
import { describe, it } from 'mocha';
import { PING, retryDelay } from '../../../src/domain/webhooks/retry-delay.ts';

const pausesOf = (eventType: string, random: number): readonly number[] => {
  const pauses: number[] = [];
  for (let attempts = 1; ; attempts += 1) {
    const pause = retryDelay(eventType, attempts, random);
    if (pause === null) return pauses;
    pauses.push(pause);
  }
};

describe('retryDelay', () => {
  it('grows from seconds to hours, and ends after about a day', () => {
    const pauses = pausesOf('compose.finished', 0.5);
    expect(pauses).to.deep.equal([5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 28_800]);
    expect(pauses.reduce((sum, pause) => sum + pause, 0) / 3600).to.be.within(23, 25);
  });

  it('varies by a tenth in either direction', () => {
    expect(pausesOf('compose.finished', 0)[0]).to.equal(4.5);
    expect(pausesOf('compose.finished', 1)[0]).to.equal(5.5);
  });

  it('retries a ping for less than a minute', () => {
    expect(pausesOf(PING, 1).reduce((sum, pause) => sum + pause, 0)).to.be.below(60);
    expect(pausesOf(PING, 0)).to.have.length(2);
  });

  it('returns null after the last attempt', () => {
    expect(retryDelay('compose.finished', 12, 0.5)).to.equal(null);
  });
});
