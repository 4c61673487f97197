import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createSecretBox, parseKeys, DecryptionError } from '../../src/lib/secret-box.ts';

const [one, two] = [randomBytes(32), randomBytes(32)];

describe('a box for secrets', () => {
  it('gives back what was sealed, whatever that is', () => {
    const box = createSecretBox([one]);
    for (const text of ['', 'whsec_abc', 'čeština \u0000 💩', 'x'.repeat(10_000)]) {
      const sealed = box.encrypt(text, 'subject');
      expect(box.decrypt(sealed, 'subject')).to.equal(text);
      if (text !== '') expect(sealed).not.to.contain(text);
    }
  });

  it('seals the same text differently each time', () => {
    const box = createSecretBox([one]);
    expect(box.encrypt('text', 's')).not.to.equal(box.encrypt('text', 's'));
  });

  it('opens for the subject alone', () => {
    const box = createSecretBox([one]);
    expect(() => box.decrypt(box.encrypt('text', 'one'), 'another')).to.throw(DecryptionError);
  });

  it('opens nothing that was changed, and nothing that it did not seal', () => {
    const box = createSecretBox([one]);
    const sealed = box.encrypt('text', 's');
    const changed = `${sealed.slice(0, -1)}${sealed.endsWith('A') ? 'B' : 'A'}`;
    for (const text of ['', 'text', '1..', `2${sealed.slice(1)}`, sealed.slice(0, 20), changed])
      expect(() => box.decrypt(text, 's'), text).to.throw(DecryptionError);
    expect(() => createSecretBox([two]).decrypt(sealed, 's')).to.throw(DecryptionError);
  });

  it('takes a new key and opens what was sealed with the old one', () => {
    const old = createSecretBox([one]).encrypt('text', 's');
    const box = createSecretBox([two, one]);
    expect(box.decrypt(old, 's')).to.equal('text');
    expect(createSecretBox([two]).decrypt(box.encrypt('text', 's'), 's')).to.equal('text');
  });
});

describe('parseKeys', () => {
  it('reads keys of 32 bytes, and nothing else', () => {
    const [first, second] = [one.toString('base64'), two.toString('base64')];
    expect(parseKeys(first)).to.deep.equal([one]);
    expect(parseKeys(`${first}, ${second}`)).to.deep.equal([one, two]);
    for (const wrong of ['', 'x', `${first},`, randomBytes(31).toString('base64'), one.toString('hex'), `${first}x`])
      expect(parseKeys(wrong), wrong).to.equal(null);
  });
});
