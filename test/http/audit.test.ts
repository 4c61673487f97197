// What is put on record in the audit log, of whatever changes something.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { objectTypeOf } from '../../src/http/audit.ts';
import { OPERATION_TRAITS } from '../../src/http/operation-traits.ts';
import { contractOperations } from '../security/contract.ts';
import { giveObjects, mark } from '../security/organization.ts';
import { KINDS, namesObject, recipeOf, requestFor } from '../security/recipes.ts';
import { ask } from '../security/walk.ts';
import { blueprintRequest } from '../domain/blueprints/support.ts';
import { blueprintBody, composeRequest, guestImageRequest } from '../support/given.ts';
import { ORG } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';

interface Entry {
  readonly operation: string;
  readonly object_id: string | null;
  readonly created_ids: readonly string[];
  readonly status: number;
}

const entriesOf = async ({ sql }: TestService, orgId = ORG) =>
  (await sql.query<Entry>('SELECT * FROM audit_log WHERE org_id = $1 ORDER BY occurred_at, number', [orgId])).rows;

const changing = contractOperations.filter(
  ({ id, method }) => method !== 'GET' && OPERATION_TRAITS[id].rateLimitClass !== 'reads',
);

describe('the audit log', () => {
  it('records every operation that changes something, and no others', () => {
    expect(changing.map(({ id }) => id)).to.include.members([
      ...['composeImage', 'deleteCompose', 'createBlueprint', 'updateBlueprint', 'deleteBlueprint', 'composeBlueprint'],
      ...['fixupBlueprint', 'restoreBlueprint'],
    ]);
    expect(changing.map(({ id }) => id)).not.to.include('recommendPackage');
  });

  for (const operation of contractOperations) {
    const isChange = changing.includes(operation);
    it(`has ${isChange ? 'an' : 'no'} entry for a request for ${operation.id}`, async () => {
      await using service = await startService();
      const objects = await giveObjects(service, ORG);
      const before = await entriesOf(service);
      const wanted = namesObject(operation) ? objects : { ...objects, name: 'another' };
      recipeOf(operation).upstreams?.(service, wanted);
      const reply = await ask(service.as({ user: 'jane' }), requestFor(operation, wanted));
      expect(reply.status, reply.text).to.equal(operation.success);
      const [entry, ...others] = (await entriesOf(service)).slice(before.length);
      expect(others).to.deep.equal([]);
      if (!isChange) return expect(entry).to.equal(undefined);
      const { target } = requestFor(operation, wanted);
      const id = KINDS.map((kind) => objects[kind] ?? '').find((one) => one !== '' && target.includes(one));
      const made = [reply.body ?? []].flat().map((one: { id?: string }) => one.id);
      expect(entry).to.deep.include({
        ...{ operation: operation.id, username: 'jane', user_type: 'User', status: reply.status },
        ...{ object_type: objectTypeOf(operation.path), object_id: id ?? null },
        ...{ created_ids: reply.status === 201 ? made : [], request_id: reply.headers['x-strc-trace-id'] },
      });
    });
  }

  it('has the type of the object in the path', () => {
    for (const [path, expected] of [
      ['/compose', 'compose'],
      ['/blueprints', 'blueprint'],
      ['/blueprints/{id}', 'blueprint'],
      ['/blueprints/{id}/compose', 'blueprint'],
      ['/composes/{composeId}/clone', 'compose'],
      ['/experimental/blueprints/{id}/fixup', 'blueprint'],
    ]) {
      expect(objectTypeOf(path ?? '')).to.equal(expected);
    }
  });

  it('records failed requests, with the status', async () => {
    await using service = await startService();
    const unknown = randomUUID();
    await service.as().delete(`/blueprints/${unknown}`);
    await service.as().post('/blueprints', blueprintRequest({ name: ' ' }));
    service.composer.refuses(400, { id: '1', reason: 'no' });
    await service.as().post('/compose', composeRequest);
    await service.sql.query('ALTER TABLE blueprint_versions RENAME TO gone');
    await service.as().post('/blueprints', blueprintRequest());
    const entries = await entriesOf(service);
    expect(entries.map(({ operation, status }) => [operation, status])).to.deep.equal([
      ['deleteBlueprint', 404],
      ['createBlueprint', 422],
      ['composeImage', 500],
      ['createBlueprint', 500],
    ]);
    expect(entries[0]).to.include({ object_id: unknown });
  });

  it('omits invalid and unauthorized requests', async () => {
    await using service = await startService();
    await service.as().post('/blueprints', {});
    await service.as().post('/blueprints', 'x', { headers: { 'content-type': 'text/plain' } });
    await service.as().delete('/blueprints/1');
    await service.as().send('PATCH', '/blueprints');
    await service.anonymous.post('/blueprints', blueprintRequest());
    expect(await entriesOf(service)).to.deep.equal([]);
  });

  it('belongs to the organization of the caller, not of the object', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    await service.as({ orgId: '000001' }).delete(`/blueprints/${id}`);
    expect(await entriesOf(service)).to.deep.equal([]);
    expect((await entriesOf(service, '000001')).map(({ status }) => status)).to.deep.equal([404]);
  });

  it('records all composes of one request', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({
      versions: [
        { ...blueprintBody, image_requests: [guestImageRequest, { ...guestImageRequest, architecture: 'aarch64' }] },
      ],
    });
    const made = [service.composer.accepts(), service.composer.accepts()];
    expect((await service.as().post(`/blueprints/${id}/compose`)).status).to.equal(201);
    const [entry] = await entriesOf(service);
    expect(entry).to.include({ object_id: id });
    expect(entry?.created_ids).to.have.members(made);
  });

  it('records a request with a key once, without repetitions and conflicts', async () => {
    await using service = await startService();
    const key = { headers: { 'idempotency-key': '"order-1"' } };
    for (let i = 0; i < 3; i += 1) await service.as().post('/blueprints', blueprintRequest(), key);
    expect((await service.as().post('/blueprints', blueprintRequest({ name: 'other' }), key)).status).to.equal(422);
    expect(
      (await service.as().post('/blueprints', blueprintRequest(), { headers: { 'idempotency-key': '' } })).status,
    ).to.equal(400);
    expect((await entriesOf(service)).map(({ status }) => status)).to.deep.equal([201]);
  });

  it("contains nothing of the request's content", async () => {
    await using service = await startService();
    const text = mark(ORG);
    const users = [{ name: text, password: text, ssh_key: text }];
    await service
      .as()
      .post('/blueprints', blueprintRequest({ name: text, description: text, customizations: { users } }));
    expect(JSON.stringify(await entriesOf(service))).not.to.contain(text);
  });

  it('has all entries of many requests at the same time, each once', async () => {
    await using service = await startService();
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, i) => service.as().post('/blueprints', blueprintRequest({ name: `b ${i}` }))),
    );
    const entries = await entriesOf(service);
    expect(entries.flatMap(({ created_ids }) => created_ids)).to.have.members(replies.map(({ body }) => body.id));
  });

  describe('that cannot be written', () => {
    const unusable = `
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the disk is full'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse()`;

    it('prevents its change: a change and its entry are one transaction', async () => {
      await using service = await startService();
      await service.sql.query(unusable);
      expect(await service.as().post('/blueprints', blueprintRequest())).to.be.refused(500, 'Internal Server Error');
      const { rows } = await service.sql.query('SELECT id FROM blueprints UNION ALL SELECT id FROM blueprint_versions');
      expect(rows).to.deep.equal([]);
    });

    it('does not delay a request that failed: the entry is logged whole, and written as soon as that is possible', async () => {
      await using service = await startService();
      await service.sql.query(unusable);
      const unknown = randomUUID();
      const reply = await service.as({ user: 'jane' }).delete(`/blueprints/${unknown}`);
      expect(reply.status, reply.text).to.equal(404);
      const line = service.logs.find(({ msg }) => msg === 'an entry of the audit log cannot be written yet');
      expect(line).to.have.property('level', 'error');
      expect(line?.['audit_entry']).to.deep.include({
        ...{ orgId: ORG, operation: 'deleteBlueprint', username: 'jane', status: 404, objectId: unknown },
      });
      expect(await entriesOf(service)).to.deep.equal([]);
      expect(service.ctx.retries.size()).to.equal(1);

      await service.sql.query('DROP TRIGGER refuse ON audit_log');
      await service.ctx.retries.close();
      expect((await entriesOf(service)).map(({ object_id }) => object_id)).to.deep.equal([unknown]);
    });
  });
});
