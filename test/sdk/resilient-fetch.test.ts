// What the client repeats by itself, and what it does not.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { clientCreator, type ImageBuilder, type ImageBuilderOptions } from '../../packages/client/src/client.ts';
import { createImageBuilder, dataOf } from '../../packages/client/src/index.ts';
import { resilientFetch, withTimeout } from '../../packages/client/src/resilient-fetch.ts';
import type { Clock } from '../../packages/client/src/clock.ts';
import { composeRequest } from '../support/given.ts';
import { json, refused, startScriptedServer, type Act } from './scripted-server.ts';

const ID = 'c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c';
const body = { ...composeRequest, image_requests: [...composeRequest.image_requests] };

/** Pauses are over at once, and listed. */
const instantClock = (): Clock & { readonly pauses: number[] } => {
  const pauses: number[] = [];
  return {
    pauses,
    now: () => Date.UTC(2026, 0, 1),
    random: () => 0,
    wait: async (time, signal) => {
      signal.throwIfAborted();
      pauses.push(time);
    },
  };
};

const created = json(201, { id: ID });

interface Outcome {
  readonly status: number | string;
  readonly requests: number;
  readonly pauses: readonly number[];
}

const outcomeOf = async (
  call: (api: ImageBuilder) => Promise<{ readonly response: Response }>,
  acts: readonly Act[],
  options: Partial<ImageBuilderOptions> = {},
): Promise<Outcome> => {
  await using server = await startScriptedServer(...acts);
  const clock = instantClock();
  const api = clientCreator(clock)({ baseUrl: server.url, ...options });
  const status = await call(api).then(
    ({ response }) => response.status,
    (error: Error) => error.name,
  );
  return { status, requests: server.requests.length, pauses: clock.pauses };
};

const read = (api: ImageBuilder) => api.GET('/distributions');
const build = (api: ImageBuilder) => api.POST('/compose', { body });
const update = (api: ImageBuilder) =>
  api.PUT('/composes/{composeId}/labels', { params: { path: { composeId: ID } }, body: { labels: {} } });
const ok = json(200, []);
const gateway: Act = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' };

describe('requests of the client', () => {
  for (const [what, call, act, last] of [
    ['a read after an error of the service', read, refused(500, 'x'), ok],
    ['a read after an error of a gateway', read, gateway, ok],
    ['a read after a broken connection', read, 'break the connection', ok],
    ['a read while the service is busy', read, refused(503, 'x'), ok],
    ['a build after an error of a gateway', build, gateway, created],
    ['a build after a broken connection', build, 'break the connection', created],
    ['a build over the limit of requests', build, refused(429, 'x', { 'retry-after': '1' }), created],
    ['a build that is still running', build, refused(409, 'x', { 'retry-after': '1' }), created],
    ['another change while the service is busy', update, refused(503, 'x'), json(200, { labels: {} })],
  ] as const) {
    it(`are repeated: ${what}`, async () => {
      const { status, requests } = await outcomeOf(call, [act, last]);
      expect([status, requests]).to.deep.equal([last === created ? 201 : 200, 2]);
    });
  }

  for (const [what, call, act, status] of [
    ['a build that the service failed to start', build, refused(500, 'x'), 500],
    ['a build that is refused', build, refused(400, 'x'), 400],
    ['the stored response of an earlier attempt', build, refused(503, 'x', { 'idempotency-replayed': 'true' }), 503],
    ['another change after an error of a gateway', update, gateway, 502],
    ['another change after a broken connection', update, 'break the connection', 'TypeError'],
    ['a conflict of another kind', update, refused(409, 'x'), 409],
    ['what the service accepts only after minutes', read, refused(429, 'x', { 'retry-after': '3600' }), 429],
  ] as const) {
    it(`are not repeated: ${what}`, async () => {
      expect(await outcomeOf(call, [act, ok])).to.deep.include({ status, requests: 1 });
    });
  }

  it('are repeated three times by default, with growing pauses', async () => {
    const { status, requests, pauses } = await outcomeOf(read, [refused(500, 'x')]);
    expect([status, requests, pauses]).to.deep.equal([500, 4, [500, 1000, 2000]]);
    expect(await outcomeOf(read, [refused(500, 'x')], { retries: 0 })).to.deep.include({ requests: 1 });
  });

  it('are repeated no earlier than Retry-After requires', async () => {
    expect((await outcomeOf(read, [refused(503, 'x', { 'retry-after': '7' }), ok])).pauses).to.deep.equal([7000]);
  });

  it('end when the caller aborts them', async () => {
    await using server = await startScriptedServer('say nothing');
    const abort = new AbortController();
    const api = clientCreator(instantClock())({ baseUrl: server.url });
    const reading = api.GET('/distributions', { signal: abort.signal }).catch((error: unknown) => error);
    await server.requested(1);
    const reason = new Error('no longer wanted');
    abort.abort(reason);
    expect(await reading).to.equal(reason);
    expect(server.requests).to.have.length(1);
  });

  it('have a time limit for each attempt', async () => {
    let attempts = 0;
    const silent = (request: Request): Promise<Response> =>
      new Promise((_resolve, reject) => {
        attempts += 1;
        request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
      });
    const send = resilientFetch(withTimeout(silent, 1), 1, instantClock());
    const failure = await send(new Request('http://service.test/')).catch((error: unknown) => error);
    expect(failure).to.have.property('name', 'TimeoutError');
    expect(attempts).to.equal(2);
  });

  it('have none where they are streams', async () => {
    const ok = new Response('');
    const send = withTimeout(async (request) => (request === stream ? ok : Response.error()), 1);
    const stream = new Request('http://service.test/', { headers: { accept: 'text/event-stream' } });
    expect(await send(stream)).to.equal(ok);
  });

  it('are sent as they are again, with their body', async () => {
    const bodies: string[] = [];
    const send = resilientFetch(
      async (request) => {
        bodies.push(await request.text());
        return new Response('', { status: bodies.length < 3 ? 503 : 200 });
      },
      3,
      instantClock(),
    );
    await send(new Request('http://service.test/', { method: 'POST', body: 'the body' }));
    expect(bodies).to.deep.equal(['the body', 'the body', 'the body']);
  });
});

describe('headers of the client', () => {
  /** Headers of the requests that a call sends. */
  const headersOf = async (
    call: (api: ImageBuilder) => Promise<unknown>,
    options: Partial<ImageBuilderOptions> = {},
    statuses: readonly number[] = [201],
  ): Promise<readonly IncomingHttpHeaders[]> => {
    const seen: IncomingHttpHeaders[] = [];
    const server = createServer((req, res) => {
      seen.push(req.headers);
      res.writeHead(statuses[seen.length - 1] ?? 201, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await call(clientCreator(instantClock())({ baseUrl, ...options }));
    server.closeAllConnections();
    server.close();
    return seen;
  };

  it('have one key for all attempts of a request, and another for the next one', async () => {
    const keys = (await headersOf(build, {}, [503, 503, 201])).map((headers) => headers['idempotency-key']);
    expect(new Set(keys).size).to.equal(1);
    expect(keys).to.have.length(3);
    const [other] = await headersOf(build);
    expect(other?.['idempotency-key'])
      .to.match(/^[0-9a-f-]{36}$/)
      .and.not.equal(keys[0]);
  });

  it('have the key of the caller, and none where the operation takes none', async () => {
    const header = { 'Idempotency-Key': 'mine' };
    const [own] = await headersOf((api) => api.POST('/compose', { params: { header }, body }));
    expect(own?.['idempotency-key']).to.equal('mine');
    const [ping] = await headersOf((api) => api.POST('/webhooks/{id}/ping', { params: { path: { id: ID } } }));
    expect(ping).not.to.have.property('idempotency-key');
  });

  it('name the client with its version, after the program', async () => {
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../packages/client/package.json'), 'utf8'),
    ) as { version: string };
    const [plain] = await headersOf(read);
    expect(plain?.['user-agent']).to.equal(`image-builder-client/${version}`);
    const [named] = await headersOf(read, { userAgent: 'deploy/1.2', headers: { 'x-rh-identity': 'me' } });
    expect(named).to.deep.include({
      'user-agent': `deploy/1.2 image-builder-client/${version}`,
      'x-rh-identity': 'me',
      prefer: 'errors=detailed',
    });
  });

  it('are sent by the default client as well', async () => {
    await using server = await startScriptedServer(created);
    const api = createImageBuilder({ baseUrl: server.url });
    expect(dataOf(await api.POST('/compose', { body }))).to.deep.equal({ id: ID });
  });
});
