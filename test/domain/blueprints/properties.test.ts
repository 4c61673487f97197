import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { BlueprintRequest } from '../../../src/domain/blueprints/rules.ts';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import type { Client } from '../../support/client.ts';
import { startService } from '../../support/service.ts';
import { blueprintArbitrary } from './arbitraries.ts';
import { patched } from './json-patch.ts';

type User = NonNullable<Customizations['users']>[number];

/** A user as it comes back. */
const shown = ({ password, ssh_key: key, hasPassword: _, ...user }: User): User => ({
  ...user,
  ...(key ? { ssh_key: key } : {}),
  hasPassword: Boolean(password),
});

const withUsers = (customizations: Customizations, change: (user: User) => User): Customizations => {
  const { users } = customizations;
  return users ? { ...customizations, users: users.map(change) } : customizations;
};

let names = 0;
/** The same blueprint under a name of its own. */
const renamed = (request: BlueprintRequest): BlueprintRequest => {
  names += 1;
  return { ...request, name: `${names} ${request.name}` };
};

const create = async (client: Client, request: BlueprintRequest): Promise<string> => {
  const reply = await client.post('/blueprints', request);
  expect(reply.status, reply.text).to.equal(201);
  return reply.body.id;
};

const read = async (client: Client, path: string) => {
  const reply = await client.get(path);
  expect(reply.status, reply.text).to.equal(200);
  return reply.body;
};

const RUNS = { numRuns: 60 };

describe('every blueprint', () => {
  it('comes back as it was sent, secrets aside', async () => {
    await using service = await startService();
    const client = service.as();
    const property = fc.asyncProperty(blueprintArbitrary, async (generated) => {
      const request = renamed(generated);
      const id = await create(client, request);
      const { metadata: _, description = '', ...content } = request;
      // The lint is about what could be built, not part of what was sent.
      const { lint: _lint, ...stored } = await read(client, `/blueprints/${id}`);
      expect(stored).to.deep.equal({
        ...content,
        ...{ id, description },
        customizations: withUsers(request.customizations, shown),
      });
    });
    await fc.assert(property, RUNS);
  });

  it('stays the same when what was read is written back', async () => {
    await using service = await startService();
    const client = service.as();
    const property = fc.asyncProperty(blueprintArbitrary, async (generated) => {
      const id = await create(client, renamed(generated));
      const { id: _id, lint: _lint, ...before } = await read(client, `/blueprints/${id}`);
      const reply = await client.put(`/blueprints/${id}`, before);
      expect(reply.status, reply.text).to.equal(200);
      expect(await read(client, `/blueprints/${id}`)).to.deep.include(before);
      const { rows } = await service.sql.query(
        'SELECT body FROM blueprint_versions WHERE blueprint_id = $1 ORDER BY version',
        [id],
      );
      expect(rows[1].body).to.deep.equal(rows[0].body);
    });
    await fc.assert(property, RUNS);
  });

  it('becomes another by the returned difference, and itself again when it is restored', async () => {
    await using service = await startService();
    const client = service.as();
    const contentAt = async (id: string, version: number) => {
      const {
        id: _id,
        name: _name,
        description: _,
        lint: _lint,
        ...content
      } = await read(client, `/blueprints/${id}?version=${version}`);
      return content;
    };
    const property = fc.asyncProperty(blueprintArbitrary, blueprintArbitrary, async (one, other) => {
      const id = await create(client, renamed(one));
      expect((await client.put(`/blueprints/${id}`, renamed(other))).status).to.equal(200);
      const [first, second] = [await contentAt(id, 1), await contentAt(id, 2)];
      const patch = await read(client, `/blueprints/${id}/diff?from=1&to=2`);
      expect(patched(first, patch)).to.deep.equal(second);
      expect((await client.post(`/blueprints/${id}/restore`, { version: 1 })).status).to.equal(200);
      expect(await contentAt(id, 3)).to.deep.equal(first);
      expect(await read(client, `/blueprints/${id}/diff?from=1&to=3`)).to.deep.equal([]);
    });
    await fc.assert(property, RUNS);
  });

  it('is exported, imported and exported again without a difference', async () => {
    await using service = await startService();
    const client = service.as();
    const property = fc.asyncProperty(blueprintArbitrary, async (generated) => {
      const original = renamed(generated);
      let id = await create(client, original);
      const exports = [];
      for (let i = 0; i < 3; i += 1) {
        const { metadata, snapshot_date: date, ...exported } = await read(client, `/blueprints/${id}/export`);
        expect(metadata.parent_id).to.equal(id);
        const [first] = original.image_requests;
        expect(date).to.equal(first?.snapshot_date);
        exports.push(exported);
        const imported = { ...exported, metadata, image_requests: original.image_requests };
        id = await create(client, { ...imported, name: renamed(original).name });
      }
      const [first, second, third] = exports.map(({ name: _, ...exported }) => exported);
      expect(third).to.deep.equal(second);
      // An export does not bring its passwords along.
      const withoutPasswords = withUsers(first.customizations, (user) => ({ ...user, hasPassword: false }));
      expect(second).to.deep.equal({ ...first, customizations: withoutPasswords });
    });
    await fc.assert(property, RUNS);
  });
});
