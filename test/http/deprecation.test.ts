import { expect } from 'chai';
import { describe, it } from 'mocha';
import { deprecationHeaders, withDeprecation } from '../../src/http/deprecation.ts';
import { OPERATION_TRAITS } from '../../src/http/operation-traits.ts';
import { contractOperations } from '../security/contract.ts';
import { startService } from '../support/service.ts';

const NOTICE = { since: '2026-01-01', sunset: '2027-03-01' };

describe('a deprecated operation', () => {
  it('has the date since when as a structured date, the end as an HTTP date, and a link to the policy', () => {
    expect(deprecationHeaders(NOTICE)).to.deep.equal({
      Deprecation: '@1767225600',
      Sunset: 'Mon, 01 Mar 2027 00:00:00 GMT',
      Link: '</docs/deprecation.html>; rel="deprecation"; type="text/html"',
    });
  });

  it('names no end while there is none', () => {
    expect(deprecationHeaders({ ...NOTICE, sunset: null })).to.not.have.property('Sunset');
  });

  it('keeps the links of the response', () => {
    const { Link } = withDeprecation({ Link: '</next>; rel="next"' }, deprecationHeaders(NOTICE));
    expect(Link).to.match(/^<\/next>; rel="next", <\/docs\/deprecation\.html>; rel="deprecation"/);
  });

  it('announces it with each response, and no other operation does', async () => {
    const traits = OPERATION_TRAITS.getVersion;
    Reflect.set(OPERATION_TRAITS, 'getVersion', { ...traits, deprecation: NOTICE });
    try {
      await using service = await startService();
      const { status, headers } = await service.as().get('/version');
      expect(status).to.equal(200);
      expect(headers).to.include({ deprecation: '@1767225600', sunset: 'Mon, 01 Mar 2027 00:00:00 GMT' });
      expect((await service.as().get('/distributions')).headers).to.not.have.any.keys('deprecation', 'sunset');
    } finally {
      Reflect.set(OPERATION_TRAITS, 'getVersion', traits);
    }
  });

  it('is marked in the contract, and has at least a year after the announcement', async () => {
    await using service = await startService();
    for (const { id, method, path } of contractOperations) {
      const declared = service.ctx.document.paths[path]?.[method.toLowerCase()] as { readonly deprecated?: boolean };
      const { deprecation } = OPERATION_TRAITS[id];
      expect([id, declared.deprecated === true]).to.deep.equal([id, deprecation !== null]);
      if (deprecation !== null && deprecation.sunset !== null)
        expect(Date.parse(deprecation.sunset) - Date.parse(deprecation.since), id).to.be.at.least(365 * 86_400_000);
    }
  });
});
