// Use after free: what was deleted is, for every operation of the contract, as if it had never been.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { OperationId } from '../../src/http/operation.ts';
import { ORG } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';
import { contractOperations } from './contract.ts';
import { giveObjects, unknownObjects } from './organization.ts';
import { kindsNamed, requestFor, recipeOf, type ObjectKind, type Objects } from './recipes.ts';
import { readTables } from './tables.ts';
import { ask, comparable, objectOperations, operationOf } from './walk.ts';

interface Deletion {
  readonly title: string;
  readonly by: 'deleteBlueprint' | 'deleteCompose' | 'deleteWebhook';
  /** What is gone afterwards. */
  readonly gone: readonly ObjectKind[];
  /** Operations that list such objects. */
  readonly lists: readonly OperationId[];
}

const BUILDS_AND_BLUEPRINTS = ['getBlueprints', 'getComposes'] as const;

const DELETIONS: readonly Deletion[] = [
  {
    title: 'a deleted blueprint, and its builds',
    by: 'deleteBlueprint',
    gone: ['blueprint', 'compose', 'clone'],
    lists: BUILDS_AND_BLUEPRINTS,
  },
  { title: 'a deleted build', by: 'deleteCompose', gone: ['compose', 'clone'], lists: BUILDS_AND_BLUEPRINTS },
  { title: 'a deleted webhook', by: 'deleteWebhook', gone: ['webhook', 'delivery'], lists: ['getWebhooks'] },
];

/** Compatibility: a client that repeats the deletion of a compose, because the response was lost, receives success. */
const REPEATABLE = ['deleteCompose'];

const remove = async (service: TestService, { by }: Deletion, objects: Objects): Promise<void> => {
  const reply = await ask(service.as(), requestFor(operationOf(by), objects));
  expect(reply.status, reply.text).to.equal(operationOf(by).success);
};

describe('the walk through operations on objects', () => {
  it('has a deletion for every kind of object', () => {
    const kinds = objectOperations.flatMap(kindsNamed);
    expect(new Set(DELETIONS.flatMap(({ gone }) => gone))).to.deep.equal(new Set(kinds));
  });
});

for (const deletion of DELETIONS) {
  describe(deletion.title, () => {
    const operations = objectOperations.filter((operation) =>
      kindsNamed(operation).some((kind) => deletion.gone.includes(kind)),
    );

    for (const operation of operations) {
      const repeatable = REPEATABLE.includes(operation.id);
      it(`${operation.id}: ${repeatable ? 'returns success again' : 'responds as to an unknown object'}`, async () => {
        await using service = await startService();
        const objects = await giveObjects(service, ORG);
        await remove(service, deletion, objects);
        const before = await readTables(service.sql);
        const unknown = unknownObjects(objects);
        const reply = await ask(service.as(), requestFor(operation, objects));
        const none = await ask(service.as(), requestFor(operation, unknown));
        expect(none.status).to.equal(404);
        if (repeatable) expect([reply.status, reply.text]).to.deep.equal([operation.success, '']);
        else expect(comparable(reply, objects)).to.deep.equal(comparable(none, unknown));
        expect(await readTables(service.sql)).to.deep.equal(before);
      });
    }

    for (const operation of contractOperations.filter(({ id }) => deletion.lists.includes(id))) {
      it(`${operation.id}: neither lists nor counts it`, async () => {
        await using service = await startService();
        const objects = await giveObjects(service, ORG);
        const other = await giveObjects(service, ORG, 2);
        await remove(service, deletion, objects);
        const { text } = await ask(service.as(), requestFor(operation, other));
        for (const kind of deletion.gone) expect(text, operation.id).not.to.contain(objects[kind]);
      });
    }
  });
}

describe('a deleted blueprint', () => {
  it('is not counted, and its name is free', async () => {
    await using service = await startService();
    const objects = await giveObjects(service, ORG);
    const create = requestFor(operationOf('createBlueprint'), objects);
    expect((await ask(service.as(), create)).status).to.equal(422);
    await remove(service, DELETIONS[0]!, objects);
    expect((await service.as().get('/blueprints')).body.meta.count).to.equal(0);
    const again = await ask(service.as(), create);
    expect(again.status, again.text).to.equal(201);
    expect((await service.as().get('/blueprints')).body.data).to.have.length(1);
    expect((await service.as().get(`/blueprints/${again.body.id}/composes`)).body.meta.count, 'builds').to.equal(0);
  });

  it('can be deleted although its id is the name of another blueprint', async () => {
    await using service = await startService();
    const objects = await giveObjects(service, ORG);
    await service.given.blueprint({ name: objects.blueprint });
    await remove(service, DELETIONS[0]!, objects);
    const { body } = await service.as().get('/blueprints');
    expect(body.data.map(({ name }: { name: string }) => name)).to.deep.equal([objects.blueprint]);
  });

  it('deletes no composes except its own', async () => {
    await using service = await startService();
    const objects = await giveObjects(service, ORG);
    const other = await giveObjects(service, ORG, 2);
    await remove(service, DELETIONS[0]!, objects);
    recipeOf(operationOf('getComposeStatus')).upstreams?.(service, other);
    const reply = await ask(service.as(), requestFor(operationOf('getComposeStatus'), other));
    expect(reply.status, reply.text).to.equal(200);
    expect((await service.as().get('/composes')).body.meta.count).to.equal(3);
  });
});
