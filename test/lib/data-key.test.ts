import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createDataKey } from '../../src/lib/data-key.ts';
import { hasSecret, isSealed, openJson, sealValue, type IsSecret } from '../../src/lib/sealed-json.ts';
import { DecryptionError } from '../../src/lib/secret-box.ts';

const key = createDataKey(randomBytes(32));
const isSecret: IsSecret = (name) => name === 'secret';

describe('createDataKey', () => {
  it('opens every text that it has sealed, and shows nothing of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 4 }), fc.string(), (text, subject) => {
        const sealed = key.seal(text, subject);
        expect(key.open(sealed, subject)).to.equal(text);
        expect(isSealed(sealed)).to.equal(true);
        expect(sealed).to.match(/^~ibenc1\.[0-9a-f]{8}\.[\w-]+$/);
      }),
    );
  });

  it('seals the same text of the same subject alike, and every other text with another nonce', () => {
    const nonceOf = (sealed: string): string => sealed.split('.')[2]!.slice(0, 16);
    expect(key.seal('text', 's')).to.equal(key.seal('text', 's'));
    const nonces = [key.seal('text', 's'), key.seal('text!', 's'), key.seal('text', 'r')].map(nonceOf);
    // The end of a subject is not taken for the begin of a text.
    const bordering = [key.seal('b', 'a'), key.seal('', 'ab'), key.seal('ab', '')].map(nonceOf);
    expect(new Set([...nonces, ...bordering])).to.have.property('size', 6);
  });

  it('opens no text that was changed, or has another subject or key', () => {
    const sealed = key.seal('text', 's');
    // Not the last character, whose low bits belong to no byte.
    const at = sealed.length - 5;
    const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
    for (const text of ['', 'text', '~ibenc1..', sealed.slice(0, 20), changed])
      expect(() => key.open(text, 's'), text).to.throw(DecryptionError);
    expect(() => key.open(sealed, 'r')).to.throw(DecryptionError);
    expect(() => createDataKey(randomBytes(32)).open(sealed, 's')).to.throw(DecryptionError, 'data key');
  });
});

describe('sealed JSON', () => {
  const seal = (text: string): string => key.seal(text, 's');
  const open = (sealed: string): string => key.open(sealed, 's');

  it('contains no secret, and is opened to what it was', () => {
    const jsonWithSecrets = fc.letrec((tie) => ({
      value: fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(tie('value')), tie('object')),
      object: fc.record({ secret: tie('value'), other: tie('value') }),
    })).object;
    fc.assert(
      fc.property(jsonWithSecrets, (value) => {
        const sealed = sealValue(value, isSecret, seal);
        expect(hasSecret(sealed, (name, text) => isSecret(name, text) && !isSealed(text))).to.equal(false);
        expect(openJson(JSON.stringify(sealed), open)).to.equal(JSON.stringify(value));
      }),
    );
  });

  it('has the numbers and the empty texts of the value', () => {
    const value = { secret: '', list: [{ secret: ['a', 1, ''] }], large: JSON.rawJSON('18446744073709551615') };
    const text = JSON.stringify(sealValue(value, isSecret, seal));
    expect(text).to.match(
      /^\{"secret":"","list":\[\{"secret":\["~ibenc1\.[^"]+",1,""\]\}\],"large":18446744073709551615\}$/,
    );
  });

  it('is not opened within other texts', () => {
    const quoted = JSON.stringify({ text: `"${seal('x')}"`, part: `${seal('x')} ` });
    expect(openJson(quoted, open)).to.equal(quoted);
  });
});
