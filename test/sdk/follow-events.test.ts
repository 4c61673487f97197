import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Clock } from '../../packages/client/src/clock.ts';
import { eventFollower, type FollowOptions, type ImageBuilderEvent } from '../../packages/client/src/follow-events.ts';
import { createImageBuilder, followEvents, ImageBuilderError } from '../../packages/client/src/index.ts';
import { insertEvent } from '../support/events.ts';
import { identityHeader } from '../support/identity.ts';
import { API_PATH, startService } from '../support/service.ts';

type Act = (res: ServerResponse, req: IncomingMessage) => void;

const SILENCE = 60_000;

/** A server that does one thing after another; the last of them again and again. */
const startServer = async (...acts: Act[]) => {
  const requests: { readonly url: string; readonly lastId: string | undefined }[] = [];
  const gone: Promise<unknown>[] = [];
  const server = createServer((req, res) => {
    const act = acts[Math.min(requests.length, acts.length - 1)];
    requests.push({ url: req.url ?? '', lastId: req.headers['last-event-id'] as string | undefined });
    gone.push(once(res, 'close'));
    act?.(res, req);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    api: createImageBuilder({ baseUrl: url }),
    requests,
    gone,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

const event = (id: number, type = 'compose.queued'): string =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ id, type, occurred_at: '2026-03-01T08:30:00Z' })}\n\n`;

const begin = (res: ServerResponse): ServerResponse => res.writeHead(200, { 'content-type': 'text/event-stream' });
/** Sends some text and ends in order. */
const stream =
  (...pieces: string[]): Act =>
  (res) => {
    begin(res);
    for (const piece of pieces) res.write(piece);
    res.end();
  };
/** Sends some text, and breaks the connection once it was taken. */
const broken =
  (text: string): Act =>
  (res) =>
    void begin(res).write(text, () => setImmediate(() => res.destroy()));
const refusal =
  (status: number, headers: Record<string, string> = {}): Act =>
  (res) =>
    void res
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ errors: [{ title: String(status), detail: 'no' }] }));

/** Pauses are over at once, and silence never ends unless a test ends it. */
const createClock = (chance = 0) => {
  const pauses: number[] = [];
  const silences: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    random: () => chance,
    wait: (time, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        if (time === SILENCE) silences.push(resolve);
        else {
          pauses.push(time);
          setImmediate(resolve);
        }
      }),
  };
  return { ...clock, pauses, silences };
};

/** The first events. */
const take = async (
  events: AsyncGenerator<ImageBuilderEvent>,
  count: number,
  onEvent: (id: number) => void = () => {},
): Promise<number[]> => {
  const ids: number[] = [];
  for await (const { id } of events) {
    ids.push(id);
    onEvent(id);
    if (ids.length === count) break;
  }
  return ids;
};

const follow = (
  { api }: Pick<Awaited<ReturnType<typeof startServer>>, 'api'>,
  options: FollowOptions = {},
  clock: Clock = createClock(),
) => eventFollower(clock)(api, options);

describe('followEvents', () => {
  it('yields events in order, however the stream is split into chunks', async () => {
    const text = `retry: 2000\nid: 3\n\n${event(4)}: heartbeat\nid: 4\n\n${event(5)}`.replace('"compose', '"é-compose');
    const bytes = Buffer.from(text);
    await using server = await startServer((res) => {
      begin(res);
      for (let i = 0; i < bytes.length; i += 7) res.write(bytes.subarray(i, i + 7));
    });
    expect(await take(follow(server), 2)).to.deep.equal([4, 5]);
  });

  it('requests the filtered events, from the given event on', async () => {
    await using server = await startServer(stream(event(8)));
    const options = { types: ['compose.finished', 'compose.cancelled'], composeId: 'c', blueprintId: 'b' } as const;
    await take(follow(server, { ...options, lastEventId: 7 }), 1);
    const [request] = server.requests;
    expect(request?.lastId).to.equal('7');
    const query = new URLSearchParams(request?.url.split('?')[1]);
    expect(query.getAll('type')).to.deep.equal(['compose.finished', 'compose.cancelled']);
    expect([query.get('compose_id'), query.get('blueprint_id')]).to.deep.equal(['c', 'b']);
  });

  it('reconnects after the requested time, with the id of the last event', async () => {
    await using server = await startServer(
      ...[stream(`retry: 1234\nid: 3\n\n${event(4)}`), broken(event(5)), stream(`${event(6)}: heartbeat\nid: 9\n\n`)],
      stream(event(10)),
    );
    const clock = createClock();
    expect(await take(follow(server, {}, clock), 4)).to.deep.equal([4, 5, 6, 10]);
    expect(server.requests.map(({ lastId }) => lastId)).to.deep.equal([undefined, '4', '5', '9']);
    expect(clock.pauses).to.deep.equal([1234, 1234, 1234]);
  });

  it('reconnects with the id of the stream when no event has arrived', async () => {
    await using server = await startServer(stream('retry: 1\nid: 41\n\n'), stream(event(42)));
    expect(await take(follow(server), 1)).to.deep.equal([42]);
    expect(server.requests[1]?.lastId).to.equal('41');
  });

  it('waits longer after every failure, at least as long as requested, with jitter', async () => {
    await using server = await startServer(
      ...[refusal(503), refusal(429, { 'retry-after': '20' }), (res: ServerResponse) => void res.destroy()],
      ...[refusal(500), refusal(503)],
      stream(event(1)),
    );
    const clock = createClock(0.5);
    expect(await take(follow(server, {}, clock), 1)).to.deep.equal([1]);
    expect(clock.pauses).to.deep.equal([3_000, 20_000, 12_000, 24_000, 30_000].map((pause) => pause * 1.25));
  });

  it('considers a silent connection dead, and reconnects', async () => {
    await using server = await startServer((res) => void begin(res).write(event(1)), stream(event(2)));
    const clock = createClock();
    const ids = await take(follow(server, {}, clock), 2, (id) => {
      if (id === 1) setImmediate(() => clock.silences.at(-1)?.());
    });
    expect(ids).to.deep.equal([1, 2]);
    await server.gone[0];
  });

  it('throws a permanent refusal, and the last failure when there are too many', async () => {
    for (const [act, options, requests] of [
      [refusal(400), {}, 1],
      [refusal(503), { failures: 3 }, 3],
    ] as const) {
      await using server = await startServer(act);
      const error = await take(follow(server, options), 1).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(ImageBuilderError);
      expect(server.requests).to.have.length(requests);
    }
  });

  it('closes the connection when the loop is left, and when it is aborted', async () => {
    await using server = await startServer((res) => void begin(res).write(event(1)));
    await take(follow(server), 1);
    await server.gone[0];
    const aborted = new AbortController();
    const reason = new Error('enough');
    const thrown = await take(follow(server, { signal: aborted.signal }), 2, () => aborted.abort(reason)).then(
      () => null,
      (error: unknown) => error,
    );
    expect(thrown).to.equal(reason);
    await server.gone[1];
    expect(server.requests).to.have.length(2);
  });

  it('closes the connection when it is aborted, even where fetch has lost the signal', async () => {
    await using server = await startServer((res) => void begin(res).write(event(1)));
    const deaf = createImageBuilder({
      baseUrl: server.url,
      fetch: ({ url, headers }) => fetch(url, { headers }),
    });
    const aborted = new AbortController();
    const thrown = await take(follow({ api: deaf }, { signal: aborted.signal }), 2, () => aborted.abort()).then(
      () => null,
      (error: unknown) => error,
    );
    expect(thrown).to.equal(aborted.signal.reason);
    await server.gone[0];
  });

  it('follows the service across interruptions', async () => {
    await using service = await startService();
    const api = createImageBuilder({
      baseUrl: `http://127.0.0.1:${service.port}${API_PATH}`,
      headers: { 'x-rh-identity': identityHeader() },
    });
    const happen = async (): Promise<void> => {
      await insertEvent(service.sql);
    };
    await happen();
    const ids = await take(followEvents(api, { lastEventId: 0 }), 3, () => void happen());
    expect(ids).to.deep.equal([1, 2, 3]);
  });
});
