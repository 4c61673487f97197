import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import { findMissing, omitCredentials, omitSecrets } from '../../../src/domain/redaction/omissions.ts';

const pem = (type: 'pkcs1' | 'pkcs8', cipher?: { cipher: string; passphrase: string }): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 1024,
    privateKeyEncoding: { type, format: 'pem', ...cipher },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;

const key43 = 'q'.repeat(43);
const KEYS: Readonly<Record<string, string>> = {
  'of RSA': pem('pkcs1'),
  'of PKCS 8': `# comment\n${pem('pkcs8')}`,
  'with a password': pem('pkcs8', { cipher: 'aes-256-cbc', passphrase: 'x' }),
  'of OpenSSH':
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----',
  'of OpenPGP': '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ==\n-----END PGP PRIVATE KEY BLOCK-----',
  'of PuTTY': 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none',
  'of age': '# created\nAGE-SECRET-KEY-1QQPQSAEPXXL',
  'of WireGuard': `[Interface]\nAddress = 10.0.0.1/24\nPrivateKey = ${key43}=\n`,
  'of a web key': JSON.stringify({ kty: 'EC', d: key43 }),
  'of Kubernetes': 'users:\n- user:\n    client-key-data: LS0tLS1CRUdJTiB\n',
};

const PUBLIC: readonly string[] = [
  ...[
    'hello',
    '',
    '#!/bin/sh\nexec nginx\n',
    'aGVsbG8gd29ybGQgaGVsbG8=',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample me@host',
  ],
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
  'proxy=https://proxy.example.test:3128\nmail=mailto:me@example.test\n',
];

const file = (data: string, path = '/etc/x') => ({ path, data });

describe('an export', () => {
  for (const [what, key] of Object.entries(KEYS)) {
    it(`leaves out a file with a private key ${what}, also in base64`, () => {
      for (const data of [key, Buffer.from(key).toString('base64'), `${Buffer.from(key).toString('base64')}\n`]) {
        const { value, omitted } = omitSecrets({ packages: ['vim'], files: [file('hello'), file(data, '/etc/key')] });
        expect(value).to.deep.equal({ packages: ['vim'], files: [file('hello')] });
        expect(omitted).to.deep.equal([
          {
            ...{ pointer: '/customizations/files/1', path: '/etc/key', reason: 'private_key' },
            detail: 'a file with what looks like a private key',
          },
        ]);
      }
    });
  }

  it('contains all other files', () => {
    const customizations = { files: PUBLIC.map((data, index) => file(data, `/etc/${index}`)) };
    expect(omitSecrets(customizations)).to.deep.equal({ value: customizations, omitted: [] });
  });

  it('contains addresses without user and password, and leaves out files with such addresses', () => {
    const secret = 'https://user:pass@host.test/x';
    const { value, omitted } = omitSecrets({
      payload_repositories: [{ rhsm: false, baseurl: secret }],
      custom_repositories: [{ id: 'a', baseurl: ['https://a.test', secret] }],
      ignition: { embedded: { config: `{"source": "${secret}"}` } },
      files: [file(`curl ${secret}`), file(Buffer.from(`curl ${secret}`).toString('base64'))],
    });
    expect(value).to.deep.equal({
      payload_repositories: [{ rhsm: false, baseurl: 'https://host.test/x' }],
      custom_repositories: [{ id: 'a', baseurl: ['https://a.test', 'https://host.test/x'] }],
      ignition: {},
    });
    expect(omitted.map(({ pointer }) => pointer)).to.have.members([
      ...['/customizations/payload_repositories/0/baseurl', '/customizations/custom_repositories/0/baseurl/1'],
      ...['/customizations/files/0', '/customizations/files/1', '/customizations/ignition/embedded'],
    ]);
  });

  it('lists everything that it has always left out', () => {
    const { omitted } = omitSecrets({
      users: [{ name: 'a' }, { name: 'b', password: 'hash' }],
      cacerts: { pem_certs: ['x'] },
      subscription: {
        ...{ organization: 1, 'activation-key': 'k', 'server-url': 's', 'base-url': 'b', insights: true },
      },
      aap_registration: { ansible_callback_url: 'https://aap.test', host_config_key: 'k' },
      files: [file('x', '/usr/local/sbin/register-satellite')],
    });
    expect(omitted.map(({ pointer, reason }) => [pointer, reason])).to.deep.equal([
      ['/customizations/users/1/password', 'password'],
      ['/customizations/cacerts', 'organization'],
      ['/customizations/subscription', 'registration'],
      ['/customizations/aap_registration/host_config_key', 'registration'],
      ['/customizations/files/0', 'registration'],
    ]);
  });

  it('removes credentials of any value, and keeps its numbers', () => {
    expect(omitCredentials('https://me:pass word@a.test/@b', '').value).to.equal('https://a.test/@b');
    expect(omitCredentials('https://a.test/x/@b', '').omitted).to.deep.equal([]);
    const value = { url: 'https://u:p@a.test', deep: [{ n: JSON.rawJSON('18446744073709551615') }], nothing: null };
    expect(JSON.stringify(omitCredentials(value, '').value)).to.equal(
      '{"url":"https://a.test","deep":[{"n":18446744073709551615}],"nothing":null}',
    );
  });
});

describe('an import', () => {
  const original: Customizations = {
    users: [{ name: 'b', password: 'hash' }],
    aap_registration: { ansible_callback_url: 'https://aap.test', host_config_key: 'k' },
    payload_repositories: [{ rhsm: false, baseurl: 'https://u:p@a.test' }],
    files: [file(KEYS['of age']!, '/etc/key')],
  };
  const { value, omitted } = omitSecrets(original);

  it('misses everything that the export left out and that is not filled in', () => {
    expect(findMissing({ customizations: value }, omitted)).to.deep.equal(omitted);
    expect(findMissing({ customizations: original }, omitted)).to.deep.equal([]);
    const users = [{ name: 'b', password: 'new' }];
    const missing = findMissing({ customizations: { ...value, users } }, omitted);
    expect(missing.map(({ reason }) => reason)).to.have.members(['registration', 'private_key', 'credentials']);
  });

  it('misses passwords and the host configuration key also without the list', () => {
    expect(findMissing({ customizations: value }, []).map(({ pointer }) => pointer)).to.deep.equal([
      ...['/customizations/users/0/password', '/customizations/aap_registration/host_config_key'],
    ]);
    expect(findMissing({ customizations: { users: [{ name: 'a', hasPassword: false }] } }, [])).to.deep.equal([]);
  });
});
