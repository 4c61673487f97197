import { rmSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { openPolicyFile } from '../../src/domain/policy-file.ts';
import { createDirectory, type TemporaryDirectory } from './distributions/support.ts';

const parse = (content: unknown): number => {
  if (typeof content !== 'number') throw new Error('must be a number');
  return content;
};

/** `policy.json` with a clock that stands still until a test moves it, and what was reported. */
const open = (directory: TemporaryDirectory) => {
  const clock = { now: 0 };
  const reported: (string | null)[] = [];
  const file = openPolicyFile(directory.file('policy.json'), parse, {
    ...{ onReload: () => reported.push(null), onInvalid: (reason) => reported.push(reason), now: () => clock.now },
  });
  const later = (): number => {
    clock.now += 1000;
    return file.read();
  };
  return { file, clock, reported, later };
};

describe('a file of policies', () => {
  for (const [what, content, message] of [
    ['no JSON', '{"a": 1\n "b"}', /^is not JSON \(line 2 column 2\)$/],
    ['an unfinished text', '{', /^is not JSON/],
    ['another content', '"x"', /^must be a number$/],
  ] as const) {
    it(`is not opened with ${what}`, () => {
      using directory = createDirectory({ 'policy.json': content });
      expect(() => open(directory)).to.throw(message);
    });
  }

  it('is read again when it has changed, at the latest after a second', () => {
    using directory = createDirectory({ 'policy.json': 1 });
    const { file, clock, reported } = open(directory);
    directory.write('policy.json', 22);
    clock.now = 999;
    expect(file.read()).to.equal(1);
    clock.now = 1000;
    expect(file.read()).to.equal(22);
    expect(reported).to.deep.equal([null]);
  });

  it('keeps its content while it cannot be used, and reports each unusable change once', () => {
    using directory = createDirectory({ 'policy.json': 1 });
    const { file, reported, later } = open(directory);
    directory.write('policy.json', '"22"');
    expect([later(), later()]).to.deep.equal([1, 1]);
    expect(reported).to.deep.equal(['must be a number']);
    expect(file.isInvalid()).to.equal(true);

    rmSync(directory.file('policy.json'));
    expect([later(), later()]).to.deep.equal([1, 1]);
    expect(reported.slice(1)).to.deep.equal(['ENOENT']);

    directory.write('policy.json', 333);
    expect(later()).to.equal(333);
    expect(file.isInvalid()).to.equal(false);
    expect(reported.slice(2)).to.deep.equal([null]);
  });

  it('is polled by the question whether it is invalid, too', () => {
    using directory = createDirectory({ 'policy.json': 1 });
    const { file, clock } = open(directory);
    directory.write('policy.json', 'null');
    clock.now = 1000;
    expect(file.isInvalid()).to.equal(true);
  });
});
