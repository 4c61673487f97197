import { expect } from 'chai';
import { describe, it } from 'mocha';
import { LoadError } from '../../scripts/bench/load.ts';
import { parseWrk, wrkScript } from '../../scripts/bench/wrk.ts';

/** What wrk 4.1.0 prints. */
const output = ({ p50 = '50.00us', p99 = '1.77ms', requests = 136_299, rate = '64914.02', extra = '' } = {}): string =>
  `Running 2s test @ http://127.0.0.1:9912/ok
  1 threads and 4 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   117.02us  410.93us  10.43ms   97.08%
    Req/Sec    65.44k    14.86k   81.87k    80.95%
  Latency Distribution
     50%   ${p50}
     75%   75.00us
     90%  136.00us
     99%    ${p99}
  ${requests} requests in 2.10s, 16.12MB read
${extra}Requests/sec: ${rate}
Transfer/sec:      7.68MB
`;

describe('what wrk prints', () => {
  it('is read as requests, requests per second and latencies', () => {
    expect(parseWrk(output())).to.deep.equal({
      requests: 136_299,
      requestsPerSecond: 64_914.02,
      p50: 0.05,
      p99: 1.77,
    });
  });

  for (const [text, expected] of [
    ['812.00us', 0.812],
    ['1.23ms', 1.23],
    ['1.20s', 1_200],
    ['1.50m', 90_000],
  ] as const) {
    it(`has latencies in milliseconds: ${text}`, () => {
      const { p50, p99 } = parseWrk(output({ p50: text, p99: text }));
      expect([p50, p99]).to.deep.equal([expected, expected]);
    });
  }

  it('is a failure when an answer was not 2xx, however many were', () => {
    const refused = output({ extra: '  Non-2xx or 3xx responses: 7\n' });
    expect(() => parseWrk(refused)).to.throw(LoadError, '7 answers were not 2xx');
  });

  it('is a failure when a connection failed', () => {
    const broken = output({ extra: '  Socket errors: connect 0, read 2, write 0, timeout 1\n' });
    expect(() => parseWrk(broken)).to.throw(LoadError, 'connect 0, read 2, write 0, timeout 1');
  });

  it('is a failure when nothing was answered', () => {
    expect(() => parseWrk(output({ requests: 0, rate: '0.00' }))).to.throw(LoadError, 'nothing was answered');
    expect(() => parseWrk('unable to connect to 127.0.0.1:9 Connection refused')).to.throw(LoadError);
  });

  it('is a failure without latencies', () => {
    expect(() => parseWrk(output({ p99: '-nan' }))).to.throw(LoadError, '99%');
  });
});

describe('the script for wrk', () => {
  it('says method, headers and body', () => {
    const script = wrkScript({ method: 'POST', path: '/x', headers: { 'x-a': 'b==' }, body: '{}' });
    expect(script).to.equal('wrk.method = "POST"\nwrk.headers["x-a"] = "b=="\nwrk.body = "{}"\n');
  });

  it('has no body where the request has none', () => {
    expect(wrkScript({ method: 'GET', path: '/', headers: {}, body: null })).to.equal('wrk.method = "GET"\n');
  });

  it('writes what Lua would misread by number', () => {
    const script = wrkScript({ method: 'POST', path: '/', headers: {}, body: '"\\\n1é' });
    expect(script).to.contain('wrk.body = "\\034\\092\\0101\\195\\169"');
  });
});
