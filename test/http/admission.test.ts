import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Overload } from '../../src/http/overload.ts';
import { createOverload } from '../../src/http/overload.ts';
import { OrganizationUse } from '../../src/lib/organization-use.ts';
import { composeRequest } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { API_PATH, startService, type TestService } from '../support/service.ts';

const MIB = 1024 * 1024;
const [MANY, FEW] = [{ orgId: 'many' }, { orgId: 'few' }];

const shed = async (service: TestService, reason: string): Promise<number> => {
  const series = `imagebuilder_shed_requests_total{reason="${reason}"} `;
  const line = (await service.root.get('/metrics')).text.split('\n').find((text) => text.startsWith(series));
  return Number(line?.slice(series.length) ?? 0);
};

/** Sends the head of a POST /compose and a first part of its body. */
const beginBody = async (service: TestService, orgId: string, length: number): Promise<Socket> => {
  const socket = connect(service.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST ${API_PATH}/compose HTTP/1.1\r\nHost: any\r\nx-rh-identity: ${identityHeader({ orgId })}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{`,
  );
  return socket;
};

const padded = (length: number): string => JSON.stringify(composeRequest).padEnd(length, ' ');

describe('requests of one organization in progress', () => {
  const limit = 'the organization has 2 requests in progress, which is the most it may have';

  it('are limited: more are refused with 429, probes and other organizations are served', async () => {
    await using service = await startService({ env: { REQUESTS_PER_ORGANIZATION: '2', LOG_LEVEL: 'warn' } });
    service.composer.accepts();
    const open = [await beginBody(service, 'many', 1000), await beginBody(service, 'many', 1000)];
    while (service.ctx.use.requests.of('many') < 2) await nextTurn();

    const reply = await service.as(MANY).get('/composes');
    expect(reply).to.be.refused(429, limit);
    expect(reply.headers['retry-after']).to.match(/^[1-5]$/);
    expect((await service.as(MANY).get('/nowhere')).status).to.equal(429);
    expect((await service.as(MANY).get('/version')).status).to.equal(200);
    expect((await service.as(FEW).post('/compose', composeRequest)).status).to.equal(201);
    expect(await shed(service, 'organization_requests')).to.equal(2);
    expect(service.logs.find(({ response }) => (response as { status?: number })?.status === 429)).to.deep.include({
      ...{ level: 'warn', shortage: 'organization_requests', org_id: 'many', operation_id: 'getComposes' },
    });
    for (const socket of open) socket.destroy();
    while (service.ctx.use.requests.of('many') > 0) await nextTurn();
    expect((await service.as(MANY).get('/composes')).status).to.equal(200);
  });

  it('end with a response of any status', async () => {
    await using service = await startService();
    const client = service.as(MANY);
    await Promise.all([
      ...[
        client.get('/composes'),
        client.get('/composes?limit=x'),
        client.get('/nowhere'),
        client.post('/compose', '{'),
      ],
      ...[client.get('/distributions'), client.get('/events?follow_seconds=0'), client.send('OPTIONS', '/composes')],
    ]);
    expect([service.ctx.use.requests.total, service.ctx.use.bodyBytes.total]).to.deep.equal([0, 0]);
  });
});

describe('the bodies of requests in progress', () => {
  const env = { BODY_LIMIT_BYTES: String(MIB), BODY_BUDGET_BYTES: String(4 * MIB) };
  const open = async (service: TestService, orgId: string, bodies: number): Promise<void> => {
    const before = service.ctx.use.bodyBytes.of(orgId);
    for (let i = 0; i < bodies; i += 1) await beginBody(service, orgId, MIB);
    while (service.ctx.use.bodyBytes.of(orgId) < before + bodies * MIB) await nextTurn();
  };

  it('may have half of the budget for one organization', async () => {
    await using service = await startService({ env });
    service.composer.accepts();
    await open(service, 'many', 2);
    const reply = await service.as(MANY).post('/compose', composeRequest);
    expect(reply).to.be.refused(
      429,
      `the requests in progress of the organization would have bodies of more than ${2 * MIB} bytes, which is the most they may have`,
    );
    expect(reply.headers['retry-after']).to.match(/^[1-5]$/);
    expect((await service.as(MANY).get('/composes')).status).to.equal(200);
    expect((await service.as(FEW).post('/compose', composeRequest)).status).to.equal(201);
    expect(await shed(service, 'organization_body_bytes')).to.equal(1);
  });

  it('are refused for the organizations that have most while a quarter of the budget is left', async () => {
    await using service = await startService({ env: { ...env, ORGANIZATION_SHARE_PERCENT: '100' } });
    service.composer.accepts();
    await open(service, 'many', 3);
    const reply = await service.as(MANY).post('/compose', composeRequest);
    expect(reply).to.be.refused(503, 'the bodies of the requests in progress need too much memory');
    expect(reply.headers['retry-after']).to.match(/^[1-5]$/);
    expect((await service.as(FEW).post('/compose', composeRequest)).status).to.equal(201);
    await open(service, 'few', 1);
    expect(await service.as({ orgId: 'any' }).post('/compose', composeRequest)).to.be.refused(503);
    expect(await shed(service, 'body_bytes')).to.equal(2);
  });

  it('count as much as arrives where their size is not declared, and as much as they have decompressed', async () => {
    await using service = await startService({ env });
    const held: number[] = [];
    service.composer.post('/compose').reply(201, () => {
      held.push(service.ctx.use.bodyBytes.of('many'));
      return { id: '00000000-0000-4000-8000-000000000001' };
    });
    service.composer.post('/compose').reply(201, () => {
      held.push(service.ctx.use.bodyBytes.of('many'));
      return { id: '00000000-0000-4000-8000-000000000002' };
    });
    const text = padded(50_000);
    const chunked = { headers: { 'content-length': undefined, 'transfer-encoding': 'chunked' } };
    expect((await service.as(MANY).post('/compose', text, chunked)).status).to.equal(201);
    const zipped = { headers: { 'content-encoding': 'gzip' } };
    expect((await service.as(MANY).post('/compose', gzipSync(text), zipped)).status).to.equal(201);
    expect(held).to.deep.equal([50_000, 50_000]);
    expect(service.ctx.use.bodyBytes.total).to.equal(0);
  });

  for (const [size, least, atOnce] of [
    [300_000, '256 KiB', 1],
    [80_000, '64 KiB', 2],
  ] as const) {
    it(`of more than ${least} are worked on ${atOnce} at a time for each organization`, async () => {
      await using service = await startService();
      const composing = Promise.withResolvers<undefined>();
      const ids: string[] = [];
      service.composer
        .post('/compose')
        .times(atOnce + 2)
        .reply(201, async () => {
          const id = randomUUID();
          if (ids.push(id) <= atOnce) await composing.promise;
          return { id };
        });
      const send = (caller: typeof MANY) => service.as(caller).post('/compose', padded(size));
      const replies = Array.from({ length: atOnce }, () => send(MANY));
      while (ids.length < atOnce) await nextTurn();
      replies.push(send(MANY));
      while (service.ctx.use.bodyBytes.of('many') < (atOnce + 1) * size) await nextTurn();
      expect((await send(FEW)).status).to.equal(201);
      expect(ids).to.have.length(atOnce + 1);
      composing.resolve(undefined);
      expect((await Promise.all(replies)).map(({ status }) => status)).to.deep.equal(replies.map(() => 201));
    });
  }

  it('have responses, one after the other, when many are refused at the same time', async () => {
    await using service = await startService({ env });
    const send = () => service.as(MANY).post('/compose', padded(MIB + 1));
    const replies = await Promise.all(Array.from({ length: 5 }, send));
    for (const reply of replies) expect(reply).to.be.refused(413, `the request body is larger than ${MIB} bytes`);
  });

  it('no longer count when they were refused, broke off, or came too late', async () => {
    await using service = await startService({ env: { ...env, REQUEST_TIMEOUT_SECONDS: '1' } });
    expect((await service.as(MANY).post('/compose', padded(MIB + 1))).status).to.equal(413);
    const broken = { headers: { 'content-encoding': 'gzip' } };
    expect((await service.as(MANY).post('/compose', composeRequest, broken)).status).to.equal(400);
    (await beginBody(service, 'many', MIB)).destroy();
    const late = await beginBody(service, 'many', MIB);
    await once(late, 'data');
    late.destroy();
    while (service.ctx.use.requests.total > 0) await nextTurn();
    expect(service.ctx.use.bodyBytes.total).to.equal(0);
  });
});

describe('a late event loop', () => {
  /** Always late. */
  const lateFor = (requests: OrganizationUse): Overload => ({
    eventLoop: (orgId) => orgId === null || requests.isHeavy(orgId),
    ...{ database: () => false, [Symbol.dispose]: () => {} },
  });

  it('refuses the organization that has most requests in progress, and serves the others', async () => {
    const requests = new OrganizationUse({ total: Infinity, perOrganization: 200 });
    const use = { requests, bodyBytes: new OrganizationUse({ total: Infinity, perOrganization: Infinity }) };
    await using service = await startService({ context: { use, overload: lateFor(requests) } });
    requests.add('many', 20);
    expect(await service.as(MANY).get('/composes')).to.be.refused(503, 'the service is overloaded');
    expect((await service.as(FEW).get('/composes')).status).to.equal(200);
    expect(await service.anonymous.get('/openapi.json')).to.be.refused(503, 'the service is overloaded');
  });
});

describe('callers of the database', () => {
  it('are refused first for the organizations that have most of them', () => {
    let callers = 0;
    const parts = {
      ...{ callers: () => callers, isHeavyCaller: (orgId: string) => orgId === 'many', connections: 10 },
      requests: { isHeavy: () => false },
    };
    using overload = createOverload({ eventLoopDelay: 0, databaseWaiting: 90 }, parts);
    const judged = [74, 75, 99, 100].map((number) => {
      callers = number;
      return [overload.database('many'), overload.database('few')];
    });
    expect(judged).to.deep.equal([
      ...[
        [false, false],
        [true, false],
      ],
      ...[
        [true, false],
        [true, true],
      ],
    ]);
  });
});
