import { expect } from 'chai';
import { describe, it } from 'mocha';
import { verify } from 'unixcrypt';
import { refuseCostlyPasswords } from '../../../src/domain/passwords/costly-passwords.ts';
import { hashPassword } from '../../../src/domain/passwords/password-hash.ts';

const PASSWORDS = ['secret', ' ', 'pässwörd 密码', '$1$older$hash', '$6', 'a'.repeat(200)];
const HASHES = ['$6$salt$hash', '$5$salt$hash', '$2b$10$hash', '$6$'];

describe('passwords', () => {
  for (const password of PASSWORDS) {
    it(`"${password.slice(0, 20)}" becomes a SHA-512 hash that verifies it and nothing else`, () => {
      const hash = hashPassword(password);
      expect(hash).to.match(/^\$6\$[a-zA-Z0-9./]{16}\$[a-zA-Z0-9./]{86}$/);
      expect(verify(password, hash)).to.equal(true);
      expect(verify(`${password}x`, hash)).to.equal(false);
    });
  }

  for (const hash of HASHES) {
    it(`"${hash}" is a hash already and stays as it is`, () => {
      expect(hashPassword(hash)).to.equal(hash);
    });
  }

  it('get a new salt each time', () => {
    const salts = Array.from({ length: 20 }, () => hashPassword('secret').split('$')[2]);
    expect(new Set(salts).size).to.equal(salts.length);
    // So many salts contain nearly all 64 characters.
    expect(new Set(salts.join('')).size).to.be.greaterThan(40);
  });

  it('are refused when hashing them would take too long, naming the user', () => {
    const long = 'ž'.repeat(256);
    expect(() => refuseCostlyPasswords([{ password: 'x' }, { password: long }])).to.throw(
      'customizations.users[1].password must not be longer than 511 bytes',
    );
    const many = Array.from({ length: 101 }, () => ({ password: 'x' }));
    expect(() => refuseCostlyPasswords(many)).to.throw(/^customizations\.users must not have more than 100 passwords/);
  });

  it('are accepted up to that limit, and hashes in any number', () => {
    const many = Array.from({ length: 100 }, () => ({ password: 'x'.repeat(511) }));
    const hashes = Array.from({ length: 1_000 }, () => ({ password: `$6$${'x'.repeat(600)}` }));
    expect(() => refuseCostlyPasswords([...many, ...hashes, { password: '' }, {}])).not.to.throw();
  });
});
