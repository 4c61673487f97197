// Several processes behind one port: what clients, operators and the metrics page see of it.
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { identityHeader } from '../support/identity.ts';
import { API_PATH } from '../support/service.ts';
import { accepts } from './sockets.ts';
import { ROOT, startProgram, type NodeProcess } from './support.ts';

const WORKERS = 3;

const environment = ({ config }: TestDatabase): Readonly<Record<string, string>> => ({
  ...{ PGHOST: config.host, PGPORT: String(config.port), PGUSER: config.user, PGPASSWORD: config.password },
  ...{ PGDATABASE: config.database, PGSSLMODE: config.sslMode, WORKERS: String(WORKERS), LOG_LEVEL: 'INFO' },
  ...{ LISTEN_ADDRESS: '127.0.0.1:0', DISTRIBUTIONS_DIR: join(ROOT, 'test/fixtures/distributions') },
});

/** Starts the service; resolves when all of its processes listen. */
const start = async (
  database: TestDatabase,
  env: Readonly<Record<string, string>> = {},
): Promise<{ service: NodeProcess; port: number }> => {
  const service = startProgram('src/main.ts', { env: { ...environment(database), ...env } });
  const [, port] = await service.said(/"port":(\d+)\},"msg":"listening"/);
  await service.said('all workers listen');
  return { service, port: Number(port) };
};

interface Answered {
  readonly status: number;
  readonly body: string;
  readonly isClosing: boolean;
}

/** Sends one request, on a connection of its own unless an agent reuses one. */
const get = (port: number, path: string, agent?: Agent): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const headers = { 'x-rh-identity': identityHeader() };
    const sent = request({ host: '127.0.0.1', port, path, headers, ...(agent ? { agent } : {}) }, (response) => {
      const { statusCode: status = 0, headers } = response;
      text(response).then((body) => resolve({ status, body, isClosing: headers.connection === 'close' }), reject);
    });
    sent.once('error', reject);
    sent.end();
  });

/** Processes that served requests for the version, by the log. */
const servedBy = (log: string): ReadonlySet<string> =>
  new Set([...log.matchAll(/"worker":(\d+)[^\n]*"operation_id":"getVersion"/g)].map(([, worker]) => worker ?? ''));

describe('the service with several workers', () => {
  it('serves requests with all workers, and each worker returns the metrics of all', async () => {
    await using database = await createTestDatabase();
    const { service, port } = await start(database);
    using _service = service;
    const REQUESTS = 30;
    for (let sent = 0; sent < REQUESTS; sent += 1) {
      expect((await get(port, `${API_PATH}/version`)).status).to.equal(200);
    }

    for (let count = 0; count < WORKERS; count += 1) {
      const { body } = await get(port, '/metrics');
      expect(body).to.match(
        new RegExp(`^image_builder_crc_request_count\\{[^}]*path="${API_PATH}/version"[^}]*\\} ${REQUESTS}$`, 'm'),
      );
      expect(body).to.include('imagebuilder_database_connections_max 30\n');
      expect(body).to.include('imagebuilder_builds_outcome_unknown 0\n');
    }

    service.child.kill('SIGTERM');
    const { code, stdout, stderr } = await service.ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(servedBy(stdout).size).to.equal(WORKERS);
  });

  it('replaces a worker that dies, and serves requests meanwhile', async () => {
    await using database = await createTestDatabase();
    const { service, port } = await start(database);
    using _service = service;
    await get(port, `${API_PATH}/version`);
    const [, pid] = await service.said(/"worker":(\d+)[^\n]*"operation_id":"getVersion"/);
    process.kill(Number(pid), 'SIGKILL');
    await service.said('another one takes its place');
    expect((await get(port, `${API_PATH}/version`)).status).to.equal(200);
    await service.said(new RegExp(`(?:[^]*"msg":"listening"){${WORKERS + 1}}`));
    service.child.kill('SIGTERM');
    expect((await service.ended).code).to.equal(0);
  });

  it('loses no request after SIGTERM', async () => {
    await using database = await createTestDatabase();
    const { service, port } = await start(database, { SHUTDOWN_DELAY_SECONDS: '6' });
    using _service = service;
    const counts = { sent: 0, received: 0 };
    // As a gateway does: a connection is used for as long as no header announces its end.
    const read = async (): Promise<void> => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let closing = false; !closing;) {
        counts.sent += 1;
        const { status, isClosing } = await get(port, `${API_PATH}/composes?limit=10`, agent);
        expect(status).to.equal(200);
        counts.received += 1;
        closing = isClosing;
      }
      agent.destroy();
    };
    const reading = Promise.all(Array.from({ length: 9 }, read));
    while (counts.received < 100) await turn();
    service.child.kill('SIGTERM');
    await reading;
    expect(counts.received).to.equal(counts.sent);
    const { code, stdout, stderr } = await service.ended;
    const notable = stdout.split('\n').filter((line) => !line.includes('"event":"request.completed"'));
    expect(code, notable.join('\n') + stderr).to.equal(0);
    expect(await accepts(port)).to.equal(false);
  });

  it('reports an invalid setting once, and ends', async () => {
    const running = startProgram('src/main.ts', {
      env: { LISTEN_ADDRESS: '127.0.0.1:0', WORKERS: '2', LOG_LEVEL: 'INFO' },
    });
    using _running = running;
    const [, taken] = await running.said(/"port":(\d+)\},"msg":"listening"/);
    for (const [env, variable] of [
      [{ WORKERS: 'many' }, 'WORKERS'],
      [{ WORKERS: '0' }, 'WORKERS'],
      [{ WORKERS: '3', LISTEN_ADDRESS: `127.0.0.1:${taken}` }, 'LISTEN_ADDRESS'],
      [{ WORKERS: 'auto', LISTEN_ADDRESS: 'nowhere' }, 'LISTEN_ADDRESS'],
    ] as const) {
      using service = startProgram('src/main.ts', { env });
      const { code, stderr } = await service.ended;
      expect(code).to.equal(1);
      expect(stderr.trimEnd().split('\n')).to.have.length(1);
      expect(stderr).to.include(variable);
    }
  });
});
