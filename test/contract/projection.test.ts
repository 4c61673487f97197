import { expect } from 'chai';
import { describe, it } from 'mocha';
import { project } from '../../src/contract/projection.ts';
import { contractOf, published, ref } from './support.ts';

describe('projecting a value on the contract', () => {
  const document = contractOf({
    Outer: { type: 'object', properties: { inner: ref('Inner'), list: { type: 'array', items: ref('Inner') } } },
    Inner: { type: 'object', properties: { name: { type: 'string' } } },
  });

  it('leaves what the contract knows, at every level, and the value as it was', () => {
    const given = { x: 1, inner: { name: 'n', x: 1 }, list: [{ x: 1 }, { name: 'm' }] };
    const before = structuredClone(given);
    expect(project(document, 'Outer', given)).to.deep.equal({ inner: { name: 'n' }, list: [{}, { name: 'm' }] });
    expect(given).to.deep.equal(before);
  });

  for (const value of [null, undefined, 'x', 5, []]) {
    it(`gives ${JSON.stringify(value)} back as it is`, () =>
      expect(project(document, 'Outer', value)).to.deep.equal(value));
  }

  it('distinguishes contracts', () => {
    const other = contractOf({ Outer: { type: 'object', properties: { x: { type: 'integer' } } } });
    expect(project(other, 'Outer', { x: 1, inner: {} })).to.deep.equal({ x: 1 });
    expect(project(document, 'Outer', { x: 1, inner: {} })).to.deep.equal({ inner: {} });
  });

  it('needs a component of that name', () => {
    expect(() => project(document, 'Other', {})).to.throw('unresolvable #/components/schemas/Other');
  });

  it("publishes of a distribution's details what the contract has", () => {
    const given = {
      name: 'rhel-9.6',
      secret: 1,
      architectures: { x86_64: { name: 'x86_64', secret: 1, image_types: {} } },
    };
    expect(project(published, 'DistributionDetails', given)).to.deep.equal({
      ...{ name: 'rhel-9.6', architectures: { x86_64: { name: 'x86_64', image_types: {} } } },
    });
  });
});
