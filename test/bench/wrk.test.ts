import { expect } from 'chai';
import { describe, it } from 'mocha';
import { LoadError } from '../../scripts/bench/load.ts';
import { parseWrk } from '../../scripts/bench/wrk.ts';

const NO_ERRORS = { connect: 0, read: 0, write: 0, timeout: 0, status: 0 };

/** What wrk 4.1.0 prints with the script. */
const output = (changed: object = {}): string =>
  `Running 2s test @ http://127.0.0.1:9912
  1 threads and 4 connections
Requests/sec:  65000.00
figures ${JSON.stringify({ requests: 130_000, milliseconds: 2_000, p50: 0.05, p99: 1.77, ...NO_ERRORS, ...changed })}
`;

describe('the output of wrk', () => {
  it('is read as requests, requests per second and latencies', () => {
    expect(parseWrk(output())).to.deep.equal({
      ...{ requests: 130_000, requestsPerSecond: 65_000, p50: 0.05, p99: 1.77 },
    });
  });

  for (const [what, changed, message] of [
    ['one response of many was not 2xx', { status: 1 }, '1 of 130000 responses were not 2xx'],
    ['a connection failed', { read: 2, timeout: 1 }, 'connect 0, read 2, write 0, timeout 1'],
    ['no response came', { requests: 0 }, 'no response came'],
  ] as const) {
    it(`is a failure when ${what}`, () => {
      expect(() => parseWrk(output(changed))).to.throw(LoadError, message);
    });
  }

  it('is a failure without figures', () => {
    const refused = 'unable to connect to 127.0.0.1:9 Connection refused';
    expect(() => parseWrk(refused)).to.throw(LoadError, refused);
  });
});
