import { expect } from 'chai';
import { describe, it } from 'mocha';
import { compileNormaliser } from '../../src/contract/normalise.ts';
import { resolveSchema, type Schema } from '../../src/contract/schema.ts';
import { compileWatcher, type UnknownMember } from '../../src/contract/unknown-members.ts';
import { pointerOf } from '../../src/lib/pointer.ts';
import { contractOf, published, ref } from './support.ts';

type Path = readonly (string | number)[];

/** The places of all objects below a schema that have named members and no others. */
const objectsBelow = (given: Schema, path: Path = []): readonly Path[] => {
  const schema = resolveSchema(published, given);
  const branches = schema.oneOf ?? schema.anyOf ?? [];
  const own = schema.properties && schema.additionalProperties !== true ? [path] : [];
  return [
    ...own,
    ...branches.flatMap((branch) => objectsBelow(branch, path)),
    ...(schema.items ? objectsBelow(schema.items, [...path, 0]) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) => objectsBelow(member, [...path, name])),
  ];
};

/** A value that has nothing but a member at a place. */
const valueWith = (path: Path, member: string): unknown =>
  path.reduceRight<unknown>((value, key) => (typeof key === 'number' ? [value] : { [key]: value }), { [member]: 1 });

const pointersOf = (unknown: readonly UnknownMember[]): string[] => unknown.map(({ path }) => pointerOf(path));

const MEMBER = 'mispelt_member';

describe('an unknown member of a request', () => {
  for (const name of ['ComposeRequest', 'CreateBlueprintRequest']) {
    const normalise = compileNormaliser(published, ref(name));
    const places = objectsBelow(ref(name));

    it(`is found in every object of ${name}`, () => {
      expect(places).to.have.length.above(40);
      for (const path of places) {
        const unknown: UnknownMember[] = [];
        normalise(valueWith(path, MEMBER), unknown);
        expect(pointersOf(unknown), pointerOf(path)).to.deep.equal([pointerOf([...path, MEMBER])]);
      }
    });
  }

  it('is found in lists and maps, each with its index or key', () => {
    const document = contractOf({ Item: { type: 'object', properties: { a: { type: 'string' } } } });
    const schema = {
      type: 'object',
      properties: {
        list: { type: 'array', items: ref('Item') },
        map: { type: 'object', additionalProperties: ref('Item') },
      },
    };
    const unknown: UnknownMember[] = [];
    const value = { list: [{}, { x: 1 }, { y: 1, a: 'b' }], map: { 'a/b': { z: 1 } } };
    compileNormaliser(document, schema)(value, unknown);
    expect(pointersOf(unknown)).to.deep.equal(['/list/1/x', '/list/2/y', '/map/a~1b/z']);
    expect(unknown[0]?.known).to.deep.equal(['a']);
    expect(value).to.deep.equal({ list: [{}, {}, { a: 'b' }], map: { 'a/b': {} } });
  });

  it('is none where one branch of a union has it', () => {
    const branches = [
      { type: 'object', properties: { a: { type: 'string' } } },
      { type: 'object', properties: { b: { type: 'object', properties: { c: { type: 'string' } } } } },
    ];
    const watch = compileWatcher(contractOf({}), [{ oneOf: branches }]);
    const unknown: UnknownMember[] = [];
    watch?.({ a: 1, b: { c: 1, d: 1 }, e: 1 }, unknown);
    expect(pointersOf(unknown)).to.deep.equal(['/b/d', '/e']);
  });

  it('is reported up to a number that one response can have', () => {
    const unknown: UnknownMember[] = [];
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`x${index}`, 1]));
    compileNormaliser(published, ref('CreateBlueprintRequest'))({ customizations: many }, unknown);
    expect(unknown).to.have.length(50);
  });
});
