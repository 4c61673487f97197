// waitForCompose with a stream of events: a server that says what the test wants, when it wants.
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createImageBuilder, ComposeFailed, waitForCompose } from '../../packages/client/src/index.ts';

const ID = 'c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c';
/** Longer than any test: only an event can end such a pause. */
const NEVER = 3_600_000;

interface EventServer extends AsyncDisposable {
  readonly url: string;
  /** Targets of the requests. */
  readonly requests: readonly string[];
  status: object;
  /** Resolves when so many status requests have come. */
  readonly polled: (count: number) => Promise<void>;
  readonly send: (type: string, status: string) => void;
}

const startEventServer = async (streamStatus = 200): Promise<EventServer> => {
  const requests: string[] = [];
  const streams: ServerResponse[] = [];
  const waiting = new Set<() => void>();
  const polls = (): number => requests.filter((target) => !target.startsWith('/events')).length;
  const server = createServer((req, res) => {
    requests.push(req.url ?? '');
    if (req.url?.startsWith('/events')) {
      if (streamStatus === 200) streams.push(res.writeHead(200, { 'content-type': 'text/event-stream' }));
      else res.writeHead(streamStatus, { 'content-type': 'application/json' });
      if (streamStatus === 200) res.write('id: 1\n\n');
      else res.end('{"errors":[]}');
      return;
    }
    res
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ image_status: self.status, request: {} }));
    for (const check of waiting) check();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const self: EventServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    status: { status: 'building' },
    polled: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (polls() >= count) resolve();
        };
        waiting.add(check);
        check();
      }),
    send: (type, status) => {
      const data = JSON.stringify({ id: 2, type, compose_id: ID, status, occurred_at: '2026-01-01T00:00:00Z' });
      for (const stream of streams) stream.write(`id: 2\nevent: ${type}\ndata: ${data}\n\n`);
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return self;
};

const pauses = { firstPause: NEVER, longestPause: NEVER, timeLimit: NEVER };

describe('waitForCompose with events', () => {
  it('polls when the stream is open, and when an event arrives', async () => {
    await using server = await startEventServer();
    const waiting = waitForCompose(createImageBuilder({ baseUrl: server.url }), ID, pauses);
    await server.polled(2);
    server.status = { status: 'success' };
    server.send('compose.finished', 'success');
    expect((await waiting).image_status.status).to.equal('success');
    expect(server.requests.filter((target) => target.startsWith('/events'))).to.deep.equal([
      `/events?compose_id=${ID}`,
    ]);
  });

  it('ends with the reason of a compose that was cancelled', async () => {
    await using server = await startEventServer();
    const waiting = waitForCompose(createImageBuilder({ baseUrl: server.url }), ID, pauses).catch(
      (error: unknown) => error,
    );
    await server.polled(2);
    server.status = { status: 'failure', error: { id: 1000, reason: 'cancelled by jdoe' } };
    server.send('compose.finished', 'failure');
    const failure = await waiting;
    expect(failure).to.be.instanceOf(ComposeFailed);
    expect((failure as ComposeFailed).message).to.equal('cancelled by jdoe');
  });

  for (const status of [404, 429, 500]) {
    it(`polls where the stream is refused with ${status}`, async () => {
      await using server = await startEventServer(status);
      const waiting = waitForCompose(createImageBuilder({ baseUrl: server.url }), ID, {
        ...{ firstPause: 1, longestPause: 1, timeLimit: NEVER },
      });
      await server.polled(3);
      server.status = { status: 'success' };
      expect((await waiting).image_status.status).to.equal('success');
    });
  }

  it('opens no stream for a compose that has finished, and none on request', async () => {
    await using server = await startEventServer();
    server.status = { status: 'success' };
    await waitForCompose(createImageBuilder({ baseUrl: server.url }), ID, pauses);
    server.status = { status: 'building' };
    const waiting = waitForCompose(createImageBuilder({ baseUrl: server.url }), ID, {
      ...{ firstPause: 1, longestPause: 1, events: false },
    });
    await server.polled(3);
    server.status = { status: 'success' };
    await waiting;
    expect(server.requests.filter((target) => target.startsWith('/events'))).to.deep.equal([]);
  });
});
