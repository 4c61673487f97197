import { expect } from 'chai';
import { describe, it } from 'mocha';
import { resolveSchema, schemaName } from '../../src/contract/schema.ts';
import { contractOf, ref } from './support.ts';

const NAME = { type: 'string' };
const document = contractOf({ Name: NAME, Alias: ref('Name'), Described: { allOf: [ref('Alias')] } });

describe('a schema', () => {
  for (const [title, schema, resolved] of [
    ['a reference', ref('Name'), NAME],
    ['a reference to a reference', ref('Alias'), NAME],
    ['a described reference', { allOf: [ref('Name')] }, NAME],
    ['a reference to a described one', ref('Described'), NAME],
  ] as const) {
    it(`is found behind ${title}`, () => expect(resolveSchema(document, schema)).to.equal(resolved));
  }

  for (const schema of [
    {},
    NAME,
    { allOf: [] },
    { allOf: [ref('Name'), ref('Alias')] },
    { allOf: [ref('Name')], properties: {} },
    { oneOf: [ref('Name')] },
  ]) {
    it(`is itself: ${JSON.stringify(schema)}`, () => expect(resolveSchema(document, schema)).to.equal(schema));
  }

  for (const $ref of ['#/components/schemas/Unknown', '#/components/responses/Name', 'other.json#/Name']) {
    it(`is not found behind ${$ref}`, () =>
      expect(() => resolveSchema(document, { $ref })).to.throw(`unresolvable ${$ref}`));
  }

  it('has a name when it is a reference to a component', () => {
    expect(schemaName(ref('Name'))).to.equal('Name');
    expect(schemaName({ $ref: '#/components/responses/Name' })).to.equal(null);
    expect(schemaName(NAME)).to.equal(null);
  });
});
