import { mock } from 'node:test';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createDropReport } from '../../../src/observability/log-sinks/drop-report.ts';
import { withDroppedLines } from '../../../src/observability/log-sinks/dropped-metric.ts';
import { createLogSinks } from '../../../src/observability/log-sinks/index.ts';
import { createPinoLogger as createLogger } from '../../../src/observability/logger.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';
import { identityHeader } from '../../support/identity.ts';
import { json, unusedPort } from '../../upstream/loopback.ts';
import { openSinks, startStandIn } from './support.ts';

const MARK = 'qZ9secretZq';

const config = {
  log: { level: 'trace', channel: null, splunk: null, cloudwatch: null, sentry: null },
  version: { commit: '', time: '' },
  proxyEnv: {},
} as const;

const cloudwatch = {
  ...{ region: 'us-east-1', accessKeyId: 'AKIATEST', secretAccessKey: 'cloudwatch-secret' },
  group: 'image-builder',
};

describe('log sinks', () => {
  it('are standard output alone where none is configured', async () => {
    const stdout = { write: () => {} };
    const sinks = createLogSinks(config, stdout);
    expect(sinks.destination).to.equal(stdout);
    expect(sinks.names).to.deep.equal([]);
    await sinks.close();
  });

  it('receive the same lines, without secrets and identities', async () => {
    await using server = await startStandIn((_request, response) => json(response, 200, {}));
    const address = new URL(server.url);
    const dsn = `http://0123456789abcdef@127.0.0.1:${address.port}/1`;
    await using service = openSinks({
      splunk: { url: server.url, token: 'splunk-token' },
      cloudwatch: { ...cloudwatch, endpoint: server.url },
      sentry: { dsn },
    });
    const identity = identityHeader({ user: MARK });
    const password = fc.record({ password: fc.constant(MARK), other: fc.string() });
    const nested = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 6 }, password, fc.record({ inner: tie('value') }), fc.array(tie('value'))),
    })).value;
    fc.assert(
      fc.property(nested, (value) => {
        service.log.error(
          { value, headers: { 'x-rh-identity': identity }, err: new Error(`token=${MARK}`) },
          'it failed',
        );
        service.log.child({ value, authorization: `Bearer ${MARK}` }).info(`cannot parse ${identity}`);
      }),
      { numRuns: 50 },
    );
    await service.sinks.close();
    const everything = server.requests.map(({ url, body }) => `${url}\n${body}`).join('\n');
    expect(server.requests.filter(({ url }) => url.startsWith('/api/1/envelope'))).to.have.length(50);
    expect(everything).to.contain('it failed').and.to.contain('cannot parse [redacted]');
    expect(everything).not.to.contain(MARK);
    expect(everything).not.to.contain(identity);
    expect(everything).not.to.match(/splunk-token|cloudwatch-secret/);
    expect(JSON.stringify(service.stdout)).not.to.contain(MARK);
  });

  it('are independent of one another', async () => {
    await using splunk = await startStandIn((_request, response) => json(response, 200, {}));
    await using service = openSinks({
      splunk: { url: splunk.url, token: 'x' },
      cloudwatch: { ...cloudwatch, endpoint: `http://127.0.0.1:${await unusedPort()}` },
      sentry: { dsn: `http://0123456789abcdef@127.0.0.1:${await unusedPort()}/1` },
    });
    for (let count = 0; count < 10; count += 1) service.log.error('a line');
    await service.sinks.close();
    expect(
      splunk.requests
        .map(({ body }) => body)
        .join('\n')
        .split('\n'),
    ).to.have.length(10);
    expect(Object.fromEntries(service.sinks.dropped)).to.deep.equal({ cloudwatch: 10, sentry: 10 });
    expect(service.stdout.filter(({ msg }) => msg === 'a line')).to.have.length(10);
  });
});

describe('the report of lines that were not delivered', () => {
  it('is logged at once, and then at most once a minute', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const lines: Record<string, unknown>[] = [];
      const report = createDropReport(
        createLogger(config, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) }),
      );
      const told = () =>
        lines.splice(0).map(({ sink, dropped, dropped_total, reason }) => [sink, dropped, dropped_total, reason]);

      report.add('splunk', 1, 'queue full');
      expect(told()).to.deep.equal([['splunk', 1, 1, 'queue full']]);
      report.add('splunk', 2, 'queue full');
      report.add('splunk', 3, 'HTTP 500');
      report.add('sentry', 1, 'HTTP 403');
      expect(told()).to.deep.equal([['sentry', 1, 1, 'HTTP 403']]);
      mock.timers.tick(59_999);
      expect(told()).to.deep.equal([]);
      mock.timers.tick(1);
      expect(told()).to.deep.equal([['splunk', 5, 6, 'HTTP 500']]);
      mock.timers.tick(60_000);
      expect(told()).to.deep.equal([]);
      report.add('splunk', 4, 'HTTP 500');
      expect(told()).to.deep.equal([['splunk', 4, 10, 'HTTP 500']]);
      report.add('splunk', 1, 'stopped');
      report.close();
      expect(told()).to.deep.equal([['splunk', 1, 11, 'stopped']]);
      expect(Object.fromEntries(report.totals)).to.deep.equal({ splunk: 11, sentry: 1 });
    } finally {
      mock.timers.reset();
    }
  });
});

describe('the metric of lines that were not delivered', () => {
  it('counts the lines of each configured sink', async () => {
    const dropped = new Map([['splunk', 3]]);
    const metrics = withDroppedLines(createMetrics({ processMetrics: false }), {
      names: ['splunk', 'sentry'],
      dropped,
    });
    const read = async () =>
      (await metrics.page()).text.split('\n').filter((line) => line.includes('log_lines_dropped'));
    const lines = await read();
    expect(lines).to.include('imagebuilder_log_lines_dropped_total{sink="splunk"} 3');
    expect(lines).to.include('imagebuilder_log_lines_dropped_total{sink="sentry"} 0');
    expect(lines).to.include('# TYPE imagebuilder_log_lines_dropped_total counter');
    dropped.set('splunk', 5);
    expect(await read()).to.include('imagebuilder_log_lines_dropped_total{sink="splunk"} 5');
    expect((await metrics.page()).text).to.contain('image_builder_crc_request_count');
  });

  it('is absent without sinks', () => {
    const metrics = createMetrics({ processMetrics: false });
    expect(withDroppedLines(metrics, { names: [], dropped: new Map() })).to.equal(metrics);
  });
});
