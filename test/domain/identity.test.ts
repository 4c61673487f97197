import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fedoraIdentityReader, MAX_IDENTITY_HEADER, platformIdentityReader } from '../../src/domain/identity.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const encode = (document: unknown): string => base64(JSON.stringify(document));

const NO_BASE64 = { status: 400, text: 'Bad Request: unable to b64 decode x-rh-identity header', plain: true };
const NO_JSON = { status: 400, text: 'Bad Request: x-rh-identity header is does not contain valid JSON', plain: true };
const NO_ORG = { status: 400, text: 'Bad Request: x-rh-identity header has an invalid or missing org_id', plain: true };
const NO_TYPE = { status: 400, text: 'Bad Request: x-rh-identity header is missing type', plain: true };
const ASSOCIATE = { status: 400, text: "unsupported account type: 'Associate'", plain: false };

const IDENTITY = {
  ...{ type: 'User', account_number: '500000', org_id: '000000', internal: { org_id: '000001' } },
  user: { username: 'jane', email: 'jane@example.test', first_name: 'Jane' },
};
const READ = {
  ...{ orgId: '000000', accountNumber: '500000', email: 'jane@example.test', username: 'jane', type: 'User' },
  ...{ actor: 'jane', orgAdmin: false, entitled: true, statesEntitlement: true },
};

const platform = (document: unknown) => platformIdentityReader().read([encode(document)]);
const withIdentity = (members: object) => platform({ identity: { ...IDENTITY, ...members } });
const without = (...names: (keyof typeof IDENTITY)[]) =>
  platform({
    identity: Object.fromEntries(Object.entries(IDENTITY).filter(([name]) => !names.includes(name as never))),
  });

describe('the identity of a platform user', () => {
  const header = encode({ entitlements: { rhel: { is_entitled: true } }, identity: IDENTITY });

  it('is in the header x-rh-identity', () => expect(platformIdentityReader().header).to.equal('x-rh-identity'));

  it('is read with everything that matters, and the header is kept byte for byte', () => {
    expect(platformIdentityReader().read([header])).to.deep.equal({ identity: { ...READ, platformHeader: header } });
  });

  it('is the same when it is read again', () => {
    const reader = platformIdentityReader();
    expect(reader.read([header])).to.deep.equal(reader.read([header]));
  });

  it('has the organization that is stated twice from the outer place', () => {
    expect(withIdentity({ org_id: 'outer', internal: { org_id: 'inner' } })).to.have.nested.property(
      'identity.orgId',
      'outer',
    );
  });

  for (const org_id of ['', null, undefined]) {
    it(`has the organization from the inner place where the outer is ${JSON.stringify(org_id)}`, () => {
      expect(withIdentity({ org_id })).to.have.nested.property('identity.orgId', '000001');
    });
  }

  for (const user of [undefined, null, {}, { username: null, email: null }]) {
    it(`need not be a person: user ${JSON.stringify(user)}`, () => {
      expect(withIdentity({ user })).to.deep.nested.include({ 'identity.username': '', 'identity.email': '' });
    });
  }

  for (const type of ['User', 'System', 'ServiceAccount', 'X509', 'associate', 'anything']) {
    it(`may be of type ${type}`, () => expect(withIdentity({ type })).to.have.nested.property('identity.type', type));
  }

  const entitlements: readonly (readonly [
    title: string,
    entitlements: unknown,
    accountNumber: string,
    entitled: boolean,
  ])[] = [
    ['an entitlement to RHEL', { rhel: { is_entitled: true, is_trial: false } }, '', true],
    ['none', { rhel: { is_entitled: false } }, '500000', false],
    ['an entitlement that says nothing', { rhel: {} }, '500000', false],
    ['an entitlement that is null', { rhel: { is_entitled: null } }, '500000', false],
    ['entitlements to RHEL that are null', { rhel: null }, '500000', false],
    ['no word about RHEL and an account number', { ansible: { is_entitled: false } }, '500000', true],
    ['no word about RHEL and no account number', { ansible: { is_entitled: true } }, '', false],
    ['no entitlements and an account number', undefined, '500000', true],
    ['no entitlements and no account number', null, '', false],
  ];
  for (const [title, given, account_number, entitled] of entitlements) {
    it(`${entitled ? 'may' : 'may not'} use RHEL with ${title}`, () => {
      const document = { entitlements: given, identity: { ...IDENTITY, account_number } };
      expect(platform(document)).to.have.nested.property('identity.entitled', entitled);
    });
  }

  it('states its entitlement when that is true or false, and not when it follows from the account number', () => {
    const states = (given: unknown) => platform({ entitlements: given, identity: IDENTITY });
    for (const is_entitled of [true, false])
      expect(states({ rhel: { is_entitled } })).to.have.nested.property('identity.statesEntitlement', true);
    for (const given of [undefined, null, {}, { rhel: null }, { rhel: {} }, { rhel: { is_entitled: null } }])
      expect(states(given)).to.have.nested.property('identity.statesEntitlement', false);
  });

  it('need not have an account number', () => {
    expect(without('account_number')).to.have.nested.property('identity.accountNumber', '');
  });
});

/** A header of that many characters, which is a lot for an identity. */
const padded = (document: unknown, length: number): string => base64(JSON.stringify(document).padEnd((length / 4) * 3));

describe('a long header', () => {
  it('is accepted up to the limit', () => {
    const platformHeader = padded({ identity: IDENTITY }, MAX_IDENTITY_HEADER);
    const fedoraHeader = padded({ user: 'jane' }, MAX_IDENTITY_HEADER);
    expect(platformHeader).to.have.lengthOf(MAX_IDENTITY_HEADER);
    expect(platformIdentityReader().read([platformHeader])).to.have.nested.property('identity.orgId', '000000');
    expect(fedoraIdentityReader().read([fedoraHeader])).to.have.nested.property('identity.orgId', 'jane');
  });

  it('is rejected beyond the limit', () => {
    const tooLong = MAX_IDENTITY_HEADER + 4;
    for (const [reader, document] of [
      [platformIdentityReader(), { identity: IDENTITY }],
      [fedoraIdentityReader(), { user: 'jane' }],
    ] as const) {
      const text = `Bad Request: the ${reader.header} header is longer than 16384 bytes`;
      expect(reader.read([padded(document, tooLong)])).to.deep.equal({ refusal: { status: 400, text, plain: false } });
    }
  });
});

describe('an x-rh-identity header', () => {
  it('is required', () => {
    expect(platformIdentityReader().read([])).to.deep.equal({
      refusal: { status: 401, text: 'Unauthorized: missing identity header', plain: true },
    });
  });

  it('must not be repeated', () => {
    const header = encode({ identity: IDENTITY });
    expect(platformIdentityReader().read([header, header])).to.deep.equal({
      refusal: { status: 400, text: 'Bad Request: missing x-rh-identity header', plain: true },
    });
  });

  const spaced = base64('{"identity": {"type": "User", "org_id": "1", "internal": {"org_id": "1"}}} ');
  const values: readonly (readonly [title: string, value: string, refusal: object])[] = [
    ['not base64', 'not base64!', NO_BASE64],
    ['base64 without padding', 'e30', NO_BASE64],
    ['base64 with a blank', `${spaced.slice(0, 4)} ${spaced.slice(4)}`, NO_BASE64],
    ['base64 with a line break', `${spaced}\n`, NO_BASE64],
    [
      'base64 of the alphabet for addresses',
      base64('{"a":"???>>>"}').replaceAll('/', '_').replaceAll('+', '-'),
      NO_BASE64,
    ],
    ['empty', '', NO_JSON],
    ['no JSON', base64('{"identity": '), NO_JSON],
    ['JSON with something behind it', base64('{} x'), NO_JSON],
    ['a list', encode([IDENTITY]), NO_JSON],
    ['a text', encode('identity'), NO_JSON],
    ['a number', encode(5), NO_JSON],
    ['null', encode(null), NO_ORG],
    ['an empty object', encode({}), NO_ORG],
    ['an identity that is null', encode({ identity: null }), NO_ORG],
    ['an identity that is a text', encode({ identity: 'x' }), NO_JSON],
    ['entitlements that are a list', encode({ identity: IDENTITY, entitlements: [] }), NO_JSON],
    ['an entitlement that is a flag', encode({ identity: IDENTITY, entitlements: { rhel: true } }), NO_JSON],
    [
      'an entitlement that is a text',
      encode({ identity: IDENTITY, entitlements: { rhel: { is_entitled: 'true' } } }),
      NO_JSON,
    ],
  ];
  for (const [title, value, refusal] of values) {
    it(`is refused when it is ${title}`, () =>
      expect(platformIdentityReader().read([value])).to.deep.equal({ refusal }));
  }

  const members: readonly (readonly [title: string, members: object, refusal: object])[] = [
    ['an organization that is a number', { org_id: 1 }, NO_JSON],
    ['an inner organization that is a number', { internal: { org_id: 1 } }, NO_JSON],
    ['an inner part that is a text', { internal: '000000' }, NO_JSON],
    ['an account number that is a number', { account_number: 500000 }, NO_JSON],
    ['a type that is a list', { type: ['User'] }, NO_JSON],
    ['a user that is a text', { user: 'jane' }, NO_JSON],
    ['an email that is an object', { user: { email: {} } }, NO_JSON],
    ['no organization', { org_id: '', internal: { org_id: '' } }, NO_ORG],
    ['no inner organization', { internal: {} }, NO_ORG],
    ['no inner part', { internal: null }, NO_ORG],
    ['no type', { type: '' }, NO_TYPE],
    ['a type that is null', { type: null }, NO_TYPE],
    ['neither organization nor type: the organization is reported', { org_id: '', internal: null, type: '' }, NO_ORG],
    ['the type Associate', { type: 'Associate' }, ASSOCIATE],
    ['the type Associate without account number', { type: 'Associate', account_number: '' }, ASSOCIATE],
    [
      'the type Associate with nothing else',
      { type: 'Associate', account_number: null, org_id: null, internal: null },
      ASSOCIATE,
    ],
    [
      'the type Associate with an account number and no organization',
      { type: 'Associate', org_id: '', internal: {} },
      NO_ORG,
    ],
  ];
  for (const [title, given, refusal] of members) {
    it(`is refused with ${title}`, () => expect(withIdentity(given)).to.deep.equal({ refusal }));
  }

  it('is refused again when it was refused before', () => {
    const reader = platformIdentityReader();
    expect([reader.read(['!']), reader.read(['!'])]).to.deep.equal([{ refusal: NO_BASE64 }, { refusal: NO_BASE64 }]);
  });
});

describe('an administrator of the organization', () => {
  const isAdmin = (members: object): unknown => {
    const result = withIdentity(members);
    return 'identity' in result && result.identity.orgAdmin;
  };

  it('is a user whose identity says so', () => {
    expect(isAdmin({ user: { username: 'jane', is_org_admin: true } })).to.equal(true);
  });

  for (const [what, members] of [
    ['a user whose identity does not', { user: { username: 'jane', is_org_admin: false } }],
    ['a user of whom nothing is said', { user: { username: 'jane' } }],
    ['a user of whom it is said in another way', { user: { is_org_admin: 'true' } }],
    ['a user of whom it is said elsewhere', { is_org_admin: true, internal: { org_id: '1', is_org_admin: true } }],
    ['a service account', { type: 'ServiceAccount', user: { is_org_admin: true } }],
    ['a system', { type: 'System', user: { is_org_admin: true } }],
    ['a type that nobody knows yet', { type: 'user', user: { is_org_admin: true } }],
  ] as const) {
    it(`is not ${what}`, () => expect(isAdmin(members)).to.equal(false));
  }
});

describe('the name under which it is recorded who did something', () => {
  for (const [what, members, name] of [
    ['the name of a user', { user: { username: 'jane', email: 'jane@example.test' } }, 'jane'],
    ['the address of a user without name', { user: { email: 'jane@example.test' } }, 'jane@example.test'],
    ['the name of a service account', { user: null, service_account: { username: 'sa', client_id: 'id' } }, 'sa'],
    ['the client of a service account without name', { user: null, service_account: { client_id: 'id' } }, 'id'],
    ['the common name of a system', { user: null, system: { cn: 'host' } }, 'host'],
    ['nothing where there is no name', { user: null }, ''],
    ['nothing for names that are none', { user: null, service_account: { username: 7 }, system: 'x' }, ''],
    ['nothing for a name that cannot be stored', { user: null, service_account: { username: 'a\0b' } }, ''],
  ] as const) {
    it(`is ${what}`, () => expect(withIdentity(members)).to.have.nested.property('identity.actor', name));
  }
});

describe('the identity of a Fedora user', () => {
  const NOT_JSON = { status: 400, text: 'Identity header does not contain valid JSON', plain: true };
  const NO_USER = { status: 400, text: 'Identity does not contain a user', plain: true };

  it('is in the header x-fedora-identity', () => expect(fedoraIdentityReader().header).to.equal('x-fedora-identity'));

  for (const user of ['jane', 'jané 密', ' ']) {
    it(`is ${JSON.stringify(user)}, who owns what is stored, has no entitlement and nothing to be passed on`, () => {
      expect(fedoraIdentityReader().read([encode({ user, identity: IDENTITY })])).to.deep.equal({
        identity: {
          ...{
            orgId: user,
            accountNumber: '',
            email: '',
            username: user,
            actor: user,
            orgAdmin: true,
            type: '',
            entitled: false,
            statesEntitlement: false,
            platformHeader: null,
          },
        },
      });
    });
  }

  const refused: readonly (readonly [title: string, values: readonly string[], refusal: object])[] = [
    ['no header', [], { status: 400, text: 'Missing identity header', plain: false }],
    [
      'two headers',
      [encode({ user: 'a' }), encode({ user: 'a' })],
      { status: 400, text: 'Missing identity header', plain: true },
    ],
    ['an empty header', [''], NOT_JSON],
    ['no base64', ['jane'], NOT_JSON],
    ['no JSON', [base64('jane')], NOT_JSON],
    ['a text', [encode('jane')], NOT_JSON],
    ['null', [encode(null)], NOT_JSON],
    ['a user that is a number', [encode({ user: 5 })], NOT_JSON],
    ['no user', [encode({})], NO_USER],
    ['an empty user', [encode({ user: '' })], NO_USER],
  ];
  for (const [title, values, refusal] of refused) {
    it(`is refused for ${title}`, () => expect(fedoraIdentityReader().read(values)).to.deep.equal({ refusal }));
  }
});

describe('an identity that the database could not keep as it is', () => {
  const LOSSY: Readonly<Record<string, string>> = {
    'U+0000': '"a\\u0000b"',
    'half of a character': '"a\\ud800"',
    'the other half of a character': '"\\udc00a"',
  };
  for (const [what, literal] of Object.entries(LOSSY)) {
    for (const member of ['org_id', 'account_number', 'type']) {
      it(`is refused: ${member} with ${what}`, () => {
        const identity = JSON.stringify({ ...IDENTITY, [member]: '<here>' }).replace('"<here>"', literal);
        expect(platformIdentityReader().read([base64(`{"identity":${identity}}`)])).to.deep.equal({ refusal: NO_JSON });
      });
    }

    it(`is refused: a Fedora user with ${what}`, () => {
      const result = fedoraIdentityReader().read([base64(`{"user":${literal}}`)]);
      expect(result).to.have.nested.property('refusal.text', 'Identity header does not contain valid JSON');
    });
  }

  it('is refused when it is not UTF-8, which would make two organizations one', () => {
    for (const byte of [0xff, 0xfe, 0xc0]) {
      const bytes = Buffer.concat([
        Buffer.from('{"identity":{"type":"User","internal":{"org_id":"1"},"org_id":"a'),
        Buffer.from([byte]),
        Buffer.from('"}}'),
      ]);
      expect(platformIdentityReader().read([bytes.toString('base64')])).to.deep.equal({ refusal: NO_JSON });
    }
  });

  it('is refused when the organization is longer than what indexes take', () => {
    expect(withIdentity({ org_id: 'o'.repeat(1_000) })).to.have.property('identity');
    expect(withIdentity({ org_id: 'o'.repeat(1_001) })).to.deep.equal({ refusal: NO_ORG });
    expect(withIdentity({ org_id: 'ž'.repeat(501) })).to.deep.equal({ refusal: NO_ORG });
    const fedora = (user: string) => fedoraIdentityReader().read([encode({ user })]);
    expect(fedora('u'.repeat(1_000))).to.have.property('identity');
    expect(fedora('u'.repeat(1_001))).to.have.nested.property('refusal.text', 'Identity does not contain a user');
  });
});
