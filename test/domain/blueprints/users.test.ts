import { expect } from 'chai';
import { describe, it } from 'mocha';
import { hashRequestedUsers, mergeUsers, type RequestedUser, type User } from '../../../src/domain/blueprints/users.ts';
import { createPasswordHasher } from '../../../src/domain/passwords/password-hasher.ts';
import { HASH } from './support.ts';

const STORED: RequestedUser = { name: 'u', password: HASH, ssh_key: 'stored key' };

const hashed = async (users: readonly User[]): Promise<RequestedUser[]> => {
  await using passwords = createPasswordHasher({ perOrganization: 10 });
  return await hashRequestedUsers(passwords, '1', users);
};

describe('users of a blueprint', () => {
  describe('merging a requested user with the stored one', () => {
    for (const [what, requested, merged] of [
      ['takes both credentials as sent', { password: 'P', ssh_key: 'K' }, { password: 'P', ssh_key: 'K' }],
      ['keeps both when neither is sent', {}, { password: HASH, ssh_key: 'stored key' }],
      ['keeps the key when only a password is sent', { password: 'P' }, { password: 'P', ssh_key: 'stored key' }],
      ['keeps the password when only a key is sent', { ssh_key: 'K' }, { password: HASH, ssh_key: 'K' }],
      ['removes an empty password and keeps the key', { password: '' }, { ssh_key: 'stored key' }],
      ['removes an empty key and keeps the password', { ssh_key: '' }, { password: HASH }],
      ['removes both when both are empty', { password: '', ssh_key: '' }, {}],
      ['removes an empty key beside a new password', { password: 'P', ssh_key: '' }, { password: 'P' }],
      ['removes an empty password beside a new key', { password: '', ssh_key: 'K' }, { ssh_key: 'K' }],
    ] as const) {
      it(what, () => {
        expect(mergeUsers([{ name: 'u', ...requested }], [STORED])).to.deep.equal([{ name: 'u', ...merged }]);
      });
    }
  });

  describe('merging a requested user that is new', () => {
    for (const [what, requested, merged] of [
      ['takes what is sent', { password: 'P', ssh_key: 'K' }, { password: 'P', ssh_key: 'K' }],
      ['takes a user without credentials', {}, {}],
      ['drops what is empty', { password: '', ssh_key: '' }, {}],
    ] as const) {
      it(what, () => {
        for (const stored of [[], [{ ...STORED, name: 'U' }], [{ ...STORED, name: 'u ' }]]) {
          expect(mergeUsers([{ name: 'u', ...requested }], stored)).to.deep.equal([{ name: 'u', ...merged }]);
        }
      });
    }
  });

  it('takes everything but the credentials from the request', () => {
    const stored = [{ ...STORED, groups: ['wheel'] }];
    expect(mergeUsers([{ name: 'u', groups: ['users'] }], stored)).to.deep.equal([{ ...STORED, groups: ['users'] }]);
    expect(mergeUsers([{ name: 'u' }], stored)).to.deep.equal([STORED]);
  });

  it('drops users that are not requested and keeps the order of the request', () => {
    const stored = [STORED, { name: 'gone', password: HASH }, { name: 'w', ssh_key: 'k' }];
    expect(mergeUsers([{ name: 'w' }, { name: 'new' }, { name: 'u' }], stored)).to.deep.equal([
      { name: 'w', ssh_key: 'k' },
      { name: 'new' },
      STORED,
    ]);
  });

  it('uses the first of several stored users with one name', () => {
    const stored = [STORED, { name: 'u', password: 'second', ssh_key: 'second' }];
    expect(mergeUsers([{ name: 'u' }, { name: 'u' }], stored)).to.deep.equal([STORED, STORED]);
  });

  it('drops what earlier releases stored as empty', () => {
    expect(mergeUsers([{ name: 'u' }], [{ name: 'u', password: '', ssh_key: '' }])).to.deep.equal([{ name: 'u' }]);
  });

  describe('hashing', () => {
    it('makes SHA-512 hashes, each with a salt of its own', async () => {
      const users = await hashed([
        { name: 'a', password: 'hunter2' },
        { name: 'b', password: 'hunter2' },
      ]);
      for (const { password } of users) expect(password).to.match(/^\$6\$[a-zA-Z0-9./]{16}\$[a-zA-Z0-9./]{86}$/);
      expect(users[0]?.password).not.to.equal(users[1]?.password);
    });

    for (const hash of [HASH, '$5$x$y', '$2b$10$abc']) {
      it(`leaves ${hash} as it is`, async () => {
        expect(await hashed([{ name: 'u', password: hash }])).to.deep.equal([{ name: 'u', password: hash }]);
      });
    }

    it('tells empty from absent, and drops what the caller says of stored passwords', async () => {
      const users = [
        { name: 'a', password: '', hasPassword: true },
        { name: 'b', hasPassword: true, groups: ['wheel'] },
      ];
      expect(await hashed(users)).to.deep.equal([
        { name: 'a', password: '' },
        { name: 'b', groups: ['wheel'] },
      ]);
    });
  });
});
