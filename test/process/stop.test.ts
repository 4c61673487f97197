// How the service stops: what becomes of requests, by their number.
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { json, startLoopback, type Loopback } from '../upstream/loopback.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { composeRequest } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { API_PATH } from '../support/service.ts';
import { accepts } from './sockets.ts';
import { ROOT, startProgram, type NodeProcess } from './support.ts';

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One reused connection at a time; counts requests and complete responses. */
const createConnection = (port: number) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const counts = { sent: 0, received: 0 };
  return {
    counts,
    send: (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answered> =>
      new Promise((resolve, reject) => {
        const content = body === undefined ? null : JSON.stringify(body);
        const headers = { 'x-rh-identity': identityHeader(), ...(content && { 'content-type': 'application/json' }) };
        const sent = request({ host: '127.0.0.1', port, agent, method, path, headers }, (response) => {
          text(response).then((answer) => {
            counts.received += 1;
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer });
          }, reject);
        });
        sent.once('error', reject);
        counts.sent += 1;
        sent.end(content);
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
};

/** Asks once, on a connection of its own. */
const ask = async (port: number, path: string): Promise<Answered> => {
  using connection = createConnection(port);
  return await connection.send('GET', path);
};

/** A composer that responds to requests for composes when the test releases them. */
const startComposer = async () => {
  const gate = Promise.withResolvers<undefined>();
  let builds = 0;
  const server: Loopback = await startLoopback(({ url, method }, response) => {
    if (url.endsWith('/token')) json(response, 200, { access_token: 'token', expires_in: 900, token_type: 'Bearer' });
    else if (method === 'GET') json(response, 200, {});
    else {
      builds += 1;
      const id = `00000000-0000-4000-8000-${String(builds).padStart(12, '0')}`;
      void gate.promise.then(() => json(response, 201, { href: '', id, kind: 'ComposeId' }));
    }
  });
  return { url: server.url, builds: () => builds, open: () => gate.resolve(undefined), server };
};

/** Waits until composer has that many pending requests. @throws Error when the service responds to one by itself */
const atComposer = async (builds: () => number, count: number, sent: Promise<unknown>): Promise<void> => {
  let response: unknown;
  void sent.then((result) => (response = result));
  while (builds() < count) {
    if (response !== undefined) throw new Error(`composer was not called: ${JSON.stringify(response)}`);
    await turn();
  }
};

const startService = (
  database: TestDatabase,
  composerUrl: string,
  env: Readonly<Record<string, string>>,
): Promise<{ process: NodeProcess; port: number }> => {
  const { host, port, user, password, sslMode, database: name } = database.config;
  const service = startProgram('src/main.ts', {
    env: {
      ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGSSLMODE: sslMode },
      ...{
        PGDATABASE: name,
        LISTEN_ADDRESS: '127.0.0.1:0',
        DISTRIBUTIONS_DIR: join(ROOT, 'test/fixtures/distributions'),
      },
      ...{ COMPOSER_URL: composerUrl, COMPOSER_TOKEN_URL: `${composerUrl}/token` },
      ...{ COMPOSER_CLIENT_ID: 'id', COMPOSER_CLIENT_SECRET: 'secret', OSBUILD_AWS_REGION: 'us-east-1' },
      OSBUILD_GCP_REGION: 'us-east4',
      ...env,
    },
  });
  return service
    .said(/"port":(\d+)\},"msg":"listening"/)
    .then(([, listening]) => ({ process: service, port: Number(listening) }));
};

const READS = ['/version', '/distributions', '/composes?limit=10', '/blueprints'].map((path) => API_PATH + path);
const WORKERS = 10;
const BUILDS = 5;

describe('the service after SIGTERM', () => {
  it('fails readiness first, responds to every request, and ends with 0', async () => {
    await using database = await createTestDatabase();
    const composer = await startComposer();
    await using _composer = composer.server;
    const { process: service, port } = await startService(database, composer.url, {
      ...{
        SHUTDOWN_DELAY_SECONDS: '6',
        SHUTDOWN_GRACE_SECONDS: '30',
        READINESS_CACHE_SECONDS: '60',
        LOG_LEVEL: 'INFO',
      },
    });
    using _service = service;
    expect((await ask(port, '/ready')).status).to.equal(200);

    // Readers reuse their connections, as a gateway does. They open none any more once readiness has failed.
    let ready = true;
    const readers = Array.from({ length: WORKERS }, () => createConnection(port));
    const statuses = new Set<number>();
    const read = async ({ send }: (typeof readers)[number]): Promise<void> => {
      for (let i = 0; ; i += 1) {
        const { status, headers } = await send('GET', READS[i % READS.length] as string);
        statuses.add(status);
        if (headers.connection === 'close' && !ready) return;
      }
    };
    const reading = Promise.all(readers.map(read));
    const received = (): number => readers.reduce((sum, { counts }) => sum + counts.received, 0);
    const builders = Array.from({ length: BUILDS }, () => createConnection(port));
    const building = Promise.all(builders.map(({ send }) => send('POST', `${API_PATH}/compose`, composeRequest)));
    while (composer.builds() < BUILDS || received() < 100) await turn();

    service.child.kill('SIGTERM');
    while ((await ask(port, '/ready')).status === 200) await turn();
    // The port is open as long as the word spreads.
    expect((await ask(port, '/status')).status).to.equal(200);
    const before = received();
    while (received() < before + WORKERS) await turn();
    ready = false;
    await reading;
    expect([...statuses]).to.deep.equal([200]);
    expect(readers.map(({ counts }) => counts.sent - counts.received)).to.deep.equal(readers.map(() => 0));

    while (await accepts(port)) await turn();
    expect(service.child.exitCode).to.equal(null);
    composer.open();
    const builds = await building;
    expect(builds.map(({ status }) => status)).to.deep.equal(builds.map(() => 201));
    const { code, stdout, stderr } = await service.ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });

    // Nothing is lost on the way out either: every build is stored, every request has its line in the log.
    const { rows } = await database.sql.query<{ id: string }>('SELECT job_id AS id FROM composes');
    const ids = builds.map(({ body }) => (JSON.parse(body) as { id: string }).id);
    expect(rows.map(({ id }) => id)).to.have.members(ids);
    const lines = stdout.split('\n').filter((line) => line.includes('"operation_id"') && line.includes('"latency_ms"'));
    expect(lines).to.have.length(received() + BUILDS);
    for (const connection of [...readers, ...builders]) connection[Symbol.dispose]();
  });

  it('abandons requests that exceed the time limit, and ends with 0', async () => {
    await using database = await createTestDatabase();
    const composer = await startComposer();
    await using _composer = composer.server;
    const { process: service, port } = await startService(database, composer.url, { SHUTDOWN_GRACE_SECONDS: '1' });
    using _service = service;
    using connection = createConnection(port);
    // One waits for composer, the other one for a locked table.
    await database.sql.query('BEGIN; LOCK TABLE blueprints IN ACCESS EXCLUSIVE MODE');
    using other = createConnection(port);
    const lost = [
      connection.send('POST', `${API_PATH}/compose`, composeRequest),
      other.send('GET', `${API_PATH}/blueprints`),
    ].map((sent) =>
      sent.then(
        () => 'answered',
        (error: NodeJS.ErrnoException) => error.code,
      ),
    );
    await atComposer(composer.builds, 1, Promise.race(lost));
    service.child.kill('SIGTERM');
    expect(await Promise.all(lost)).to.deep.equal(['ECONNRESET', 'ECONNRESET']);
    expect((await service.ended).code).to.equal(0);
    await database.sql.query('ROLLBACK');
  });

  it('ends at once after a second SIGTERM', async () => {
    await using database = await createTestDatabase();
    const composer = await startComposer();
    await using _composer = composer.server;
    const { process: service, port } = await startService(database, composer.url, { SHUTDOWN_GRACE_SECONDS: '3600' });
    using _service = service;
    using connection = createConnection(port);
    const lost = connection.send('POST', `${API_PATH}/compose`, composeRequest).catch(() => 'lost');
    await atComposer(composer.builds, 1, lost);
    service.child.kill('SIGTERM');
    await service.said('"stopping"');
    // A second signal within half a second counts as the first one. So it is sent until it counts.
    const again = setInterval(() => service.child.kill('SIGTERM'), 50);
    const { code } = await service.ended;
    clearInterval(again);
    expect(code).to.equal(1);
    expect(await lost).to.equal('lost');
  });

  it('ends at once after a second SIGINT as well', async () => {
    await using database = await createTestDatabase();
    const composer = await startComposer();
    await using _composer = composer.server;
    const { process: service } = await startService(database, composer.url, {});
    using _service = service;
    service.child.kill('SIGINT');
    expect((await service.ended).code).to.equal(0);
  });
});
