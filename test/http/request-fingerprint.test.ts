import { hash } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { requestFingerprint } from '../../src/http/request-fingerprint.ts';

const SCOPE = '["000001","composeImage","a-key"]';
const withUsers = (...passwords: readonly string[]) => ({
  body: { customizations: { users: passwords.map((password, index) => ({ name: `user-${index}`, password })) } },
});

describe('the fingerprint of a request with an idempotency key', () => {
  it('is the same for the same request', async () => {
    for (const subject of [{ body: { distribution: 'centos-9' } }, withUsers('correct horse')]) {
      expect(await requestFingerprint(subject, SCOPE)).to.equal(
        await requestFingerprint(structuredClone(subject), SCOPE),
      );
    }
  });

  const DIFFERENT: readonly (readonly [string, unknown, unknown])[] = [
    ['another member', { body: { distribution: 'centos-9' } }, { body: { distribution: 'centos-10' } }],
    ['another password', withUsers('correct horse'), withUsers('correct house')],
    ['passwords that have changed places', withUsers('one', 'two'), withUsers('two', 'one')],
    ['what stands for a secret instead of one', withUsers('one'), withUsers('secret 1')],
    ['a password less', withUsers('one', 'two'), withUsers('one')],
  ];
  for (const [what, one, other] of DIFFERENT) {
    it(`is another one for ${what}`, async () => {
      expect(await requestFingerprint(one, SCOPE)).not.to.equal(await requestFingerprint(other, SCOPE));
    });
  }

  it('does not show under another key that a password is the same', async () => {
    const [one, other] = await Promise.all([
      requestFingerprint(withUsers('correct horse'), SCOPE),
      requestFingerprint(withUsers('correct horse'), '["000001","composeImage","another-key"]'),
    ]);
    expect(one.split('.')[1]).to.be.a('string').and.not.equal(other.split('.')[1]);
  });

  it('holds no quick hash of a password, by which it could be guessed', async () => {
    const subject = withUsers('correct horse');
    expect(await requestFingerprint(subject, SCOPE)).not.to.include(hash('sha256', JSON.stringify(subject), 'hex'));
  });
});
