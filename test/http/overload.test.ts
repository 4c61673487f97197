import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { OPERATION_TRAITS } from '../../src/http/operation-traits.ts';
import type { Overload } from '../../src/http/overload.ts';
import { contractOperations } from '../security/contract.ts';
import { giveObjects, nameOf } from '../security/organization.ts';
import { recipeOf, requestFor } from '../security/recipes.ts';
import type { Reply } from '../support/client.ts';
import { ORG } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';

const BUSY: Overload = { eventLoop: () => true, database: () => false, [Symbol.dispose]: () => {} };
const CROWDED: Overload = { eventLoop: () => false, database: () => true, [Symbol.dispose]: () => {} };

const expectShed = (reply: Reply, detail: string): void => {
  expect(reply).to.be.refused(503, detail);
  expect(reply.headers['retry-after']).to.match(/^[1-5]$/);
};

const LATE = 'the service is overloaded';
const WAITING = 'too many requests wait for the database';

const shed = async (service: TestService, reason: string): Promise<string | undefined> =>
  (await service.root.get('/metrics')).text
    .split('\n')
    .find((line) => line.startsWith(`imagebuilder_shed_requests_total{reason="${reason}"}`));

describe('an overloaded event loop', () => {
  for (const operation of contractOperations) {
    const answered = ['getVersion', 'getReadiness'].includes(operation.id);
    it(`${answered ? 'does not keep' : 'keeps'} ${operation.id} from being begun`, async () => {
      await using service = await startService({ context: { overload: BUSY } });
      const objects = await giveObjects(service, ORG);
      if (answered) recipeOf(operation).upstreams?.(service, objects);
      const { method, target, body } = requestFor(operation, objects);
      const reply = await service.as().send(method, target, body);
      if (answered) expect(reply.status, reply.text).to.equal(200);
      else expectShed(reply, LATE);
    });
  }

  it('rejects all requests at the root except probes and scrapers', async () => {
    await using service = await startService({ context: { overload: BUSY } });
    service.composer.get('/openapi').reply(200, {});
    for (const path of ['/status', '/ready', '/metrics']) {
      expect((await service.root.get(path)).status, path).to.equal(200);
    }
    for (const path of ['/openapi.json', '/docs', '/docs/assets/style.css', '/nowhere']) {
      expectShed(await service.root.get(path), LATE);
    }
    expectShed(await service.as().get('/nowhere'), LATE);
    expect(await shed(service, 'event_loop')).to.match(/ 5$/);
  });
});

describe('a request without a caller', () => {
  it('is refused for that before any shortage: the caller decides who is refused', async () => {
    await using service = await startService({ context: { overload: BUSY } });
    expect((await service.anonymous.get('/composes')).status).to.equal(401);
    expect(await shed(service, 'event_loop')).to.equal(undefined);
  });
});

describe('an overloaded database', () => {
  for (const operation of contractOperations) {
    const { usesDatabase } = OPERATION_TRAITS[operation.id];
    it(`${usesDatabase ? 'keeps' : 'does not keep'} ${operation.id} from being begun`, async () => {
      await using service = await startService({ context: { overload: CROWDED } });
      const objects = await giveObjects(service, ORG);
      if (!usesDatabase) recipeOf(operation).upstreams?.(service, objects);
      const { method, target, body } = requestFor(operation, { ...objects, name: nameOf(ORG, 2) });
      const reply = await service.as().send(method, target, body);
      if (usesDatabase) expectShed(reply, WAITING);
      else expect(reply.status, reply.text).to.equal(operation.success);
    });

    if (!usesDatabase) {
      it(`does not matter for ${operation.id}, which does without`, async () => {
        await using service = await startService({ env: { PGHOST: '127.0.0.1', PGPORT: '1' } });
        const objects = { blueprint: '', compose: '', clone: '', name: 'any' };
        recipeOf(operation).upstreams?.(service, objects);
        const { method, target, body } = requestFor(operation, objects);
        const reply = await service.as().send(method, target, body);
        expect(reply.status, reply.text).to.equal(operation.success);
      });
    }
  }

  it('is checked after the request is validated', async () => {
    await using service = await startService({ context: { overload: CROWDED } });
    expect((await service.anonymous.get('/composes')).status).to.equal(401);
    expect(await service.as().get('/composes?limit=x')).to.be.refused(400);
    expect(await service.as().post('/compose', {})).to.be.refused(400);
  });

  it('rejects further requests at once, and lets running requests complete', async () => {
    await using service = await startService({ env: { PGPOOLSIZE: '1', PGPOOLWAITING: '1' } });
    const read = () => service.as().get(`/composes/${randomUUID()}`);
    expect((await read()).status).to.equal(404);

    await service.sql.query('BEGIN');
    await service.sql.query('LOCK TABLE composes IN ACCESS EXCLUSIVE MODE');
    const begun = [read(), read()];
    while (service.ctx.db.callers() < 2) await nextTurn();
    for (let i = 0; i < 5; i += 1) expectShed(await read(), WAITING);
    expect((await service.as().get('/distributions')).status).to.equal(200);
    expect(await shed(service, 'database')).to.match(/ 5$/);

    await service.sql.query('COMMIT');
    for (const reply of await Promise.all(begun)) expect(reply.status, reply.text).to.equal(404);
    expect((await read()).status).to.equal(404);
    expect(service.ctx.db.callers()).to.equal(0);
  });
});
