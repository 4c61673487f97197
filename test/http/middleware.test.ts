import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import type { Request, RequestHandler } from 'express';
import { describe, it } from 'mocha';
import { contractOperations } from '../security/contract.ts';
import { giveObjects } from '../security/organization.ts';
import { requestFor } from '../security/recipes.ts';
import { identityHeader, ORG } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';

/** Middleware that notes each request with its final status, as tracing and security tools do. */
const observer = () => {
  const seen: string[] = [];
  const middleware: RequestHandler = (req, res, next) => {
    res.once('finish', () => {
      const { path = '' } = (req.route ?? {}) as { path?: string };
      seen.push(`${res.statusCode} ${req.baseUrl}${path}`);
    });
    res.setHeader('X-Seen', 'yes');
    next();
  };
  return { seen, middleware };
};

const PREFIX = '/api/image-builder/v1';

describe('express middleware', () => {
  it('sees every operation of the API, with its route and its final status', async () => {
    const { seen, middleware } = observer();
    await using service = await startService({ middleware: [middleware] });
    const objects = await giveObjects(service, ORG);
    for (const operation of contractOperations) {
      seen.length = 0;
      const { method, target, body } = requestFor(operation, objects);
      // Without an identity: what comes after it does not matter here.
      const reply = await service.anonymous.send(method, target, body);
      const route = operation.path.replaceAll(/\{([^{}]+)\}/g, ':$1');
      expect(seen).to.deep.equal([`${reply.status} ${PREFIX}${route}`]);
      expect(reply.headers['x-seen']).to.equal('yes');
    }
  });

  it('sees successes, refusals and failures', async () => {
    const { seen, middleware } = observer();
    await using service = await startService({ middleware: [middleware] });
    service.composer.get('/openapi').reply(500, 'broken');
    await service.as().get('/version');
    await service.as().get('/composes?limit=0');
    await service.as().post('/compose', '{');
    await service.as().get('/ready');
    await service.as().get('/nowhere');
    await service.as().post('/version', {});
    await service.root.get('/status');
    expect(seen).to.deep.equal([
      ...[`200 ${PREFIX}/version`, `400 ${PREFIX}/composes`, `400 ${PREFIX}/compose`, `500 ${PREFIX}/ready`],
      ...[`404 ${PREFIX}`, `405 ${PREFIX}/version`, '200 /status'],
    ]);
  });

  it('may fail, which is a failure like any other', async () => {
    const broken: RequestHandler = () => {
      throw new Error('broken middleware');
    };
    await using service = await startService({ middleware: [broken] });
    for (const path of [`${PREFIX}/version`, '/status'])
      expect(await service.root.get(path)).to.be.refused(500, 'Internal Server Error');
    expect(service.logs.map(({ msg }) => msg)).to.deep.equal(['a request failed', 'a request failed']);
  });

  it('may end a request', async () => {
    const maintenance: RequestHandler = (_req, res) => void res.status(503).end();
    await using service = await startService({ middleware: [maintenance] });
    expect((await service.as().get('/version')).status).to.equal(503);
  });
});

describe('instrumentation of the router', () => {
  it('sees the route of an API request on the channel that express publishes to', async () => {
    const routes = new Set<string>();
    const start = channel('tracing:express.router.request:start');
    const listener = (message: unknown): void => {
      const { req } = message as { req: Request };
      const { path } = (req.route ?? {}) as { path?: string };
      if (path !== undefined) routes.add(`${req.baseUrl}${path}`);
    };
    start.subscribe(listener);
    try {
      await using service = await startService();
      const reply = await service.as().get('/composes/00000000-0000-0000-0000-000000000000');
      expect(reply.status).to.equal(404);
      expect([...routes]).to.deep.equal([`${PREFIX}/composes/:composeId`]);
    } finally {
      start.unsubscribe(listener);
    }
  });
});

const send = async ({ port }: TestService, head: readonly string[]): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  socket.end([...head, 'Connection: close', '', ''].join('\r\n'));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
};

describe('a request with two Host headers', () => {
  const identity = `x-rh-identity: ${identityHeader()}`;
  for (const path of [`${PREFIX}/version`, '/status', '/nowhere']) {
    it(`is refused, even when both are the same: ${path}`, async () => {
      await using service = await startService({ env: { LOG_LEVEL: 'info' } });
      for (const second of ['HOST: other.test', 'Host: one.test']) {
        const answer = await send(service, [`GET ${path} HTTP/1.1`, 'Host: one.test', second, identity]);
        expect(answer)
          .to.match(/^HTTP\/1\.1 400 /)
          .and.to.include('the request has more than one Host header');
      }
      expect(service.logs.map(({ msg }) => msg)).to.deep.equal(
        path.startsWith(PREFIX) ? ['400: Bad Request', '400: Bad Request'] : [],
      );
    });
  }

  it('is refused before its identity is read', async () => {
    await using service = await startService();
    const answer = await send(service, [`GET ${PREFIX}/version HTTP/1.1`, 'Host: one.test', 'Host: two.test']);
    expect(answer)
      .to.match(/^HTTP\/1\.1 400 /)
      .and.to.include('application/json');
  });
});
