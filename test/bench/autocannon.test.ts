import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseAutocannon } from '../../scripts/bench/autocannon.ts';
import { LoadError } from '../../scripts/bench/load.ts';

/** What `autocannon --json` prints, as far as it is read. */
const output = (changed: object = {}): string =>
  JSON.stringify({
    ...{ duration: 2, errors: 0, timeouts: 0, resets: 0, non2xx: 0, '2xx': 1_000, latency: { p50: 3, p99: 9 } },
    ...changed,
  });

describe('the output of autocannon', () => {
  it('is read as requests, requests per second and latencies', () => {
    expect(parseAutocannon(output())).to.deep.equal({ requests: 1_000, requestsPerSecond: 500, p50: 3, p99: 9 });
  });

  for (const [what, changed] of [
    ['a response was not 2xx', { non2xx: 1 }],
    ['a connection failed', { errors: 1 }],
    ['a connection was reset', { resets: 1 }],
    ['no response came', { '2xx': 0 }],
  ] as const) {
    it(`is a failure when ${what}`, () => {
      expect(() => parseAutocannon(output(changed))).to.throw(LoadError);
    });
  }
});
