import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fedoraIdentityReader, platformIdentityReader } from '../../../src/domain/identity.ts';
import { identityOf, toScheduleCaller } from '../../../src/domain/schedules/caller.ts';
import { fedoraIdentityHeader, identityHeader, type TestIdentity } from '../../support/identity.ts';

const read = (identity: TestIdentity) => {
  const result = platformIdentityReader().read([identityHeader(identity)]);
  if (!('identity' in result)) throw new Error('the identity of the test is none');
  return result.identity;
};

describe('the identity that a schedule builds with', () => {
  for (const given of [
    {},
    { entitled: false },
    { type: 'ServiceAccount', user: '', email: '' },
    { accountNumber: '' },
    { user: '' },
    { email: '' },
    { orgId: 'ünï', user: 'žofie' },
  ] as TestIdentity[]) {
    it(`is that of the caller who set it, read again from its own header: ${JSON.stringify(given)}`, () => {
      const original = read(given);
      const again = identityOf(original.orgId, toScheduleCaller(original), 'platform');
      // It builds, and administers nothing.
      const expected = { ...original, orgAdmin: false, platformHeader: again.platformHeader };
      expect(again).to.deep.include(expected);
      const result = platformIdentityReader().read([again.platformHeader ?? '']);
      expect(result).to.have.property('identity').that.deep.includes(expected);
    });
  }

  it('is kept without the header, and without anything else that was in it', () => {
    const original = read({});
    const kept = JSON.stringify(toScheduleCaller(original));
    expect(kept).not.to.contain(original.platformHeader);
    expect(Object.keys(toScheduleCaller(original))).to.have.members([
      ...['accountNumber', 'email', 'username', 'type', 'entitled'],
    ]);
  });

  it('has no header of the platform with Fedora identities', () => {
    const result = fedoraIdentityReader().read([fedoraIdentityHeader('jana')]);
    if (!('identity' in result)) throw new Error('the identity of the test is none');
    const expected = { ...result.identity, orgAdmin: false };
    expect(identityOf('jana', toScheduleCaller(result.identity), 'fedora')).to.deep.equal(expected);
  });
});
