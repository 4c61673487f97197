import { once } from 'node:events';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { ClientLimits } from '../../src/config/index.ts';
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts';
import { closeServer, createHttpServer, listen } from '../../src/http/server.ts';
import { composeRequest } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { PATIENCE, STANDSTILL } from '../support/patience.ts';
import { startService } from '../support/service.ts';

/** Short enough for a test to wait for. */
const LIMITS: ClientLimits = {
  ...{ headersTimeout: 40, requestTimeout: 60, keepAliveTimeout: 40 },
  maxHeaderSize: 64 * 1024,
};
/** The same, for a client that is served before it is too slow. */
const STEADY: ClientLimits = {
  ...{ headersTimeout: STANDSTILL, requestTimeout: STANDSTILL, keepAliveTimeout: PATIENCE },
  maxHeaderSize: 64 * 1024,
};
/** Long enough for nobody to notice. */
const PATIENT: ClientLimits = {
  ...{ headersTimeout: PATIENCE, requestTimeout: PATIENCE, keepAliveTimeout: PATIENCE },
  maxHeaderSize: 64 * 1024,
};

interface Running extends AsyncDisposable {
  readonly port: number;
  readonly metrics: Metrics;
  /** How many connections there are. */
  readonly connections: () => Promise<number>;
}

const answerOk: RequestListener = (_req, res) => void res.end('ok');

const run = async (limits: ClientLimits, listener: RequestListener = answerOk, linger?: number): Promise<Running> => {
  const metrics = createMetrics({ processMetrics: false });
  const server = createHttpServer(listener, limits, metrics.protection, 10, linger);
  await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    ...{ metrics, port: (server.address() as AddressInfo).port },
    connections: promisify(server.getConnections.bind(server)),
    [Symbol.asyncDispose]: () => closeServer(server, 0),
  };
};

/** A connection with everything that came over it, once it is closed. */
interface Connection {
  readonly socket: Socket;
  readonly ended: Promise<string>;
}

const open = async (port: number): Promise<Connection> => {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => void (text += chunk.toString('latin1')));
  socket.on('error', () => {});
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  await once(socket, 'connect');
  return { socket, ended };
};

/** Sends bytes and nothing after them; gives what came back when the server has ended the connection. */
const send = async (port: number, bytes: string): Promise<string> => {
  const { socket, ended } = await open(port);
  socket.write(bytes, 'latin1');
  return ended;
};

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The only answer in what came back. */
const parse = (text: string): RawAnswer => {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [line = '', ...lines] = head.split('\r\n');
  const body = rest.join('\r\n\r\n');
  const headers = Object.fromEntries(
    lines.map((header): [string, string] => {
      const at = header.indexOf(': ');
      return [header.slice(0, at).toLowerCase(), header.slice(at + 2)];
    }),
  );
  expect(headers['content-length'], text).to.equal(String(Buffer.byteLength(body)));
  return { status: Number(line.split(' ')[1]), headers, body: JSON.parse(body) as unknown };
};

const refusal = (status: number, detail: string) => ({ errors: [{ title: String(status), detail }] });

const expectRefusal = (text: string, status: number, detail: string): void => {
  const answer = parse(text);
  expect([answer.status, answer.body]).to.deep.equal([status, refusal(status, detail)]);
  expect(answer.headers).to.include({ 'content-type': 'application/json', connection: 'close' });
};

const TOO_SLOW = 'the request did not arrive in time';
const TOO_LARGE = 'the headers of the request are too large';
const NO_HTTP = 'the request is not HTTP';

const refusedConnections = async ({ metrics }: Running): Promise<Record<string, number>> => {
  const { values } = await metrics.protection.refusedConnections.get();
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels.reason), value]));
};

describe('a client', () => {
  it('that never finishes its headers receives 408, and is disconnected', async () => {
    await using server = await run(LIMITS);
    expectRefusal(await send(server.port, 'GET / HTTP/1.1\r\nHost: a\r\nX: '), 408, TOO_SLOW);
    expect(await refusedConnections(server)).to.deep.equal({ timeout: 1 });
  });

  it('that sends headers slowly is disconnected', async () => {
    await using server = await run(LIMITS);
    const { socket, ended } = await open(server.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n');
    const drip = setInterval(() => socket.write('X: y\r\n'), 5);
    socket.once('close', () => clearInterval(drip));
    expectRefusal(await ended, 408, TOO_SLOW);
  });

  it('that sends nothing is disconnected', async () => {
    await using server = await run(LIMITS);
    expect(await (await open(server.port)).ended).to.match(/^(HTTP\/1.1 408 |$)/);
  });

  it('that leaves its connection idle is disconnected without a response', async () => {
    await using server = await run({ ...LIMITS, headersTimeout: PATIENCE, requestTimeout: PATIENCE });
    const text = await send(server.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(text)
      .to.match(/^HTTP\/1.1 200 OK\r\n/)
      .and.match(/\r\n\r\nok$/);
    expect(await refusedConnections(server)).to.deep.equal({});
  });

  it('that never finishes an unused body is disconnected after the response', async () => {
    await using server = await run(STEADY);
    const text = await send(server.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{');
    expect(text).to.match(/^HTTP\/1.1 200 OK\r\n/);
    expect(await refusedConnections(server)).to.deep.equal({ timeout: 1 });
  });

  it('that waits for its response longer than the request timeout stays connected', async () => {
    const waiting = Promise.withResolvers<null>();
    await using server = await run(STEADY, async (_req, res) => {
      await waiting.promise;
      res.end('at last');
    });
    const { socket, ended } = await open(server.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    // As long as it takes to cut off two others, one after the other.
    for (let i = 0; i < 2; i += 1) await send(server.port, 'GET / HTTP/1.1\r\nX: ');
    waiting.resolve(null);
    expect(await ended).to.match(/at last$/);
  });

  it('that does not read its response is disconnected', async () => {
    // More than the buffers between the two hold.
    const answer = Buffer.alloc(50_000_000);
    await using server = await run(LIMITS, (_req, res) => void res.end(answer));
    const { socket, ended } = await open(server.port);
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    while ((await server.connections()) > 0) await nextTurn();
    socket.resume();
    expect((await ended).length).to.be.below(answer.length);
  });

  it('with huge headers receives 431', async () => {
    await using server = await run(PATIENT, answerOk, PATIENCE);
    for (const headers of [`X: ${'x'.repeat(65_536)}`, 'X: y\r\n'.repeat(20_000), `X: ${'x'.repeat(4_000_000)}`]) {
      expectRefusal(await send(server.port, `GET / HTTP/1.1\r\nHost: a\r\n${headers}\r\n\r\n`), 431, TOO_LARGE);
    }
    expectRefusal(await send(server.port, `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`), 431, TOO_LARGE);
    expect(await refusedConnections(server)).to.deep.equal({ headers_too_large: 4 });
  });

  it('receives the response although it sends everything before it reads', async () => {
    await using server = await run(PATIENT, answerOk, PATIENCE);
    const { socket, ended } = await open(server.port);
    socket.pause();
    const request = `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000_000)}\r\n\r\n`;
    await new Promise((resolve) => socket.write(request, resolve));
    socket.resume();
    expectRefusal(await ended, 431, TOO_LARGE);
  });

  it('that continues after the response is disconnected', async () => {
    await using server = await run(PATIENT);
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true }).resume();
    socket.on('error', () => {});
    const drip = setInterval(() => socket.write('no HTTP\r\n\r\n'), 20);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(drip);
    expect(await refusedConnections(server)).to.deep.equal({ malformed: 1 });
  });

  it('that does not speak HTTP receives 400', async () => {
    await using server = await run(PATIENT);
    const requests = [
      'hello\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ];
    for (const request of requests) expectRefusal(await send(server.port, request), 400, NO_HTTP);
    expect(await refusedConnections(server)).to.deep.equal({ malformed: requests.length });
  });

  it('receives no second response in the middle of another one', async () => {
    const asked = Promise.withResolvers<null>();
    await using server = await run(PATIENT, (_req, res) => {
      res.writeHead(200, { 'Content-Length': 10 });
      res.write('half');
      asked.resolve(null);
    });
    const { socket, ended } = await open(server.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await asked.promise;
    socket.write('no HTTP\r\n\r\n');
    expect(await ended).not.to.match(/errors|400/);
  });

  it('is served normally within the limits', async () => {
    await using server = await run(PATIENT);
    await using plain = createPlainServer(answerOk).listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const request = `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(10_000)}\r\nConnection: close\r\n\r\n`;
    const withoutDate = (text: string): string => text.replace(/Date: .*\r\n/, '');
    const expected = await send((plain.address() as AddressInfo).port, request);
    expect(withoutDate(await send(server.port, request))).to.equal(withoutDate(expected));
  });
});

describe('a body', () => {
  const head = (more: string): string =>
    `POST /api/image-builder/v1/compose HTTP/1.1\r\nHost: a\r\nx-rh-identity: ${identityHeader()}\r\n` +
    `Content-Type: application/json\r\n${more}\r\n`;

  it('that does not arrive in time is rejected with 408, logged and counted', async () => {
    await using service = await startService({ env: { REQUEST_TIMEOUT_SECONDS: '1', LOG_LEVEL: 'info' } });
    const text = await send(service.port, `${head('Content-Length: 100\r\n')}{`);
    expectRefusal(text, 408, TOO_SLOW);
    expect(parse(text).headers['x-strc-trace-id']).to.match(/^[A-Za-z]{15}$/);
    const [line] = service.logs;
    expect(line).to.deep.include({ operation_id: 'composeImage', response: { status: 408 } });
    const { text: page } = await service.root.get('/metrics');
    expect(page)
      .to.include('image_builder_crc_request_count{method="POST",path="/api/image-builder/v1/compose",code="408"} 1')
      .and.include('imagebuilder_refused_connections_total{reason="timeout"} 1');
  });

  it('that is not HTTP is rejected with 400', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'info' } });
    const text = await send(service.port, `${head('Transfer-Encoding: chunked\r\n')}1\r\n{\r\nno length\r\n`);
    expectRefusal(text, 400, NO_HTTP);
    expect(service.logs[0]).to.deep.include({ operation_id: 'composeImage', response: { status: 400 } });
  });

  it('that a client aborts leaves nothing behind', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'info' } });
    const { socket, ended } = await open(service.port);
    socket.write(`${head('Content-Length: 100\r\n')}{`);
    while (service.ctx.lifecycle.running === 0) await nextTurn();
    socket.destroy();
    await ended;
    while (service.ctx.lifecycle.running > 0) await nextTurn();
    service.composer.accepts();
    expect((await service.as().post('/compose', composeRequest)).status).to.equal(201);
  });
});

describe('a long identity', () => {
  const headerOf = (length: number): string => Buffer.from('x'.repeat((length / 4) * 3)).toString('base64');

  it('is rejected with the reason, and the connection stays open', async () => {
    await using service = await startService();
    for (const length of [16_388, 40_000, 60_000]) {
      const reply = await service.with({ 'x-rh-identity': headerOf(length) }).get('/version');
      expect(reply).to.be.refused(400, 'Bad Request: the x-rh-identity header is longer than 16384 bytes');
      expect(reply.headers.connection).to.equal('keep-alive');
    }
  });

  it('of any length receives a response', async () => {
    await using service = await startService();
    const request = `GET /api/image-builder/v1/version HTTP/1.1\r\nHost: a\r\nx-rh-identity: ${headerOf(400_000)}\r\n\r\n`;
    expectRefusal(await send(service.port, request), 431, TOO_LARGE);
  });

  it('is refused to Fedora users as well', async () => {
    await using service = await startService({ env: { FEDORA_AUTH: 'true' } });
    const reply = await service.with({ 'x-fedora-identity': headerOf(20_000) }).get('/version');
    expect(reply).to.be.refused(400, 'Bad Request: the x-fedora-identity header is longer than 16384 bytes');
  });
});
