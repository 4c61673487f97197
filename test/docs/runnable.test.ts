import { expect } from 'chai';
import { describe, it } from 'mocha';
import { lastJson, matches, stepsOf } from './runnable.ts';

describe('runnable blocks of a page', () => {
  it('are the marked blocks, with the response that follows', () => {
    const text =
      '```sh\nno\n```\n\n```sh run\na\n```\n\ntext\n\n```json answer\n{"x":1}\n```\n\n```ts run\nb\n```\n\n```sh run refused\nc\n```\n';
    expect(stepsOf(text)).to.deep.equal([
      { language: 'sh', code: 'a\n', refused: false, answer: { x: 1 } },
      { language: 'ts', code: 'b\n', refused: false, answer: undefined },
      { language: 'sh', code: 'c\n', refused: true, answer: undefined },
    ]);
  });

  it('have no response without a request', () => {
    expect(() => stepsOf('```json answer\n{}\n```\n')).to.throw('an answer to nothing');
  });

  it('have the last printed JSON as response', () => {
    expect(lastJson('{"id":1}\n{\n  "a": [\n    {}\n  ]\n}\n')).to.deep.equal({ a: [{}] });
    expect(lastJson('x\n[1]')).to.deep.equal([1]);
    expect(() => lastJson('x')).to.throw('no JSON');
  });

  it('are compared member by member, where … matches any text', () => {
    expect(matches({ id: '…', n: 1 }, { id: 'abc', n: 1 })).to.equal(true);
    expect(matches({ id: 'a…c…e' }, { id: 'abcde' })).to.equal(true);
    expect(matches({ id: 'a…c…e' }, { id: 'abde' })).to.equal(false);
    expect(matches('x…', 'yx')).to.equal(false);
    expect(matches('…x', 'xy')).to.equal(false);
    expect(matches({ a: 1 }, { a: 1, b: 2 })).to.equal(false);
    expect(matches({ a: 1, b: 2 }, { a: 1 })).to.equal(false);
    expect(matches([1], [1, 2])).to.equal(false);
    expect(matches(1, '1')).to.equal(false);
  });
});
