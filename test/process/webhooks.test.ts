// Webhooks with processes of the service as they run, and receivers that do as they like.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { json, startLoopback } from '../upstream/loopback.ts';
import { createClients, type Client } from '../support/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { recordEvent } from '../support/events.ts';
import { SECRET_KEY } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { API_PATH } from '../support/service.ts';
import { verified } from '../domain/webhooks/support.ts';
import { ROOT, startProgram, type NodeProcess } from './support.ts';

interface Replica extends Disposable {
  readonly process: NodeProcess;
  readonly api: Client;
}

const startReplica = async (database: TestDatabase, composerUrl: string): Promise<Replica> => {
  const { host, port, user, password, sslMode, database: name } = database.config;
  const process = startProgram('src/main.ts', {
    env: {
      ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGSSLMODE: sslMode },
      ...{ PGDATABASE: name, LISTEN_ADDRESS: '127.0.0.1:0', LOG_LEVEL: 'info' },
      ...{ DISTRIBUTIONS_DIR: join(ROOT, 'test/fixtures/distributions'), COMPOSER_URL: composerUrl },
      ...{ OSBUILD_AWS_REGION: 'us-east-1', OSBUILD_GCP_REGION: 'us-east4' },
      ...{ WEBHOOK_SECRET_KEY: SECRET_KEY, WEBHOOK_ALLOWED_RANGES: '127.0.0.1/32' },
    },
  });
  const [, listening] = await process.said(/"port":(\d+)\},"msg":"listening"/);
  const clients = createClients(Number(listening));
  return {
    process,
    api: clients.create(API_PATH, { 'x-rh-identity': identityHeader() }),
    [Symbol.dispose]: () => {
      clients[Symbol.dispose]();
      process[Symbol.dispose]();
    },
  };
};

/** An address for composer, which these tests do not call. */
const startComposer = () => startLoopback((_request, response) => json(response, 200, {}));

/** Lets other things happen until something holds; the test's time limit ends it when it never does. */
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await pause(50);
};

const createWebhook = async (api: Client, url: string): Promise<{ id: string; secret: string }> => {
  const { status, body, text } = await api.post('/webhooks', { url });
  expect(status, text).to.equal(201);
  return body as { id: string; secret: string };
};

/** Records that composes were queued. @returns the composes */
const queueComposes = async (database: TestDatabase, count: number): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) ids.push(await recordEvent(database.config));
  return ids;
};

const pendingOf = async (database: TestDatabase): Promise<number> => {
  const { rows } = await database.sql.query<{ total: number }>(
    `SELECT count(*)::int AS total FROM webhook_deliveries WHERE status = 'pending'`,
  );
  return rows[0]?.total ?? -1;
};

/** A server that sends the given bytes to every client. */
const startRaw = async (say: (socket: Socket) => void) => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => say(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

describe('a replica that is killed while it delivers', () => {
  it('loses no delivery: another replica sends it with the same ids', async () => {
    await using database = await createTestDatabase();
    await using composer = await startComposer();
    const held: ServerResponse[] = [];
    let hold = true;
    await using receiver = await startLoopback((_request, response) => {
      if (hold) held.push(response);
      else response.writeHead(204).end();
    });
    const first = await startReplica(database, composer.url);
    using _first = first;
    const { id, secret } = await createWebhook(first.api, receiver.url);
    const builds = await queueComposes(database, 12);
    await until(() => held.length === 4);
    const interrupted = receiver.requests.map(({ headers }) => headers['webhook-id']);

    first.process.child.kill('SIGKILL');
    await first.process.ended;
    hold = false;
    using second = await startReplica(database, composer.url);
    await until(async () => (await pendingOf(database)) === 0);

    // Receivers take a message once, by its id.
    const taken = new Map(
      receiver.requests.map((request) => [request.headers['webhook-id'], verified(request, secret)]),
    );
    expect([...taken.values()].map(({ data }) => data['compose_id'])).to.have.members([...builds]);
    expect(taken.size).to.equal(builds.length);
    // Only what was on its way when the process died came twice.
    expect(receiver.requests).to.have.length(builds.length + interrupted.length);
    for (const one of interrupted)
      expect(receiver.requests.filter(({ headers }) => headers['webhook-id'] === one)).to.have.length(2);
    const { body } = await second.api.get(`/webhooks/${id}/deliveries`);
    const attempts = (body.data as { id: string; status: string; attempts: number }[]).map((one) => [
      ...[one.status, one.attempts === (interrupted.includes(one.id) ? 2 : 1)],
    ]);
    expect(attempts).to.deep.equal(builds.map(() => ['delivered', true]));
  });

  it('loses no event of a stream after many kills', async () => {
    await using database = await createTestDatabase();
    await using composer = await startComposer();
    await using receiver = await startLoopback((_request, response) => {
      setTimeout(() => response.writeHead(204).end(), 20);
    });
    const replicas = [await startReplica(database, composer.url), await startReplica(database, composer.url)];
    await using stack = new AsyncDisposableStack();
    stack.defer(() => replicas.forEach((replica) => replica[Symbol.dispose]()));
    const hooks = await Promise.all([1, 2, 3].map((n) => createWebhook(replicas[0]!.api, `${receiver.url}/${n}`)));
    const builds: string[] = [];
    for (let kill = 0; kill < 4; kill += 1) {
      const before = receiver.requests.length;
      const queueing = queueComposes(database, 25);
      await until(() => receiver.requests.length > before + 5);
      const victim = replicas.shift()!;
      victim.process.child.kill('SIGKILL');
      victim[Symbol.dispose]();
      replicas.push(await startReplica(database, composer.url));
      builds.push(...(await queueing));
    }
    await until(async () => (await pendingOf(database)) === 0);
    for (const [index, { secret }] of hooks.entries()) {
      const own = receiver.requests.filter(({ url }) => url === `/${index + 1}`);
      const taken = new Map(own.map((request) => [request.headers['webhook-id'], verified(request, secret)]));
      expect(taken.size).to.equal(builds.length);
      expect([...taken.values()].map(({ data }) => data['compose_id'])).to.have.members(builds);
    }
    const { rows } = await database.sql.query('SELECT DISTINCT status FROM webhook_deliveries');
    expect(rows).to.deep.equal([{ status: 'delivered' }]);
  });
});

describe('receivers that hang, lie and point elsewhere', () => {
  it('delay no other receiver, and no request follows their redirects', async () => {
    await using database = await createTestDatabase();
    await using composer = await startComposer();
    await using honest = await startLoopback((_request, response) => void response.writeHead(200).end());
    await using secret = await startLoopback((_request, response) => void response.writeHead(200).end());
    using hanging = await startRaw(() => {});
    using garbage = await startRaw((socket) => void socket.end('hello?\r\n\r\n'));
    using closing = await startRaw((socket) => void socket.destroy());
    using endless = await startRaw((socket) => {
      socket.write('HTTP/1.1 500 No\r\n\r\n');
      const more = (error?: Error | null): void => {
        if (!error && !socket.destroyed) socket.write('x'.repeat(65_536), (failed) => setImmediate(more, failed));
      };
      more();
    });
    await using redirecting = await startLoopback((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${secret.port}/` }).end();
    });
    using replica = await startReplica(database, composer.url);
    const { api } = replica;
    const bad = {
      hanging: await createWebhook(api, hanging.url),
      garbage: await createWebhook(api, garbage.url),
      closing: await createWebhook(api, closing.url),
      endless: await createWebhook(api, endless.url),
      redirecting: await createWebhook(api, redirecting.url.replace('localhost', '127.0.0.1')),
    };
    const good = await createWebhook(api, honest.url.replace('localhost', '127.0.0.1'));
    // The operator allows one address of this machine, and not the others.
    for (const url of [`http://127.0.0.2:${secret.port}/`, 'http://[::1]:9000/', 'http://10.0.0.1/'])
      expect(await api.post('/webhooks', { url })).to.be.refused(422, /public address$/, 'webhook rule violation');

    const builds = await queueComposes(database, 40);
    await until(() => honest.requests.length === builds.length);
    expect(honest.requests.map((request) => verified(request, good.secret).data['compose_id'])).to.have.members([
      ...builds,
    ]);

    const lastErrors = async (id: string): Promise<readonly string[]> => {
      const { body } = await api.get(`/webhooks/${id}/deliveries`);
      const errors = (body.data as { last_error?: string; status: string }[]).flatMap(
        ({ last_error }) => last_error ?? [],
      );
      return [...new Set(errors)];
    };
    const expected = {
      hanging: /^no answer in time$/,
      garbage: /^no answer \(HPE_/,
      closing: /^no answer \(ECONNRESET\)$/,
      endless: /^HTTP 500: x{200}$/,
      redirecting: /^HTTP 302, and redirects are not followed$/,
    };
    for (const [what, { id }] of Object.entries(bad)) {
      await until(async () => (await lastErrors(id)).length > 0);
      for (const error of await lastErrors(id)) expect(error, what).to.match(expected[what as keyof typeof expected]);
    }
    expect(secret.connections()).to.equal(0);
    expect((await api.get('/version')).status).to.equal(200);
    replica.process.child.kill('SIGTERM');
    expect((await replica.process.ended).code).to.equal(0);
  });
});
