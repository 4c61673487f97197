import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { identityHeader } from '../support/identity.ts';
import { composeRequest } from '../support/given.ts';
import { createMetrics } from '../../src/metrics.ts';
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

  it('grow no series for paths that somebody makes up', async () => {
    await using service = await startService();
    for (let i = 0; i < 20; i += 1) await service.as().get(`/${randomUUID()}?x=${i}`);
    await service.as().get('');
    expect(await samples(service, COUNT)).to.deep.equal({
      [counted('/api/image-builder/v1/*', 404)]: 20,
      [counted('/api/image-builder/v1', 404)]: 1,
    });
    expect(await samples(service, `${DURATION}_count`)).to.deep.equal({});
  });

  it('do not count what is served at the root, nor what is not found there', async () => {
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

  it('time the services that are called', async () => {
    await using service = await startService();
    service.composer.get('/openapi').reply(200, {});
    await service.as().get('/ready');
    const labels = Object.keys(await samples(service, 'imagebuilder_upstream_duration_seconds_count'));
    expect(labels).to.deep.equal(['{service="composer",operation="getOpenapi",outcome="200"}']);
  });
});
