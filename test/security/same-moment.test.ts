// Requests of two organizations for one object at the same moment. Reads by id share statements, and responses may be shared: neither
// may mix organizations.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Client, Reply } from '../support/client.ts';
import { identityHeader } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';
import { giveObjects, mark, unknownObjects } from './organization.ts';
import { recipeOf, requestFor } from './recipes.ts';
import { ask, comparable, objectOperations } from './walk.ts';

const OWNER = '000000';
const OTHER = '000001';

/** Moments of each operation, each with new objects. */
const ROUNDS = 6;

/** Requests of the other organization before and after the owner's. */
const AROUND = 4;

const clientOf = (service: TestService, orgId: string): Client =>
  service.with({ 'x-rh-identity': identityHeader({ orgId }) });

/** What both organizations receive when they send the same requests in one turn of the event loop. */
const sendTogether = async (
  owner: () => Promise<Reply>,
  other: () => Promise<Reply>,
): Promise<{ readonly own: Reply; readonly others: readonly Reply[] }> => {
  const before = Array.from({ length: AROUND }, other);
  const own = owner();
  const after = Array.from({ length: AROUND }, other);
  return { own: await own, others: await Promise.all([...before, ...after]) };
};

describe('requests of two organizations for one object at the same moment', () => {
  for (const operation of objectOperations) {
    it(`${operation.id}: only its owner finds it`, async () => {
      await using service = await startService();
      const [owner, other] = [clientOf(service, OWNER), clientOf(service, OTHER)];
      for (let round = 1; round <= ROUNDS; round += 1) {
        const objects = await giveObjects(service, OWNER, round);
        const unknown = unknownObjects(objects);
        const none = await ask(other, requestFor(operation, unknown));
        expect(none.status).to.be.within(400, 499);

        recipeOf(operation).upstreams?.(service, objects);
        const request = requestFor(operation, objects);
        const { own, others } = await sendTogether(
          () => ask(owner, request),
          () => ask(other, request),
        );
        expect(own.status, `the owner: ${own.text}`).to.equal(operation.success);
        for (const reply of others) {
          expect(comparable(reply, objects)).to.deep.equal(comparable(none, unknown));
          expect(reply.text).not.to.contain(mark(OWNER));
        }
      }
    });
  }

  it('read only their own objects where reads share a statement', async () => {
    await using service = await startService();
    const { composes, blueprints } = service.ctx.db;
    const { compose, blueprint } = await giveObjects(service, OWNER);
    const organizations = Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? OWNER : OTHER));
    const finds: readonly ((orgId: string) => Promise<object | null>)[] = [
      (orgId) => composes.findStatus(orgId, compose),
      (orgId) => blueprints.find(orgId, blueprint),
    ];
    for (const find of finds) {
      const found = await Promise.all(organizations.map(find));
      expect(found.map((one) => one !== null)).to.deep.equal(organizations.map((orgId) => orgId === OWNER));
    }
  });
});
