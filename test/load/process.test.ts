// npm run load as the weekly job runs it.
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { json, startLoopback, unusedPort, type Answer, type Loopback } from '../upstream/loopback.ts';
import { createDirectory } from '../domain/distributions/support.ts';
import { runProgram, startProgram, type Ended } from '../process/support.ts';

const ID = '11111111-1111-4111-8111-111111111111';

/** A service that has one of everything. */
const healthy: Answer = ({ method }, response) =>
  method === 'POST' ? json(response, 201, { id: ID }) : json(response, 200, { data: [{ id: ID, name: 'centos-9' }] });

/** No response of a busy machine is as late as this. */
const PATIENT = { LOAD_READ_LATENCY_MS: '10000', LOAD_BUILD_LATENCY_MS: '10000' } as const;

/** Loads a service with 40 reads and 4 builds. */
const load = async (url: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> => {
  using directory = createDirectory();
  return await runProgram('scripts/load.ts', {
    env: {
      ...{ LOAD_URL: url, LOAD_DURATION_SECONDS: '0.4', LOAD_READS_PER_SECOND: '100', LOAD_BUILDS_PER_SECOND: '10' },
      ...{ LOAD_REPORT: directory.file('report.html'), ...PATIENT, ...env },
    },
  });
};

/** Responds successfully after 0.6 s, except to the lists that are read first. */
const slow: Answer = (request, response) => {
  setTimeout(healthy, request.url.endsWith('limit=1') ? 0 : 600, request, response);
};

const composesGet =
  (respond: Answer): Answer =>
  (request, response) =>
    (request.method === 'POST' ? respond : healthy)(request, response);

const sent = ({ requests }: Loopback, method: string): number =>
  requests.filter((request) => request.method === method).length;

describe('the load test', () => {
  it('ends with 0 when every objective is met, after it sent the configured requests', async () => {
    await using service = await startLoopback(healthy);
    const { code, stdout, stderr } = await load(`${service.url}/api/image-builder/v1/`);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout.match(/^met +(\S+):/gm)).to.have.length(3);
    expect(sent(service, 'POST')).to.equal(4);
    // Three lists are read first, for the ids of the requests.
    expect(sent(service, 'GET')).to.equal(40 + 3);
    expect(service.requests.every(({ url }) => url.startsWith('/api/image-builder/v1/'))).to.equal(true);
  });

  it('ends with 1 and names compose-stability when requests for a compose fail with 500', async () => {
    await using service = await startLoopback(composesGet((_request, response) => json(response, 500, {})));
    const { code, stdout, stderr } = await load(service.url);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: 'broken: compose-stability\n' });
    expect(stdout)
      .to.match(/^BROKEN +compose-stability: 0\.00 % of 4/m)
      .and.to.match(/^POST \/compose .* 500 × 4$/m);
  });

  it('ends with 1 and names read-latency when reads are slow', async () => {
    await using service = await startLoopback(slow);
    const { code, stderr } = await load(service.url, { LOAD_READ_LATENCY_MS: '' });
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: 'broken: read-latency\n' });
  });

  it('sends at its rate while responses are slow', async () => {
    await using service = await startLoopback(slow);
    await load(service.url, { LOAD_READS_PER_SECOND: '500', LOAD_BUILDS_PER_SECOND: '0' });
    expect(sent(service, 'GET')).to.equal(200 + 3);
  });

  it('ends with 1 when requests for a compose get no response', async () => {
    await using service = await startLoopback(composesGet((_request, response) => response.destroy()));
    const { code, stdout, stderr } = await load(service.url);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: 'broken: compose-latency, compose-stability\n' });
    expect(stdout).to.include('ECONNRESET × 4');
  });

  it('ends with 1 when every response is 500', async () => {
    await using service = await startLoopback((_request, response) => json(response, 500, {}));
    const { code, stderr } = await load(service.url);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: 'broken: read-latency, compose-stability\n' });
  });

  it('requests no composes of a remote service unless configured', async () => {
    await using service = await startLoopback(healthy);
    const { code, stdout } = await load(service.url, { LOAD_BUILDS_PER_SECOND: '' });
    expect(code).to.equal(0);
    expect(sent(service, 'POST')).to.equal(0);
    expect(stdout).to.match(/^not measured compose-latency /m);
  });

  it('sends the configured identity, and never prints it', async () => {
    await using service = await startLoopback(healthy);
    const { stdout, stderr } = await load(service.url, { LOAD_IDENTITY: 'a-secret-identity' });
    expect(service.requests.every(({ headers }) => headers['x-rh-identity'] === 'a-secret-identity')).to.equal(true);
    expect(stdout + stderr).not.to.include('a-secret-identity');
    await using other = await startLoopback(healthy);
    await load(other.url, { LOAD_IDENTITY: 'Bearer abc', LOAD_IDENTITY_HEADER: 'Authorization' });
    expect(other.requests.every(({ headers }) => headers.authorization === 'Bearer abc')).to.equal(true);
  });

  it('reports a refused identity in one line, and sends no more requests', async () => {
    await using service = await startLoopback((_request, response) => json(response, 401, {}));
    const { code, stdout, stderr } = await load(service.url);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: 'GET /distributions: responded with 401\n' });
    expect(stdout).not.to.match(/^met/m);
    expect(service.requests).to.have.length(1);
  });

  it('reports in one line that the address is unreachable, or no Image Builder API', async () => {
    const port = await unusedPort();
    const unreachable = await load(`http://127.0.0.1:${port}`);
    expect([unreachable.code, unreachable.stderr]).to.deep.equal([
      1,
      'GET /distributions: no response (ECONNREFUSED)\n',
    ]);
    await using page = await startLoopback((_request, response) => response.end('<html></html>'));
    const other = await load(page.url);
    expect([other.code, other.stderr]).to.deep.equal([1, 'GET /distributions: the response is no list\n']);
  });

  it('evaluates no objective when it is interrupted', async () => {
    await using service = await startLoopback(healthy);
    using running = startProgram('scripts/load.ts', { env: { LOAD_URL: service.url, LOAD_DURATION_SECONDS: '3600' } });
    while (service.requests.length < 10) await new Promise(setImmediate);
    running.child.kill('SIGTERM');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: 'interrupted: no objective was evaluated\n' });
    expect(stdout).not.to.match(/^(?:met|BROKEN)/m);
  });

  it('names variables that cannot be used, and not their values', async () => {
    const { code, stderr } = await load('ftp://secret', { LOAD_DURATION_SECONDS: 'secret' });
    expect([code, stderr]).to.deep.equal([
      1,
      'LOAD_URL: must be an http or https URL, without credentials and query\n' +
        'LOAD_DURATION_SECONDS: must be a number from 0.1 to 86400\n',
    ]);
  });
});

describe('the load test of a service of its own', () => {
  before(function () {
    if (process.env['TEST_EMBEDDED']) return;
    console.warn('    SKIPPED: PGHOST names a server to use, so the embedded one may not be to be had');
    this.skip();
  });

  it('starts it with everything it needs, loads it, and writes a report that needs nothing else', async () => {
    using directory = createDirectory();
    const report = directory.file('report.html');
    const { code, stdout, stderr } = await runProgram('scripts/load.ts', {
      env: { LOAD_DURATION_SECONDS: '2', LOAD_READS_PER_SECOND: '50', LOAD_REPORT: report, ...PATIENT },
    });
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout)
      .to.include(`report: ${report}`)
      .and.not.to.match(/BROKEN|Left out/);
    for (const line of stdout.split('\n').filter((text) => /^(GET|POST) /.test(text)))
      expect(line).to.match(/ ms {2}20[01] × \d+$/);
    const html = directory.read('report.html');
    expect(html.match(/<svg /g)).to.have.length(2);
    expect(html).not.to.match(/\b(?:src|href)=|url\(|@import|<script|<link/);
  });
});
