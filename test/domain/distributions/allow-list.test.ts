import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createAllowList, parseAllowList } from '../../../src/domain/distributions/allow-list.ts';

const load = (content: unknown) => {
  const entries = parseAllowList(content);
  return createAllowList({ read: () => entries, isInvalid: () => false });
};

describe('the allow list', () => {
  it('allows nothing without a file', () => {
    expect(createAllowList(null).allows('000000', 'fedora-42')).to.equal(false);
  });

  const LIST = { '*': ['-nightly$'], '000001': ['fedora-*', '^exactly$'], '000002': [], '000003': ['.'] };
  for (const [org, name, allowed] of [
    ['000000', 'rhel-9-nightly', true],
    ['000000', 'fedora-42', false],
    ['000001', 'fedora-42', true],
    ['000001', 'rhel-9-nightly', true],
    // A pattern is unanchored, and "-*" matches any number of hyphens.
    ['000001', 'my-fedora', true],
    ['000001', 'exactly', true],
    ['000001', 'not exactly', false],
    ['000002', 'fedora-42', false],
    ['000002', 'rhel-9-nightly', true],
    ['000003', 'anything', true],
    ['000003', '', false],
    ['*', 'fedora-42', false],
    ['__proto__', 'fedora-42', false],
    ['constructor', 'fedora-42', false],
  ] as const) {
    it(`${allowed ? 'allows' : 'does not allow'} ${JSON.stringify(name)} to ${org}`, () => {
      expect(load(LIST).allows(org, name)).to.equal(allowed);
    });
  }

  // The results of Go's regexp.MatchString.
  for (const [pattern, name, matches] of [
    ['(?i)FEDORA', 'fedora-42', true],
    ['^fedora-\\d+$', 'fedora-42', true],
    ['^fedora-\\d+$', 'fedora-42\n', false],
    ['^fedora-[[:digit:]]{2}\\z', 'fedora-42', true],
    ['\\Qfedora.\\E', 'fedora-42', false],
    ['(?P<name>rhel|fedora)', 'fedora-42', true],
    ['fedora-\\x{34}2', 'fedora-42', true],
    ['fedora.4', 'fedora\n4', false],
    ['', 'fedora-42', true],
  ] as const) {
    it(`says that ${JSON.stringify(pattern)} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(name)}`, () => {
      expect(load({ '1': [pattern] }).allows('1', name)).to.equal(matches);
    });
  }

  it('returns the same result on every call', () => {
    const list = load({ '1': ['^fedora'] });
    for (const [name, allowed] of [
      ['fedora-42', true],
      ['rhel-9-nightly', false],
      ['fedora-42', true],
    ] as const) {
      expect(list.allows('1', name)).to.equal(allowed);
    }
  });

  it('may be empty', () => expect(load({}).allows('000000', 'x')).to.equal(false));

  for (const [title, content, problem] of [
    ['a list', [], 'must be an object'],
    ['null', 'null', 'must be an object'],
    ['a pattern that is no list', { a: [], '000001': 'fedora' }, '/000001: must be a list of regular expressions'],
    ['a pattern that is no text', { '*': [1] }, '/*: must be a list of regular expressions'],
    [
      'what is no regular expression',
      { '*': ['ok'], '000001': ['('] },
      '/000001: error parsing regexp: missing closing )',
    ],
    [
      'what only other engines know',
      { '*': ['(?=f)edora'] },
      '/*: error parsing regexp: invalid or unsupported Perl syntax',
    ],
    ['a repetition of excessive size', { '*': ['(f{1000}){1000}'] }, '/*: error parsing regexp: invalid repeat count'],
  ] as const) {
    it(`is refused for ${title}, naming the entry`, () => {
      expect(() => load(content)).to.throw(problem);
    });
  }
});
