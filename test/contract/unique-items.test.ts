import { Ajv } from 'ajv';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { UNIQUE_ITEMS } from '../../src/contract/unique-items.ts';

const compile = (schema: object) => {
  const ajv = new Ajv({ strict: false });
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword(UNIQUE_ITEMS);
  return ajv.compile(schema);
};

describe('items that have to differ', () => {
  it('are the same as for the validator itself, whatever they are', () => {
    const [ours, theirs] = [compile({ uniqueItems: true }), new Ajv({ strict: false }).compile({ uniqueItems: true })];
    const item = fc.oneof(
      fc.constantFrom(1, '1', true, null, '', 'null', [], {}, [1], ['1'], { a: 1, b: [2] }, { b: [2], a: 1 }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), (items) => {
        const text = JSON.stringify(items);
        // The validator's own comparison calls these methods of the objects.
        fc.pre(!/"(?:toString|valueOf|constructor)":/.test(text));
        const value = JSON.parse(text) as unknown;
        expect(ours(value)).to.equal(theirs(value));
        expect(
          ours.errors?.map(({ instancePath, keyword, params }) => ({ instancePath, keyword, params })),
        ).to.deep.equal(theirs.errors?.map(({ instancePath, keyword, params }) => ({ instancePath, keyword, params })));
      }),
      { numRuns: 300 },
    );
  });

  it('may have members with the names of methods', () => {
    const validate = compile({ uniqueItems: true });
    for (const name of ['toString', 'valueOf', 'constructor']) {
      expect(validate([{}, { [name]: 0 }])).to.equal(true);
      expect(validate([{ [name]: 0 }, { [name]: 0 }])).to.equal(false);
    }
  });

  it('are reported before errors of a single item, with their indexes', () => {
    const validate = compile({ properties: { list: { uniqueItems: true, items: { type: 'string' } } } });
    expect(validate({ list: [1, 'a', 'a'] })).to.equal(false);
    expect(validate.errors?.[0]).to.include({ keyword: 'uniqueItems', instancePath: '/list' });
    expect(validate({ list: [1, 'a'] })).to.equal(false);
    expect(validate.errors?.[0]).to.include({ keyword: 'type', instancePath: '/list/0' });
    expect(validate({ list: ['b', 'a'] })).to.equal(true);
  });

  it('need not differ where the schema says so, and are nothing in what is no list', () => {
    expect(compile({ uniqueItems: false })([1, 1])).to.equal(true);
    expect(compile({ uniqueItems: true })('aa')).to.equal(true);
  });

  it('are compared in linear time', () => {
    const items = Array.from({ length: 100_000 }, (_, size) => ({ type: 'aws', options: {}, size }));
    expect(compile({ uniqueItems: true })(items)).to.equal(true);
    expect(compile({ uniqueItems: true })([...items, { size: 5, options: {}, type: 'aws' }])).to.equal(false);
  });
});
