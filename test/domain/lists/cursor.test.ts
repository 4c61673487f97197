import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fingerprintOfList, readCursor, writeCursor } from '../../../src/domain/lists/cursor.ts';

const LIST = fingerprintOfList('000000', 'composes', {});
const always = (): boolean => true;
const encode = (content: unknown): string => Buffer.from(JSON.stringify(content)).toString('base64url');

describe('a cursor', () => {
  it('contains the written values, for the same list', () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), fc.string({ unit: 'grapheme' }), fc.uuid(), (count, atLeast, value, id) => {
        const cursor = { count, atLeast, after: [value, id] as const };
        expect(readCursor(writeCursor(LIST, cursor), LIST, always)).to.deep.equal(cursor);
      }),
    );
  });

  it('may belong to an empty list', () => {
    const cursor = { count: 0, atLeast: false, after: ['value', 'id'] as const };
    expect(readCursor(writeCursor(LIST, cursor), LIST, always)).to.deep.equal(cursor);
  });

  it('is null at the start of a list', () => {
    expect([readCursor('', LIST, always), readCursor('start', LIST, always)]).to.deep.equal([null, null]);
  });

  const ID = 'c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c';
  for (const [what, text] of [
    ['no base64', '***'],
    ['base64 with padding', Buffer.from('[1]').toString('base64')],
    ['no JSON', Buffer.from('hello').toString('base64url')],
    ['no UTF-8', Buffer.from(JSON.stringify([1, LIST, 3, false, '\xff', ID]), 'latin1').toString('base64url')],
    ['a cursor with more characters', `${encode([1, LIST, 3, false, 'value', ID])}*`],
    ['an object', encode({})],
    ['null', encode(null)],
    ['a shorter list', encode([1, LIST, 3, false, 'value'])],
    ['a longer list', encode([1, LIST, 3, false, 'value', ID, 'more'])],
    ['another version', encode([2, LIST, 3, false, 'value', ID])],
    ['another list', encode([1, 'x'.repeat(16), 3, false, 'value', ID])],
    ['a fraction of a count', encode([1, LIST, 0.5, false, 'value', ID])],
    ['a negative count', encode([1, LIST, -1, false, 'value', ID])],
    ['a number instead of a truth', encode([1, LIST, 3, 1, 'value', ID])],
    ['a number instead of a value', encode([1, LIST, 3, false, 7, ID])],
    ['a number instead of an id', encode([1, LIST, 3, false, 'value', 7])],
  ] as const) {
    it(`is refused when it is ${what}, and the error names it`, () => {
      expect(() => readCursor(text, LIST, always)).to.throw(/^parameter "cursor" in query has an error: .*begin with/);
    });
  }

  it('is rejected with a position that the list cannot have', () => {
    const cursor = writeCursor(LIST, { count: 1, atLeast: false, after: ['value', ID] });
    expect(() => readCursor(cursor, LIST, () => false)).to.throw(/"cursor"/);
  });

  it('is rejected unless the service issued it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
        (text) => {
          fc.pre(text !== '' && text !== 'start');
          expect(() => readCursor(text, LIST, always)).to.throw(/"cursor"/);
        },
      ),
    );
  });
});

describe('the fingerprint of a list', () => {
  it('keeps a cursor short', () => {
    expect(fingerprintOfList('1', 'composes', { label: ['x'.repeat(1000)] })).to.match(/^[\w-]{16}$/);
  });

  it('is the same in whatever order parameters and labels come', () => {
    expect(fingerprintOfList('1', 'composes', { sort: 'a', label: ['x:1', 'y:2'] })).to.equal(
      fingerprintOfList('1', 'composes', { label: ['y:2', 'x:1'], sort: 'a', status: undefined }),
    );
  });

  it('tells organizations, lists, order and filters apart', () => {
    const fingerprints = [
      fingerprintOfList('1', 'composes', {}),
      fingerprintOfList('2', 'composes', {}),
      fingerprintOfList('1', 'blueprints', {}),
      fingerprintOfList('1', 'composes', { sort: 'created_at' }),
      fingerprintOfList('1', 'composes', { sort: 'name' }),
      fingerprintOfList('1', 'composes', { label: ['a:b'] }),
      fingerprintOfList('1', 'composes', { label: ['a:b', 'c:d'] }),
      fingerprintOfList('1', 'composes', { status: 'a:b' }),
    ];
    expect(new Set(fingerprints).size).to.equal(fingerprints.length);
  });
});
