// Receivers may be anything, and may mean harm.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createSendToReceiver, ReceiverError, type ReceiverSettings } from '../../src/upstream/webhook-receiver.ts';
import { ownAddresses } from '../../src/lib/own-addresses.ts';
import { certificateFor, startLoopback, unusedPort, useRealConnections } from './loopback.ts';

const LOCAL: ReceiverSettings = { allowedRanges: ['127.0.0.0/8'] };
const MESSAGE = { headers: { 'webhook-id': 'x' }, body: '{}' };

const send = (url: string, settings: Partial<ReceiverSettings> = {}, signal?: AbortSignal) =>
  createSendToReceiver({ ...LOCAL, ...settings })(url, MESSAGE, signal);

/** Why nothing was answered. */
const failureOf = async (sent: Promise<unknown>): Promise<string> => {
  try {
    await sent;
  } catch (error) {
    expect(error).to.be.instanceOf(ReceiverError);
    return (error as Error).message;
  }
  return expect.fail('it was answered');
};

/** A server that says bytes of its own when it was asked. */
const startRaw = async (say: (socket: Socket) => void) => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => say(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

describe('a message to a receiver', () => {
  useRealConnections();

  it('is sent to the validated address, with the host name of the URL', async () => {
    await using receiver = await startLoopback((_request, response) => void response.writeHead(200).end());
    const asked: string[] = [];
    const resolve = async (name: string): Promise<readonly string[]> => {
      asked.push(name);
      return ['127.0.0.1'];
    };
    const url = `http://hooks.example.com:${receiver.port}/x`;
    expect(await send(url, { resolve })).to.deep.equal({ status: 200, excerpt: '' });
    expect(asked, 'it is asked for once').to.deep.equal(['hooks.example.com']);
    expect(receiver.requests[0]?.headers.host).to.equal(`hooks.example.com:${receiver.port}`);
  });

  for (const addresses of [
    ['10.0.0.1'],
    ['169.254.169.254'],
    ['127.0.0.1', '10.0.0.1'],
    ['::1'],
    ['::ffff:10.0.0.1'],
  ]) {
    it(`is not sent to a name that resolves to ${addresses.join(' and ')}`, async () => {
      await using receiver = await startLoopback((_request, response) => void response.writeHead(200).end());
      const sent = send(`http://hooks.example.com:${receiver.port}/`, { resolve: async () => addresses });
      expect(await failureOf(sent)).to.equal('the address is not public');
      expect(receiver.connections()).to.equal(0);
    });
  }

  it('is sent to the validated address even if the name resolves to another one meanwhile', async () => {
    await using receiver = await startLoopback((_request, response) => void response.writeHead(200).end());
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    const resolve = async (): Promise<readonly string[]> => answers.shift() ?? [];
    const url = `http://hooks.example.com:${receiver.port}/`;
    const sendNow = createSendToReceiver({ allowedRanges: ['127.0.0.1/32'], resolve });
    expect((await sendNow(url, MESSAGE)).status).to.equal(200);
    expect(await failureOf(sendNow(url, MESSAGE))).to.equal('the address is not public');
    expect(receiver.connections()).to.equal(1);
  });

  it('is not sent to a loopback address unless the operator allows it', async () => {
    await using receiver = await startLoopback((_request, response) => void response.writeHead(200).end());
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433']) {
      const sent = send(`http://${host}:${receiver.port}/`, { allowedRanges: [] });
      expect(await failureOf(sent), host).to.match(/public address$/);
    }
    expect(receiver.connections()).to.equal(0);
  });

  it('is not sent to an address of this machine, nor to one that the operator denies, even if it is allowed', async () => {
    await using receiver = await startLoopback((_request, response) => void response.writeHead(200).end());
    const url = `http://hooks.example.com:${receiver.port}/`;
    const resolve = async (): Promise<readonly string[]> => ['127.0.0.1'];
    expect((await send(url, { resolve })).status).to.equal(200);
    expect(await failureOf(send(url, { resolve, deniedRanges: ['127.0.0.1/32'] }))).to.equal(
      'the address is not public',
    );
    for (const range of ownAddresses()) {
      const own = range.replace(/\/\d+$/, '');
      const rules = { allowedRanges: ['0.0.0.0/0', '::/0'], deniedRanges: ownAddresses(), resolve: async () => [own] };
      expect(await failureOf(send(url, rules)), own).to.equal('the address is not public');
    }
    expect(receiver.connections()).to.equal(1);
  });

  it('is not sent to a metadata service of a cloud, by name or by any address', async () => {
    const rules = { allowedRanges: ['0.0.0.0/0', '::/0'] };
    for (const host of ['metadata.google.internal', 'metadata', '168.63.129.16', '169.254.169.254', '[fd00:ec2::254]'])
      expect(await failureOf(send(`http://${host}/`, rules)), host).to.equal('the url must lead to a public address');
    for (const address of ['168.63.129.16', '169.254.169.254', '::ffff:168.63.129.16', 'fd00:ec2::254']) {
      const sent = send('http://hooks.example.com/', { ...rules, resolve: async () => [address] });
      expect(await failureOf(sent), address).to.equal('the address is not public');
    }
  });

  it('is not sent to a name without an address', async () => {
    const sent = send('http://hooks.example.com/', { resolve: async () => [] });
    expect(await failureOf(sent)).to.equal('the name has no address');
    const failing = send('http://hooks.example.com/', { resolve: () => Promise.reject(new Error('no')) });
    expect(await failureOf(failing)).to.match(/^no answer/);
  });

  it('carries no headers of other calls, and bypasses the proxy', async () => {
    await using proxy = await startLoopback((_request, response) => void response.writeHead(200).end());
    await using receiver = await startLoopback((_request, response) => {
      response.writeHead(200, { 'set-cookie': 'a=b' }).end();
    });
    const environment = { ...process.env };
    Object.assign(process.env, { HTTP_PROXY: proxy.url, http_proxy: proxy.url });
    try {
      await send(receiver.url);
      await send(receiver.url);
    } finally {
      for (const name of ['HTTP_PROXY', 'http_proxy']) {
        if (environment[name] === undefined) delete process.env[name];
        else process.env[name] = environment[name];
      }
    }
    expect(proxy.connections()).to.equal(0);
    expect(receiver.connections(), 'no connection is kept').to.equal(2);
    expect(Object.keys(receiver.requests[1]?.headers ?? {})).to.have.members([
      ...['host', 'user-agent', 'webhook-id', 'content-length', 'connection'],
    ]);
  });

  it('does not follow redirects', async () => {
    await using elsewhere = await startLoopback((_request, response) => void response.writeHead(200).end());
    for (const status of [301, 302, 303, 307, 308]) {
      await using receiver = await startLoopback((_request, response) => {
        response.writeHead(status, { location: elsewhere.url }).end();
      });
      expect((await send(receiver.url)).status).to.equal(status);
    }
    expect(elsewhere.connections()).to.equal(0);
  });

  it('times out when the response is missing or slow', async () => {
    using silent = await startRaw(() => {});
    expect(await failureOf(send(silent.url, { timeout: 100 }))).to.equal('no answer in time');
    let timer: NodeJS.Timeout | undefined;
    using dropping = await startRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      timer = setInterval(() => socket.write('x: y\r\n'), 10);
    });
    expect(await failureOf(send(dropping.url, { timeout: 200 }))).to.equal('no answer in time');
    clearInterval(timer);
    const slow = send('http://hooks.example.com/', { timeout: 50, resolve: () => new Promise(() => {}) });
    expect(await failureOf(slow)).to.equal('no answer in time');
  });

  it('is aborted when the process stops', async () => {
    using silent = await startRaw(() => {});
    const stopping = new AbortController();
    const sent = failureOf(send(silent.url, {}, stopping.signal));
    stopping.abort();
    expect(await sent).to.equal('no answer in time');
  });

  for (const [what, bytes] of Object.entries({
    garbage: 'what do you want?\r\n\r\n',
    'a connection that is closed': '',
    'half a head': 'HTTP/1.1 200 O',
    'a head without end': `HTTP/1.1 200 OK\r\n${'x-filler: 0123456789abcdef\r\n'.repeat(5_000)}`,
    'another protocol': 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    'a tale of two lengths': 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
  })) {
    it(`is not delivered to a receiver that responds with ${what}`, async () => {
      using receiver = await startRaw((socket) => void socket.end(bytes));
      expect(await failureOf(send(receiver.url))).to.match(/^no answer/);
    });
  }

  it('is delivered once the headers of a success arrive, even if the body never ends', async () => {
    using hanging = await startRaw((socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n'));
    expect(await send(hanging.url)).to.deep.equal({ status: 200, excerpt: '' });
    using breaking = await startRaw((socket) => void socket.end('HTTP/1.1 204 OK\r\ncontent-length: 10\r\n\r\nx'));
    expect((await send(breaking.url)).status).to.equal(204);
  });

  it('returns the first bytes of an error response', async () => {
    let written = 0;
    const closed = Promise.withResolvers<undefined>();
    using receiver = await startRaw((socket) => {
      socket.once('close', () => closed.resolve(undefined));
      socket.write('HTTP/1.1 500 No\r\n\r\n');
      const more = (error?: Error | null): void => {
        if (error || socket.destroyed) return;
        written += 65_536;
        socket.write('x'.repeat(65_536), (failed) => setImmediate(more, failed));
      };
      more();
    });
    const { status, excerpt } = await send(receiver.url);
    expect(status).to.equal(500);
    expect(excerpt).to.have.length(4_096);
    await closed.promise;
    expect(written).to.be.below(50_000_000);
  });

  it('returns what has arrived of a body that hangs', async () => {
    using receiver = await startRaw((socket) => void socket.write('HTTP/1.1 500 No\r\ncontent-length: 10\r\n\r\noops'));
    expect(await send(receiver.url)).to.deep.equal({ status: 500, excerpt: 'oops' });
  });

  it('fails if the port is closed', async () => {
    expect(await failureOf(send(`http://127.0.0.1:${await unusedPort()}/`))).to.equal('no answer (ECONNREFUSED)');
  });

  it('is not sent to a receiver with an untrusted certificate', async function () {
    const certificate = certificateFor(this);
    await using receiver = await startLoopback((_request, response) => void response.writeHead(200).end(), certificate);
    expect(await failureOf(send(receiver.url))).to.match(/^no answer \((DEPTH_ZERO_)?SELF_SIGNED_CERT/);
    expect(receiver.requests).to.deep.equal([]);
  });
});
