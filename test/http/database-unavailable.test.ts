import { expect } from 'chai';
import { describe, it } from 'mocha';
import { OPERATION_TRAITS } from '../../src/http/operation-traits.ts';
import { contractOperations } from '../security/contract.ts';
import { requestFor } from '../security/recipes.ts';
import { startService } from '../support/service.ts';

const ID = '11111111-2222-4333-8444-555555555555';
const OBJECTS = { blueprint: ID, compose: ID, clone: ID, webhook: ID, delivery: ID, name: 'any' };

describe('without a database', () => {
  for (const operation of contractOperations) {
    if (!OPERATION_TRAITS[operation.id].usesDatabase) continue;
    it(`${operation.id} fails with 503, and says when to try again`, async () => {
      await using service = await startService({ env: { PGHOST: '127.0.0.1', PGPORT: '1' } });
      const { method, target, body } = requestFor(operation, OBJECTS);
      const reply = await service.as().send(method, target, body);
      expect(reply).to.be.refused(503, 'the database cannot be reached');
      expect(reply.headers['retry-after']).to.match(/^[1-5]$/);
    });
  }

  it('a request with an idempotency key is not started', async () => {
    await using service = await startService({ env: { PGHOST: '127.0.0.1', PGPORT: '1' } });
    const headers = { 'idempotency-key': 'a-key' };
    const { method, target, body } = requestFor(
      contractOperations.find(({ id }) => id === 'composeImage')!,
      OBJECTS,
    );
    const reply = await service.as().send(method, target, body, { headers });
    expect(reply).to.be.refused(503, 'the database cannot be reached');
  });
});
