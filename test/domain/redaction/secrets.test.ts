import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import {
  redactCustomizations,
  redactRequest,
  redactRequestText,
  redactStatus,
  removeSecrets,
} from '../../../src/domain/redaction/secrets.ts';
import { HASH } from '../blueprints/support.ts';
import { parseStoredJson } from '../../../src/lib/json.ts';
import { composeRequest } from '../compose-requests/support.ts';

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

  it('may have members that the contract does not have', () => {
    expect(redactRequest({ older: 1 })).to.deep.equal({ older: 1 });
  });
});

const SECRET_FILES = [
  '/etc/systemd/system/register-satellite.service',
  '/usr/local/sbin/register-satellite',
  '/usr/local/sbin/aap-first-boot-reg',
];

describe('customizations for other organizations', () => {
  it('contain everything but secrets', () => {
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
    expect(removeSecrets(customizations)).to.deep.equal({
      ...kept,
      users: [{ name: 'u', ssh_key: 'k', hasPassword: true }],
      aap_registration: { ...registration, host_config_key: '' },
      files: [{ path: '/etc/motd', data: 'token' }],
    });
  });

  for (const path of SECRET_FILES) {
    it(`contain no list of files when ${path} was the only file`, () => {
      expect(removeSecrets({ files: [{ path }] })).to.deep.equal({});
    });
  }

  it('contain no added members', () => {
    expect(removeSecrets({})).to.deep.equal({});
  });
});

describe('the text of a stored request', () => {
  const redacted = (text: string): string => redactRequestText(parseStoredJson(text), text);
  const shown = (request: unknown): unknown => JSON.parse(redacted(JSON.stringify(request)));

  it('contains whether a user has a password, but not the password', () => {
    const users = [{ name: 'users', password: HASH }, { name: '"users"' }];
    expect(shown({ ...composeRequest(), customizations: { users, packages: ['users'] } })).to.deep.equal({
      ...composeRequest(),
      customizations: {
        users: [
          { name: 'users', hasPassword: true },
          { name: '"users"', hasPassword: false },
        ],
        packages: ['users'],
      },
    });
  });

  for (const [title, request, expected] of [
    ['a text', '\\"users\\"', '\\"users\\"'],
    ['a list', ['users', 1], ['users', 1]],
    ['one with customizations that are a text', { customizations: 'c', users: 1 }, { customizations: 'c', users: 1 }],
    ['one without customizations', { customizations: null, users: 1 }, { customizations: null, users: 1 }],
    ['one with users that are an object', { customizations: { users: { password: 'p' } } }, { customizations: {} }],
    ['one with users that are a number', { customizations: { users: 5 } }, { customizations: {} }],
    [
      'one with users that are texts',
      { customizations: { users: ['p', null, [1], { password: 'p' }] } },
      { customizations: { users: [{ hasPassword: true }] } },
    ],
  ] as const) {
    it(`contains no secret of a request of any shape: ${title}`, () => {
      expect(shown(request)).to.deep.equal(expected);
    });
  }

  it('stays as it is without users, and keeps integers of any length with them', () => {
    const text = '{"customizations": {"users": [], "disk": {"size": 18446744073709551615}}}';
    expect(redacted(text)).to.contain('18446744073709551615');
    expect(redacted('{ "a" : 1 }')).to.equal('{ "a" : 1 }');
  });
});

describe('the status of a compose', () => {
  const request = { customizations: { users: [{ name: 'u', password: HASH }] } };

  it('contains the error of composer without passwords', () => {
    const error = {
      id: 5,
      reason: `bad hash ${HASH}`,
      details: [{ user: { name: 'u', password: HASH } }, 'no space left'],
    };
    const status = { status: 'failure', error } as const;
    expect(redactStatus(status, { request })).to.deep.equal({
      status: 'failure',
      error: {
        id: 5,
        reason: 'bad hash [redacted]',
        details: [{ user: { name: 'u', password: '[redacted]' } }, 'no space left'],
      },
    });
  });

  it('contains the complete URL of an image', () => {
    const url = 'https://bucket.test/image?X-Amz-Credential=AKIA/x&X-Amz-Security-Token=abc&X-Amz-Signature=def';
    const upload = { status: 'success', type: 'aws.s3', options: { url } } as const;
    const status = { status: 'success', upload_status: upload } as const;
    expect(redactStatus(status, { request })).to.equal(status);
  });
});
