// Traces of the program: sent by OTLP where telemetry is loaded before it, and nothing of OpenTelemetry's SDK loaded otherwise.
import { mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { bundleService } from '../../scripts/support/bundle.ts';
import { createClients } from '../support/client.ts';
import { identityHeader } from '../support/identity.ts';
import { startStandIn } from '../observability/log-sinks/support.ts';
import { API_PATH } from '../support/service.ts';
import { ROOT, startProgram } from './support.ts';

/** Requests the version once, and stops the program. */
const request = async (program: string, telemetry: string | null, collector: string): Promise<string> => {
  using service = startProgram(program, {
    env: {
      ...{ LISTEN_ADDRESS: '127.0.0.1:0', LOG_LEVEL: 'info', OTEL_SERVICE_NAME: 'a-service' },
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    },
    nodeOptions: telemetry === null ? [] : ['--import', join(ROOT, telemetry)],
  });
  const [, port] = await service.said(/"port":(\d+)\},"msg":"listening"/);
  using clients = createClients(Number(port));
  const reply = await clients.create(API_PATH, { 'x-rh-identity': identityHeader() }).get('/version');
  expect(reply.status).to.equal(200);
  service.child.kill('SIGTERM');
  const { code, stdout, stderr } = await service.ended;
  expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
  return stdout;
};

describe('telemetry', () => {
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(ROOT, 'dist-'));
    await bundleService(directory);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const programs = () => [
    ['src/main.ts', 'src/telemetry.ts'] as const,
    [join(basename(directory), 'main.js'), join(basename(directory), 'telemetry.js')] as const,
  ];

  for (const [index, what] of ['of the sources', 'of the bundle'].entries()) {
    it(`sends the spans ${what} before the process ends, as OpenTelemetry's variables say`, async () => {
      await using collector = await startStandIn((_request, response) => response.writeHead(200).end());
      const [program, telemetry] = programs()[index] ?? expect.fail();
      const logged = await request(program, telemetry, collector.url);
      expect(collector.requests.map(({ url }) => url)).to.include('/v1/traces');
      const sent = collector.requests.map(({ body }) => body).join();
      expect(sent).to.include('a-service').and.include(`GET ${API_PATH}/version`);
      expect(logged).to.match(/"w3c_trace_id":"[0-9a-f]{32}"/);
    });

    it(`is off ${what} unless it is loaded`, async () => {
      await using collector = await startStandIn((_request, response) => response.writeHead(200).end());
      const logged = await request(programs()[index]?.[0] ?? '', null, collector.url);
      expect(collector.requests).to.deep.equal([]);
      expect(logged).not.to.include('w3c_trace_id');
    });
  }
});
