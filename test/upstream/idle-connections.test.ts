// Connections to composer that were kept alive and have died: a real server closes them at the worst moment, just before the next request.
import { once } from 'node:events';
import { Agent, createServer, type Server } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createDirectHttp, type DirectRequest } from '../../src/upstream/direct-http.ts';
import { createHttp } from '../../src/upstream/http-client.ts';
import { createConnectionUses } from '../../src/upstream/idle-connections.ts';
import { PATIENCE } from '../support/patience.ts';
import { useRealConnections } from './loopback.ts';
import { createClock } from './support.ts';

const REQUEST: DirectRequest = {
  ...{ method: 'POST', headers: {}, body: '{}', timeout: PATIENCE, maxBytes: 1_000 },
};

const ROUNDS = 200;

interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly server: Server;
  readonly received: () => number;
  readonly connections: () => number;
}

/** A server that keeps connections for ever unless it announces a time, and closes them when the test says so. */
const startServer = async (announced?: string): Promise<TestServer> => {
  let received = 0;
  let connections = 0;
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    received += 1;
    request.resume();
    const keepAlive = announced === undefined ? {} : { 'keep-alive': announced };
    request.on('end', () => response.writeHead(200, { connection: 'keep-alive', ...keepAlive }).end('{}'));
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ server, received: () => received, connections: () => connections },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Calls with a clock that the test moves. */
const createCalls = () => {
  const clock = createClock();
  const agents = { http: new Agent({ keepAlive: true, timeout: 60_000 }), https: new HttpsAgent({ keepAlive: true }) };
  const send = createDirectHttp(agents, createConnectionUses(clock.now));
  return { clock, send, [Symbol.dispose]: () => agents.http.destroy() };
};

describe('a connection that the server closes while it is idle', () => {
  useRealConnections();

  it(`fails no POST, in ${ROUNDS} attempts, and each is received once`, async () => {
    await using server = await startServer();
    using calls = createCalls();
    for (let round = 0; round < ROUNDS; round += 1) {
      expect((await calls.send(server.url, REQUEST)).status).to.equal(200);
      calls.clock.pass(0.2);
      // The client cannot know yet that its connection is closed: it is sent in the same moment.
      server.server.closeIdleConnections();
    }
    expect(server.received()).to.equal(ROUNDS);
  });

  it('fails no POST of many that are sent at the same time', async () => {
    await using server = await startServer();
    using calls = createCalls();
    for (let round = 0; round < 20; round += 1) {
      const sent = Array.from({ length: 20 }, () => calls.send(server.url, REQUEST));
      for (const { status } of await Promise.all(sent)) expect(status).to.equal(200);
      calls.clock.pass(0.2);
      server.server.closeIdleConnections();
    }
    expect(server.received()).to.equal(400);
  });

  it('is not used by a POST after a response that the process has read late', async () => {
    await using server = await startServer();
    using calls = createCalls();
    const sent = calls.send(server.url, REQUEST);
    await once(server.server, 'request');
    // The process stands still, and the server waits for the next request meanwhile.
    calls.clock.pass(5);
    await sent;
    server.server.closeIdleConnections();
    expect((await calls.send(server.url, REQUEST)).status).to.equal(200);
    expect(server.received()).to.equal(2);
  });
});

describe('a connection that is alive', () => {
  useRealConnections();

  it('is used by the POST that follows at once, and by a GET also later', async () => {
    await using server = await startServer();
    using calls = createCalls();
    for (let i = 0; i < 5; i += 1) await calls.send(server.url, REQUEST);
    calls.clock.pass(30);
    await calls.send(server.url, { ...REQUEST, method: 'GET', body: undefined });
    expect([server.received(), server.connections()]).to.deep.equal([6, 1]);
  });

  it('is replaced for a POST after it was idle', async () => {
    await using server = await startServer();
    using calls = createCalls();
    await calls.send(server.url, REQUEST);
    calls.clock.pass(0.2);
    await calls.send(server.url, REQUEST);
    expect([server.received(), server.connections()]).to.deep.equal([2, 2]);
  });
});

describe('an agent of the service', () => {
  useRealConnections();

  /** Milliseconds after which the idle connections of the client are closed. */
  const idleTimes = async (announced?: string): Promise<readonly (number | undefined)[]> => {
    await using server = await startServer(announced);
    const http = createHttp({ proxyEnv: {}, timeout: PATIENCE });
    const agent = http.defaults.options.agent.http as Agent;
    try {
      await http.get(server.url);
      return Object.values(agent.freeSockets).flatMap((sockets) => (sockets ?? []).map(({ timeout }) => timeout));
    } finally {
      agent.destroy();
    }
  };

  it('closes an idle connection before the time that the server announces, and keeps none that it closes at once', async () => {
    expect(await idleTimes('timeout=5')).to.deep.equal([4_000]);
    expect(await idleTimes('timeout=2, max=100')).to.deep.equal([1_000]);
    expect(await idleTimes('timeout=1')).to.deep.equal([]);
  });

  it('closes an idle connection within a minute when the server announces nothing, or more', async () => {
    expect(await idleTimes()).to.deep.equal([50_000]);
    expect(await idleTimes('timeout=600')).to.deep.equal([50_000]);
  });
});
