import { expect } from 'chai';
import { describe, it } from 'mocha';
import { OPERATION_TRAITS } from '../../src/http/operation-traits.ts';
import { contractOperations } from '../security/contract.ts';
import { startService } from '../support/service.ts';

interface Declared {
  readonly parameters?: readonly { readonly $ref?: string; readonly name?: string }[];
  readonly responses: Readonly<Record<string, { readonly headers?: Readonly<Record<string, unknown>> }>>;
}

describe('the traits of an operation', () => {
  it('agree with its contract: idempotency keys and entity tags are declared where they are served', async () => {
    await using service = await startService();
    for (const { id, method, path } of contractOperations) {
      const { parameters = [], responses } = service.ctx.document.paths[path]?.[method.toLowerCase()] as Declared;
      const takesKey = parameters.some(({ $ref = '', name = '' }) => /idempotency-?key/i.test($ref + name));
      const hasTag = responses['200']?.headers?.['ETag'] !== undefined;
      const { idempotency, conditional } = OPERATION_TRAITS[id];
      expect([id, idempotency !== null, conditional !== null]).to.deep.equal([id, takesKey, hasTag]);
    }
  });

  it('are audited for every operation that changes something', () => {
    for (const { id, method } of contractOperations) {
      const { audited, rateLimitClass } = OPERATION_TRAITS[id];
      expect([id, audited]).to.deep.equal([id, method !== 'GET' && rateLimitClass !== 'reads']);
    }
  });
});
