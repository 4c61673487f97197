import { expect } from 'chai';
import { describe, it } from 'mocha';
import { adviceFor, suggestMember, suggestValue } from '../../src/contract/suggestions.ts';

const USER = ['name', 'groups', 'ssh_key', 'password', 'hasPassword'];

describe('a suggestion for an unknown name', () => {
  for (const [written, known, meant] of [
    ['key', USER, 'ssh_key'],
    ['SSH-Key', USER, 'ssh_key'],
    ['sshkey', USER, 'ssh_key'],
    ['gruops', USER, 'groups'],
    ['nmae', ['name', 'gid'], undefined],
    ['nmaes', ['names', 'gid'], 'names'],
    ['xyz', USER, undefined],
    ['', USER, undefined],
    ['a', USER, undefined],
    ['__proto__', USER, undefined],
    ['constructor', USER, undefined],
    ['image', ['image_name', 'image_type'], undefined],
    ['archi', ['architecture', 'size'], 'architecture'],
    ['x'.repeat(100_000), USER, undefined],
  ] as const) {
    it(`is ${String(meant)} for ${written.slice(0, 20)}`, () => {
      expect(suggestMember(written, known)).to.equal(meant);
    });
  }

  it('is one of the names that the object has', () => {
    expect(suggestMember('key', ['id', 'gpgkey'])).not.to.equal('ssh_key');
  });
});

describe('a suggestion for a value', () => {
  it('is the name of another tool, where it is allowed', () => {
    expect(suggestValue('amd64', ['x86_64', 'aarch64'])).to.equal('x86_64');
    expect(suggestValue('amd64', ['aarch64'])).to.equal(undefined);
  });

  it('is none for what is no text', () => {
    for (const value of [7, null, true, {}, []]) expect(suggestValue(value, ['x86_64', 7])).to.equal(undefined);
  });
});

describe('advice for an unknown name', () => {
  it('says what to do where there is no such name', () => {
    expect(adviceFor('dry-run')).to.include('POST /blueprints/validate');
    expect(adviceFor('toString')).to.equal(undefined);
  });
});
