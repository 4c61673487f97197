import { randomUUID } from 'node:crypto';
import { METHODS } from 'node:http';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { identityHeader } from '../support/identity.ts';
import { composeRequest } from '../support/given.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { startService, type TestService } from '../support/service.ts';

/** Samples of a metric on the page: labels to value. */
const samples = async (service: TestService, name: string): Promise<Record<string, number>> => {
  const { text } = await service.root.get('/metrics');
  const found = text.matchAll(new RegExp(`^${name}(\\{[^}]*\\})? (\\S+)$`, 'gm'));
  return Object.fromEntries([...found].map((match) => [match[1] ?? '', Number(match[2])]));
};

const COUNT = 'image_builder_crc_request_count';
const DURATION = 'image_builder_crc_http_duration_seconds';
const REQUESTS = 'image_builder_crc_compose_requests_total';
const ERRORS = 'image_builder_crc_compose_errors';

const OPERATIONS = 'imagebuilder_operation_duration_seconds_count';

/** Names and labels of all series on the page. */
const seriesOf = async (service: TestService): Promise<ReadonlySet<string>> => {
  const { text } = await service.root.get('/metrics');
  return new Set(text.split('\n').flatMap((line) => /^([a-z_]+(?:\{.*\})?) /.exec(line)?.[1] ?? []));
};

/** Methods that a client can send as it likes: CONNECT asks for a tunnel, and never becomes a request. */
const SCANNED_METHODS = METHODS.filter((method) => method !== 'CONNECT');

const counted = (path: string, code: number, method = 'GET'): string =>
  `{method="${method}",path="${path}",code="${code}"}`;

describe('the metrics', () => {
  it('are in the text format of Prometheus, without identity, and hold those of the process', async () => {
    await using service = await startService({ context: { metrics: createMetrics({ processMetrics: true }) } });
    const reply = await service.root.get('/metrics');
    expect(reply.status).to.equal(200);
    expect(reply.headers['content-type']).to.equal('text/plain; version=0.0.4; charset=utf-8');
    expect(reply.text)
      .to.match(/^process_cpu_seconds_total /m)
      .and.match(/^nodejs_heap_size_used_bytes /m);
  });

  it('have both counters of composes before there was any', async () => {
    await using service = await startService();
    expect(await samples(service, REQUESTS)).to.deep.equal({ '': 0 });
    expect(await samples(service, ERRORS)).to.deep.equal({ '': 0 });
  });

  it('count requests by the template of their path, under the prefix that was used', async () => {
    await using service = await startService();
    const v1 = '/api/image-builder/v1';
    const headers = { 'x-rh-identity': identityHeader() };
    await service.as().get('/version');
    await service.as().get(`/composes/${randomUUID()}`);
    await service.as().get(`/composes/${randomUUID()}/metadata`);
    await service.as().get('/composes/no-id');
    await service.as().send('PATCH', '/blueprints');
    await service.anonymous.get('/version');
    await service.root.get(`${v1}.0/version`, { headers });
    await service.root.get('/api/v1/image-builder/version', { headers });
    expect(await samples(service, COUNT)).to.deep.equal({
      [counted(`${v1}/version`, 200)]: 2,
      [counted(`${v1}/composes/-`, 404)]: 1,
      [counted(`${v1}/composes/-/metadata`, 404)]: 1,
      [counted(`${v1}/composes/-`, 400)]: 1,
      [counted(`${v1}/blueprints`, 405, 'PATCH')]: 1,
      [counted(`${v1}/version`, 401)]: 1,
      [counted(`${v1}.0/version`, 200)]: 1,
    });
  });

  it('have no series for unknown paths', async () => {
    await using service = await startService();
    for (let i = 0; i < 20; i += 1) await service.as().get(`/${randomUUID()}?x=${i}`);
    await service.as().get('');
    expect(await samples(service, COUNT)).to.deep.equal({
      [counted('/api/image-builder/v1/*', 404)]: 20,
      [counted('/api/image-builder/v1', 404)]: 1,
    });
    expect(await samples(service, `${DURATION}_count`)).to.deep.equal({});
  });

  it('have no series for unknown methods', async () => {
    await using service = await startService();
    for (const method of SCANNED_METHODS) await service.as().send(method, '/composes');
    const methods = Object.keys(await samples(service, COUNT)).map((labels) => /method="([^"]+)"/.exec(labels)?.[1]);
    expect(methods).to.have.members(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'other']);
  });

  it('have the same series after a scan of hundreds of paths as after its first steps', async () => {
    await using service = await startService();
    const made = [
      ...[() => `/${randomUUID()}`, () => `/composes/${randomUUID()}`, () => `/composes/${randomUUID()}/metadata`],
      ...[() => `/blueprints/${randomUUID()}/${randomUUID()}`, () => `/%2e%2e/${randomUUID()}`],
      ...[() => `//${randomUUID()}.php?id=${randomUUID()}`, () => `/architectures/${randomUUID()}`],
    ];
    const scan = async (): Promise<void> => {
      for (const path of made) {
        for (const method of SCANNED_METHODS) await service.as().send(method, path());
        await service.anonymous.get(path());
      }
      for (const path of made) await service.root.send('GET', path());
    };
    await scan();
    const before = await seriesOf(service);
    for (let round = 0; round < 3; round += 1) await scan();
    expect(await seriesOf(service)).to.deep.equal(before);
    expect(before).to.have.property('size').below(500);
  });

  it('do not count requests at the root', async () => {
    await using service = await startService();
    for (const path of ['/status', '/metrics', '/openapi.json', '/nowhere']) await service.root.get(path);
    expect(await samples(service, COUNT)).to.deep.equal({});
  });

  it('time requests that passed validation, by the template of their path with names', async () => {
    await using service = await startService();
    await service.as().get(`/composes/${randomUUID()}`);
    await service.as().get('/composes/no-id');
    await service.anonymous.get('/composes');
    expect(await samples(service, `${DURATION}_count`)).to.deep.equal({
      '{path="/api/image-builder/v1/composes/:composeId"}': 1,
    });
    const buckets = Object.keys(await samples(service, `${DURATION}_bucket`)).map(
      (labels) => /le="([^"]+)"/.exec(labels)?.[1],
    );
    const bounds = '0.025 0.05 0.075 0.1 0.2 0.5 0.75 1 1.5 2 3 4 5 6 8 10 12 14 16 20 +Inf'.split(' ');
    expect(buckets).to.deep.equal(bounds);
  });

  it('time every request that found its operation, by that and the class of its status', async () => {
    await using service = await startService();
    await service.as().get('/composes');
    await service.as().get('/composes?limit=1');
    await service.as().get('/composes?limit=no-number');
    await service.as().get(`/composes/${randomUUID()}`);
    await service.anonymous.get('/composes');
    await service.as().get('/nowhere');
    await service.as().send('PATCH', '/composes');
    service.composer.get('/openapi').reply(500, 'broken');
    await service.as().get('/ready');
    expect(await samples(service, OPERATIONS)).to.deep.equal({
      '{operation="getComposes",status="2xx"}': 2,
      '{operation="getComposes",status="4xx"}': 2,
      '{operation="getComposeStatus",status="4xx"}': 1,
      '{operation="getReadiness",status="5xx"}': 1,
    });
  });

  it('have the number of requests in flight', async () => {
    await using service = await startService();
    const gate = Promise.withResolvers<string>();
    const asked = Promise.withResolvers<undefined>();
    service.composer.get('/openapi').reply(200, () => {
      asked.resolve(undefined);
      return gate.promise;
    });
    const waiting = service.as().get('/ready');
    await asked.promise;
    expect(await samples(service, 'imagebuilder_requests_in_flight')).to.deep.equal({ '': 1 });
    gate.resolve('{}');
    await waiting;
    expect(await samples(service, 'imagebuilder_requests_in_flight')).to.deep.equal({ '': 0 });
  });

  it('have the database connections by state', async () => {
    await using service = await startService({ env: { PGPOOLSIZE: '1' } });
    const state = async (): Promise<Record<string, number>> => ({
      ...(await samples(service, 'imagebuilder_database_connections')),
      ...(await samples(service, 'imagebuilder_database_waiting')),
    });
    expect(await samples(service, 'imagebuilder_database_connections_max')).to.deep.equal({ '': 1 });
    expect(await state()).to.deep.equal({ '{state="idle"}': 0, '{state="used"}': 0, '': 0 });
    await service.as().get('/composes');
    expect(await state()).to.deep.equal({ '{state="idle"}': 1, '{state="used"}': 0, '': 0 });

    await service.sql.query('BEGIN; LOCK TABLE composes IN ACCESS EXCLUSIVE MODE');
    const held = [service.as().get('/composes'), service.as().get('/composes')];
    const busy = async (): Promise<Record<string, number>> => {
      const now = await state();
      return (now[''] ?? 0) > 0 ? now : busy();
    };
    expect(await busy()).to.include({ '{state="idle"}': 0, '{state="used"}': 1 });
    await service.sql.query('ROLLBACK');
    expect((await Promise.all(held)).map(({ status }) => status)).to.deep.equal([200, 200]);
  });

  it('have the utilization of the event loop', async () => {
    await using service = await startService({ context: { metrics: createMetrics({ processMetrics: true }) } });
    const active = async (): Promise<number> =>
      (await samples(service, 'imagebuilder_event_loop_active_seconds_total'))[''] ?? NaN;
    const first = await active();
    expect(first).to.be.above(0);
    expect(await active()).to.be.above(first);
  });

  it('count composes that passed validation, and those that failed on our side', async () => {
    await using service = await startService();
    service.composer.accepts();
    await service.as().post('/compose', composeRequest);
    await service.as().post('/compose', { ...composeRequest, distribution: 'rhel-84' });
    service.composer.refuses(500, 'broken');
    await service.as().post('/compose', composeRequest);
    await service.as().post('/compose', {});
    await service.as().post(`/blueprints/${randomUUID()}/compose`);
    expect(await samples(service, REQUESTS)).to.deep.equal({ '': 4 });
    expect(await samples(service, ERRORS)).to.deep.equal({ '': 1 });
    expect(await samples(service, COUNT)).to.include({
      [counted('/api/image-builder/v1/compose', 500, 'POST')]: 1,
      [counted('/api/image-builder/v1/blueprints/-/compose', 404, 'POST')]: 1,
    });
  });

  it('have the duration of calls to other services', async () => {
    await using service = await startService();
    service.composer.get('/openapi').reply(200, {});
    await service.as().get('/ready');
    const labels = Object.keys(await samples(service, 'imagebuilder_upstream_duration_seconds_count'));
    expect(labels).to.deep.equal(['{service="composer",operation="getOpenapi",outcome="200"}']);
  });
});
