import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createSecretBox, parseKeyRing, parseKeys, DecryptionError } from '../../src/lib/secret-box.ts';

const [one, two] = [randomBytes(32), randomBytes(32)];

describe('createSecretBox', () => {
  it('decrypts every text that it has encrypted', () => {
    const box = createSecretBox([one]);
    for (const text of ['', 'whsec_abc', 'čeština \u0000 💩', 'x'.repeat(10_000)]) {
      const sealed = box.encrypt(text, 'subject');
      expect(box.decrypt(sealed, 'subject')).to.equal(text);
      if (text !== '') expect(sealed).not.to.contain(text);
    }
  });

  it('encrypts the same text differently each time', () => {
    const box = createSecretBox([one]);
    expect(box.encrypt('text', 's')).not.to.equal(box.encrypt('text', 's'));
  });

  it('decrypts a text for its own subject only', () => {
    const box = createSecretBox([one]);
    expect(() => box.decrypt(box.encrypt('text', 'one'), 'another')).to.throw(DecryptionError);
  });

  it('refuses a text that was changed or encrypted with another key', () => {
    const box = createSecretBox([one]);
    const sealed = box.encrypt('text', 's');
    // Not the last character, whose low bits belong to no byte.
    const at = sealed.length - 5;
    const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
    for (const text of ['', 'text', '1..', `2${sealed.slice(1)}`, sealed.slice(0, 20), changed])
      expect(() => box.decrypt(text, 's'), text).to.throw(DecryptionError);
    expect(() => createSecretBox([two]).decrypt(sealed, 's')).to.throw(DecryptionError);
  });

  it('encrypts with a new first key, and decrypts texts of the old key', () => {
    const old = createSecretBox([one]).encrypt('text', 's');
    const box = createSecretBox([two, one]);
    expect(box.decrypt(old, 's')).to.equal('text');
    expect(createSecretBox([two]).decrypt(box.encrypt('text', 's'), 's')).to.equal('text');
  });
});

describe('parseKeyRing', () => {
  const text = (current: unknown, keys: unknown): string => JSON.stringify({ current, keys });
  const [first, second] = [one.toString('base64'), two.toString('base64')];

  it('returns the current key before the others', () => {
    const ring = parseKeyRing(text('2026-11', { '2026-01': first, '2026-11': second }));
    expect(ring).to.deep.equal([
      { id: '2026-11', key: two },
      { id: '2026-01', key: one },
    ]);
    const old = createSecretBox([ring[1]!]).encrypt('text', 's');
    const box = createSecretBox(ring);
    expect([box.decrypt(old, 's'), box.isCurrent(old), box.isCurrent(box.encrypt('text', 's'))]).to.deep.equal([
      ...['text', false, true],
    ]);
  });

  it('refuses a ring without its current key, and names or keys of another form, without repeating a key', () => {
    for (const wrong of [
      ...['', '{}', 'null', '[]', text('a', {}), text('b', { a: first }), text(undefined, { a: first })],
      ...[text('a', { a: first, b: 'x' }), text('a.b', { 'a.b': first }), text('a', { a: one.toString('hex') })],
      text('a', { a: [first] }),
    ]) {
      let message = '';
      try {
        parseKeyRing(wrong);
      } catch (error) {
        ({ message } = error as Error);
      }
      expect(message, wrong).not.to.equal('').and.not.to.include(first);
    }
  });
});

describe('parseKeys', () => {
  it('accepts lists of keys of 32 bytes only', () => {
    const [first, second] = [one.toString('base64'), two.toString('base64')];
    expect(parseKeys(first)).to.deep.equal([one]);
    expect(parseKeys(`${first}, ${second}`)).to.deep.equal([one, two]);
    for (const wrong of ['', 'x', `${first},`, randomBytes(31).toString('base64'), one.toString('hex'), `${first}x`])
      expect(parseKeys(wrong), wrong).to.equal(null);
  });
});
