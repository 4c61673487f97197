import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { redactContent } from '../../../src/domain/blueprints/content.ts';
import { patchBetween } from '../../../src/domain/blueprints/diff.ts';
import { parseStoredJson } from '../../../src/lib/stored-json.ts';
import { blueprintArbitrary } from './arbitraries.ts';
import { patched } from './json-patch.ts';

const expectToLead = (before: unknown, after: unknown): void =>
  void expect(patched(before, patchBetween(before, after))).to.deep.equal(after);

/** Member names that code confuses easily: those that every object inherits, and those that a pointer has to escape. */
const oddNames = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '', '-', '0', '/', '~', '~1');
const name = fc.oneof(fc.string({ unit: 'grapheme' }), oddNames);
const json = fc
  .anything({ key: name, values: [name, fc.boolean(), fc.double({ noNaN: true }), fc.constant(null)], maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('the patch between two values', () => {
  it('leads from one to the other, whatever they are', () => {
    fc.assert(fc.property(json, json, expectToLead), { numRuns: 500 });
  });

  it('leads from one list to the other, whatever they have in common', () => {
    const item = fc.oneof(fc.nat({ max: 3 }), fc.record({ name: fc.constantFrom('a', 'b'), x: fc.nat({ max: 2 }) }));
    const list = fc.array(item, { maxLength: 12 });
    fc.assert(fc.property(list, list, expectToLead), { numRuns: 500 });
  });

  it('leads from one blueprint to the other, secrets taken out of both', () => {
    const content = blueprintArbitrary.map(({ distribution, bootc, image_requests, customizations }) =>
      redactContent({
        ...(distribution ? { distribution } : {}),
        ...(bootc ? { bootc } : {}),
        ...{ image_requests, customizations },
      }),
    );
    fc.assert(fc.property(content, content, expectToLead), { numRuns: 300 });
  });

  it('is empty where there is no difference, whatever the order of members', () => {
    fc.assert(fc.property(json, (value) => void expect(patchBetween(value, structuredClone(value))).to.deep.equal([])));
    expect(patchBetween({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).to.deep.equal([]);
  });

  for (const [what, before, after, expected] of [
    ['adds an item where it belongs', ['a', 'c'], ['a', 'b', 'c'], [{ op: 'add', path: '/1', value: 'b' }]],
    ['adds an item at the end', ['a'], ['a', 'b'], [{ op: 'add', path: '/1', value: 'b' }]],
    ['removes an item', ['a', 'b', 'c'], ['a', 'c'], [{ op: 'remove', path: '/1' }]],
    ['replaces an item', ['a', 'b'], ['x', 'b'], [{ op: 'replace', path: '/0', value: 'x' }]],
    [
      'changes an item of the same name',
      [{ name: 'a', x: 1 }],
      [
        { name: 'b', x: 1 },
        { name: 'a', x: 2 },
      ],
      [
        { op: 'add', path: '/0', value: { name: 'b', x: 1 } },
        { op: 'replace', path: '/1/x', value: 2 },
      ],
    ],
    [
      'names members that every object inherits',
      JSON.parse('{"__proto__": {"a": 1}, "constructor": {"a": 1}}'),
      JSON.parse('{"__proto__": {"a": 2}, "constructor": {"a": 1}, "": {"__proto__": false}}'),
      [
        { op: 'add', path: '/', value: JSON.parse('{"__proto__": false}') as unknown },
        { op: 'replace', path: '/__proto__/a', value: 2 },
      ],
    ],
    [
      'names members whatever is in their names',
      { 'a/b~c': 1 },
      { 'a/b~c': 2 },
      [{ op: 'replace', path: '/a~1b~0c', value: 2 }],
    ],
  ] as const) {
    it(what, () => {
      expect(patchBetween(before, after)).to.deep.equal(expected);
      expectToLead(before, after);
    });
  }

  it('compares numbers that are too large for JavaScript as they are written', () => {
    const read = (size: string) => parseStoredJson(`{"sizes": [1, ${size}], "size": ${size}}`);
    const [one, other] = ['18446744073709551614', '18446744073709551615'];
    expect(patchBetween(read(one), read(one))).to.deep.equal([]);
    expect(JSON.stringify(patchBetween(read(one), read(other)))).to.equal(
      `[{"op":"replace","path":"/sizes/1","value":${other}},{"op":"replace","path":"/size","value":${other}}]`,
    );
  });

  it('stays short where everything differs: a list or an object of which too much does is replaced as a whole', () => {
    const many = (prefix: string) => Array.from({ length: 50_000 }, (_, i) => `${prefix}${i}`);
    const after = { packages: many('b'), kept: 1 };
    const patch = patchBetween({ packages: many('a'), kept: 1 }, after);
    expect(patch).to.deep.equal([{ op: 'replace', path: '/packages', value: after.packages }]);
    const members = (value: number) => Object.fromEntries(many('m').map((name) => [name, value]));
    expect(patchBetween({ options: members(1) }, { options: members(2) })).to.have.length(1);
    expectToLead([many('a'), members(1)], [many('b'), members(2)]);
  });

  it('tells little of long lists that differ little', () => {
    const long = Array.from({ length: 50_000 }, (_, i) => `package-${i}`);
    expect(patchBetween(long, [...long.slice(0, 100), 'new', ...long.slice(100)])).to.deep.equal([
      { op: 'add', path: '/100', value: 'new' },
    ]);
  });
});
