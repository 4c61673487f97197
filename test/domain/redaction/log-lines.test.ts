import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  CENSOR,
  hideBindings,
  hideSecretFields,
  isSecretName,
  redactField,
  redactText,
} from '../../../src/domain/redaction/log-lines.ts';

const HEADERS = [
  ...['authorization', 'Proxy-Authorization', 'cookie', 'Set-Cookie', 'x-rh-identity', 'X-Fedora-Identity'],
] as const;

const OTHER_NAMES = ['user', 'tokenizer', 'cookies_allowed', 'identity_type', 'dsn_host', 'name'];

describe('a field of a log line', () => {
  for (const header of HEADERS) {
    it(`has no value of the header ${header}, in a list or as a member`, () => {
      expect(redactField(['Accept', 'a', header, 'private', 'Host', 'b'])).to.deep.equal([
        'Accept',
        'a',
        header,
        CENSOR,
        'Host',
        'b',
      ]);
      expect(redactField({ headers: { [header]: 'private' } })).to.deep.equal({ headers: { [header]: CENSOR } });
    });
  }

  it('keeps values of other headers, and of names that only contain one of a secret header', () => {
    for (const name of ['accept', 'authorization-mode', 'my-authorization', 'x-identity'])
      expect(redactField([name, 'open'])).to.deep.equal([name, 'open']);
  });

  it('keeps what reveals nothing: whether a secret is set, or that it is missing', () => {
    const field = { password: true, token: false, secret: null, cookie: undefined };
    expect(redactField(field)).to.deep.equal(field);
    expect(redactField(['authorization', null, 'cookie', undefined])).to.deep.equal([
      ...['authorization', null, 'cookie', undefined],
    ]);
  });

  it('keeps numbers, also those that JSON has as texts', () => {
    const number = JSON.rawJSON('18446744073709551615');
    expect(redactField({ size: 5, number })).to.deep.equal({ size: 5, number });
  });

  it('is what the value makes of itself for JSON', () => {
    expect(redactField({ at: new Date(0), of: { toJSON: () => ({ password: 'private' }) } })).to.deep.equal({
      at: '1970-01-01T00:00:00.000Z',
      of: { password: CENSOR },
    });
  });

  it('is censored below 32 levels', () => {
    const nested = (levels: number): unknown => (levels === 0 ? { end: 1 } : { in: nested(levels - 1) });
    expect(redactField(nested(31))).to.deep.equal(nested(31));
    expect(JSON.stringify(redactField(nested(32))))
      .to.contain(CENSOR)
      .and.not.contain('end');
  });

  it('is censored beyond 10,000 objects and lists', () => {
    const list = redactField(Array.from({ length: 10_000 }, () => ({}))) as unknown[];
    expect(list[9_998]).to.deep.equal({});
    expect(list[9_999]).to.equal(CENSOR);
  });

  it('is censored when it cannot be read', () => {
    const broken = {
      get name(): string {
        throw new Error('no');
      },
    };
    expect(redactField(broken)).to.equal(CENSOR);
  });
});

describe('fields with secret names', () => {
  const names = [
    ...['identity', 'authorization', 'cookie', 'cookies', 'password', 'passwd', 'passphrase', 'client_secret'],
    ...['id-token', 'credentials', 'activation-key', 'host_config_key', 'apiKey', 'accessKey', 'accessKeyId'],
    ...['private_key', 'secretKey', 'SENTRY_DSN', 'password_hash', 'passwordless', 'secretary'],
  ];
  for (const name of names) {
    it(`are censored: ${name}`, () => {
      expect(isSecretName(name)).to.equal(true);
      expect(hideSecretFields({ a: 1, [name]: 'private' })).to.deep.equal({ a: 1, [name]: CENSOR });
    });
  }

  it('are those that end in a word for a secret, or begin with one for a password', () => {
    for (const name of OTHER_NAMES) expect(isSecretName(name), name).to.equal(false);
  });

  it('are not copied without need, and are not changed in place', () => {
    const harmless = { a: 1, password: true };
    expect(hideSecretFields(harmless)).to.equal(harmless);
    const secret = { password: 'private' };
    hideSecretFields(secret);
    expect(secret.password).to.equal('private');
  });

  it('are censored in the bindings of a child logger', () => {
    const parent = { name: 'parent' };
    const create = hideBindings(function (this: typeof parent, bindings, options?: object) {
      return { ...this, ...bindings, ...options } as unknown as typeof parent;
    });
    expect(create.call(parent, { token: 'private', a: 1 }, { level: 'info' })).to.deep.equal({
      ...{ name: 'parent', token: CENSOR, a: 1, level: 'info' },
    });
  });
});

describe('a text of a log line', () => {
  const token = Buffer.from(JSON.stringify({ identity: { org_id: '1' } })).toString('base64');
  for (const [what, text, shown] of [
    ['an identity header', `header ${token} is wrong`, `header ${CENSOR} is wrong`],
    ['a bearer token', 'sent Bearer abc.def-123', `sent Bearer ${CENSOR}`],
    ['a basic credential', 'sent basic dXNlcjpwYXNz==', `sent basic ${CENSOR}`],
    ['the hash of a password', 'with $6$salt$hash/of.it here', `with ${CENSOR} here`],
    ['the excerpt of an error of JSON', '..."abc"... is not valid JSON', `${CENSOR} is not valid JSON`],
    ['the credentials of an address', 'from https://user:pass@host/x', `from https://${CENSOR}@host/x`],
    ['a quoted password', 'password: "a b c", more', `password: ${CENSOR}, more`],
    [
      'a quoted password of nested JSON',
      '{\\"password\\":\\"a b\\",\\"c\\":1}',
      `{\\"password\\":${CENSOR},\\"c\\":1}`,
    ],
    ['a truncated value', 'token="a b c', `token=${CENSOR}`],
    ['a word after a name', 'token=abc, more', `token=${CENSOR}, more`],
    ['an object of credentials', 'credentials: {"user": "a"} more', `credentials: ${CENSOR}`],
    ['the rest of a line', 'Cookie: a=b; c=d\nnext', `Cookie: ${CENSOR}\nnext`],
  ] as const) {
    it(`does not contain ${what}`, () => expect(redactText(text)).to.equal(shown));
  }

  it('keeps words that are part of a sentence', () => {
    for (const text of ['the basic checks', 'no token was sent', 'a secret is missing', 'costs $5$ or $6', 'is JSON'])
      expect(redactText(text)).to.equal(text);
  });
});
