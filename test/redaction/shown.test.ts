import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Customizations } from '../../src/compose/types.ts';
import { redactCustomizations, redactRequest, withoutSecrets } from '../../src/redaction/shown.ts';
import { HASH } from '../blueprints/support.ts';
import { composeRequest } from '../compose/support.ts';

type User = NonNullable<Customizations['users']>[number];

const USERS: readonly (readonly [title: string, stored: User, shown: User])[] = [
  [
    'a hashed password',
    { name: 'u', password: '$6$a$b', ssh_key: 'k' },
    { name: 'u', ssh_key: 'k', hasPassword: true },
  ],
  ['an empty password', { name: 'u', password: '' }, { name: 'u', hasPassword: false }],
  ['no password', { name: 'u', groups: ['g'] }, { name: 'u', groups: ['g'], hasPassword: false }],
  ['a wrong claim to have one', { name: 'u', hasPassword: true }, { name: 'u', hasPassword: false }],
  ['a wrong claim to have none', { name: 'u', password: 'p', hasPassword: false }, { name: 'u', hasPassword: true }],
];

describe('a stored request', () => {
  for (const [title, stored, shown] of USERS) {
    it(`shows of a user with ${title} whether there is one, and no more`, () => {
      const customizations: Customizations = { users: [stored], packages: ['vim'] };
      expect(redactCustomizations(customizations)).to.deep.equal({ users: [shown], packages: ['vim'] });
      const request = { ...composeRequest(), customizations };
      expect(redactRequest({ ...request })).to.deep.equal({
        ...request,
        customizations: { users: [shown], packages: ['vim'] },
      });
      expect(customizations.users, 'the stored one is not changed').to.deep.equal([stored]);
    });
  }

  for (const more of [{}, { customizations: {} }, { customizations: { packages: ['vim'] } }]) {
    it(`without users is shown as it is (${JSON.stringify(more)})`, () => {
      expect(redactRequest({ ...composeRequest(), ...more })).to.deep.equal({ ...composeRequest(), ...more });
    });
  }

  it('may have more members than are known today', () => {
    expect(redactRequest({ older: 1 })).to.deep.equal({ older: 1 });
  });
});

const SECRET_FILES = [
  '/etc/systemd/system/register-satellite.service',
  '/usr/local/sbin/register-satellite',
  '/usr/local/sbin/aap-first-boot-reg',
];

describe('what is handed to others', () => {
  it('leaves secrets out and everything else in', () => {
    const kept = {
      ...{ packages: ['nginx'], hostname: 'h', openscap: { profile_id: 'p' }, kernel: { append: 'quiet' } },
      directories: [{ path: '/opt/x' }],
    };
    const registration = { ansible_callback_url: 'https://aap.test', tls_certificate_authority: 'PEM' };
    const files = [...SECRET_FILES, '/etc/motd'].map((path) => ({ path, data: 'token' }));
    const customizations = {
      ...kept,
      users: [{ name: 'u', password: HASH, ssh_key: 'k' }],
      cacerts: { pem_certs: ['PEM'] },
      subscription: {
        ...{ organization: 1, 'activation-key': 'key', 'server-url': 's', 'base-url': 'b', insights: true, rhc: true },
      },
      aap_registration: { ...registration, host_config_key: 'the key' },
      files,
    };
    expect(withoutSecrets(customizations)).to.deep.equal({
      ...kept,
      users: [{ name: 'u', ssh_key: 'k', hasPassword: true }],
      aap_registration: { ...registration, host_config_key: '' },
      files: [{ path: '/etc/motd', data: 'token' }],
    });
  });

  for (const path of SECRET_FILES) {
    it(`leaves out the list of files when it held only ${path}`, () => {
      expect(withoutSecrets({ files: [{ path }] })).to.deep.equal({});
    });
  }

  it('adds nothing', () => {
    expect(withoutSecrets({})).to.deep.equal({});
  });
});
