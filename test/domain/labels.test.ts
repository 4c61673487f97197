import { expect } from 'chai';
import { describe, it } from 'mocha';
import { labelsToStore, parseLabel, refuseMalformedLabels, labelsMember, sortLabels } from '../../src/domain/labels.ts';

describe('the key of a label', () => {
  for (const key of ['a', 'team', 'A.b_c/d-e', '0', '__proto__', 'k'.repeat(63)]) {
    it(`may be ${key}`, () => {
      expect(() => refuseMalformedLabels(JSON.parse(JSON.stringify({ [key]: '' })))).not.to.throw();
    });
  }

  for (const [key, shown] of [
    ['', '/labels/"'],
    ['with space', '/labels/with space"'],
    ['colon:', '/labels/colon:"'],
    ['ü', '/labels/ü"'],
    ['line\n', '/labels/line\n"'],
    ['a/b~c d', '/labels/a~1b~0c d"'],
    ['k'.repeat(64), `/labels/${'k'.repeat(64)}"`],
    ['k'.repeat(5_000), `/labels/${'k'.repeat(100)}"`],
  ] as const) {
    it(`must not be ${key.slice(0, 70)}, and the error names it`, () => {
      expect(() => refuseMalformedLabels({ fine: '', [key]: 'value' })).to.throw(shown);
    });
  }
});

describe('labels', () => {
  it('are written as key and value with the first colon between them', () => {
    expect(parseLabel('team:web')).to.deep.equal({ key: 'team', value: 'web' });
    expect(parseLabel('url:http://x:1')).to.deep.equal({ key: 'url', value: 'http://x:1' });
    expect(parseLabel('empty:')).to.deep.equal({ key: 'empty', value: '' });
  });

  it('are sorted by key, and absent without labels', () => {
    expect(Object.keys(sortLabels({ b: '1', a: '2', B: '3' }))).to.deep.equal(['B', 'a', 'b']);
    expect(labelsMember({ a: '1' })).to.deep.equal({ labels: { a: '1' } });
    expect(labelsMember(null)).to.deep.equal({});
  });

  it('are stored as null when absent or empty', () => {
    expect([labelsToStore(undefined), labelsToStore({})]).to.deep.equal([null, null]);
    expect(labelsToStore({ a: '' })).to.deep.equal({ a: '' });
  });
});
