import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Logger } from 'pino';
import { createPinoLogger as createLogger } from '../../src/observability/logger.ts';

const config = { log: { level: 'trace', channel: null }, version: { commit: 'abcdef0', time: '' } } as const;

/** What a logger writes, as text and parsed. */
const logged = (write: (log: Logger) => void, options: { channel?: string } = {}) => {
  let text = '';
  const destination = { write: (line: string) => void (text += line) };
  const log = { ...config.log, ...options };
  write(createLogger({ ...config, log }, destination));
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { text, lines };
};

const SECRET_NAMES = [
  ...['authorization', 'Authorization', 'proxy-authorization', 'x-rh-identity', 'X-RH-IDENTITY', 'x-fedora-identity'],
  ...[
    'identity',
    'identityHeader_identity',
    'cookie',
    'set-cookie',
    'password',
    'PGPASSWORD',
    'password_hash',
    'passwd',
  ],
  ...[
    'token',
    'access_token',
    'refreshToken',
    'id-token',
    'secret',
    'clientSecret',
    'client_secret',
    'secretAccessKey',
  ],
  ...['activation-key', 'activation_key', 'activationKey', 'host_config_key', 'hostConfigKey', 'apiKey', 'private_key'],
  ...['accessKeyId', 'credentials', 'dsn', 'passphrase'],
];

const MARK = 'zQ7';

/** Values that no log may show, recognisable by a mark that nothing else has. */
const secret = fc.oneof(
  fc.string({ minLength: 1 }).map((text) => `${MARK}${text}`),
  fc.string().map((text) => ({ inner: `${MARK}${text}`, list: [MARK] })),
  fc.string().map((text) => [`${text}${MARK}`, { [MARK]: MARK }]),
);

const harmless = fc.oneof(
  fc.string().filter((text) => !text.includes(MARK)),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

/** Something to log that holds a secret under one of its names, at any depth. */
const holding = fc
  .tuple(
    fc.constantFrom(...SECRET_NAMES),
    secret,
    fc.array(fc.oneof(fc.constant('list'), fc.string({ minLength: 1, unit: 'grapheme-ascii' })), { maxLength: 12 }),
    harmless,
  )
  .map(([name, value, path, other]) => {
    const innermost: unknown = { other, [name]: value };
    return path.reduce<unknown>((inner, key) => (key === 'list' ? [other, inner] : { other, [key]: inner }), innermost);
  });

describe('the logger', () => {
  it('writes one JSON object per line, with time, level, host and build', () => {
    const { lines } = logged((log) => {
      log.info({ org_id: '000000' }, 'first');
      log.child({ trace_id: 'abc' }).warn('second');
    });
    expect(lines).to.have.length(2);
    expect(lines[0]).to.include({ level: 'info', msg: 'first', org_id: '000000', build_id: 'abcdef0' });
    expect(lines[0]).to.have.property('hostname').that.is.a('string');
    expect(new Date(lines[0]!['time'] as string).toISOString()).to.equal(lines[0]!['time']);
    expect(lines[1]).to.include({ level: 'warn', msg: 'second', trace_id: 'abc' });
  });

  it('adds the configured channel to every line', () => {
    expect(logged((log) => log.info('x')).lines[0]).not.to.have.property('channel');
    expect(logged((log) => log.child({}).info('x'), { channel: 'stage' }).lines[0]).to.include({ channel: 'stage' });
  });

  it('describes an error with its causes, without what its class carries besides', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 'ECONNREFUSED', request: { body: MARK } });
    const error = Object.assign(new Error('outer', { cause }), { sql: `SELECT '${MARK}'`, values: [MARK] });
    const { lines, text } = logged((log) => log.error({ err: error }, 'it failed'));
    expect(lines[0]!['err']).to.deep.include({ type: 'Error', message: 'outer' });
    expect(lines[0]!['err']).to.have.nested.property('cause.code', 'ECONNREFUSED');
    expect(lines[0]!['err']).to.have.nested.property('cause.type', 'TypeError');
    expect(lines[0]!['err']).to.have.property('stack').that.contains('logger.test.ts');
    expect(text).not.to.contain(MARK);
  });

  it('describes an error that is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    expect(logged((log) => log.error({ err: error })).lines).to.have.length(1);
  });
});

describe('redaction', () => {
  it('shows no secret, whatever its name, its form and its depth', () => {
    fc.assert(
      fc.property(holding, (value) => {
        const { text, lines } = logged((log) => log.error({ value }, 'a line'));
        expect(lines).to.have.length(1);
        expect(text).not.to.contain(MARK);
      }),
      { numRuns: 500 },
    );
  });

  it('holds for the bindings of child loggers', () => {
    fc.assert(
      fc.property(holding, (value) => {
        const { text, lines } = logged((log) => log.child({ value }).child({ value: { value } }).info('a line'));
        expect(lines).to.have.length(1);
        expect(text).not.to.contain(MARK);
      }),
    );
  });

  it('holds for lists of headers, in which the value follows the name', () => {
    const rawHeaders = ['Accept', '*/*', 'Authorization', MARK, 'x-rh-identity', MARK, 'Host', 'a'];
    const { text, lines } = logged((log) => log.info({ rawHeaders, entries: [['Cookie', MARK]] }));
    expect(text).not.to.contain(MARK);
    expect(lines[0]!['rawHeaders']).to.include.members(['Accept', '*/*', 'Host', 'a']);
  });

  const identity = Buffer.from(JSON.stringify({ identity: { org_id: MARK } })).toString('base64');
  const texts: Readonly<Record<string, string>> = {
    'a bearer token': `refused: Authorization: Bearer ${MARK}abcdef`,
    'basic credentials': `Basic ${Buffer.from(`user:${MARK}`).toString('base64')}1=`,
    'credentials in an address': `cannot reach postgresql://user:${MARK}@db.test:5432/x`,
    'credentials with reserved characters in an address': `amqp://user:a@b'${MARK}@db.test/x`,
    'a member of JSON': `{"user":"me","password":"${MARK}","x":1}`,
    'a member with escaped quotes': `{"password":"a\\"${MARK}"}`,
    'JSON within JSON': JSON.stringify({ body: JSON.stringify({ host_config_key: MARK }) }),
    'JSON that was cut off': `Unexpected end of input in {"activation-key":"${MARK}`,
    'an object': `{"identity": {"user": {"username": "${MARK}"}}}`,
    'a form': `grant_type=x&client_secret=${MARK}&scope=y`,
    'a header': `x-rh-identity: ${MARK} and more`,
    'a cookie': `Cookie: a=1; session=${MARK}`,
    'a number': `"token":${MARK}`,
    'an identity header': `cannot parse ${identity}`,
  };
  for (const [what, text] of Object.entries(texts)) {
    it(`takes ${what} out of texts: messages, errors and fields`, () => {
      const { text: output, lines } = logged((log) => {
        log.error({ err: new Error(text, { cause: new Error(text) }) }, text);
        log.info({ list: [{ text }] });
      });
      expect(lines).to.have.length(2);
      expect(output).not.to.contain(MARK);
      expect(output).not.to.contain(identity);
      expect(output).not.to.contain(Buffer.from(`user:${MARK}`).toString('base64'));
    });
  }

  it('leaves texts unchanged that only look like secrets', () => {
    const fields = {
      operation_id: 'getComposes',
      hasPassword: true,
      password: null,
      tokenUrl: 'https://sso.test/token',
      key: 'value',
      variables: ['SPLUNK_HEC_TOKEN', 'GLITCHTIP_DSN'],
      stack: 'at parse (src/domain/identity.ts:12:3)',
      text: 'Unexpected token < in JSON at position 4; basic settings; identity of nobody',
      email: 'mailto:someone@example.test',
      reason: 'composer did not answer token (request failed with status code 401)',
    };
    const { lines } = logged((log) => log.info(fields, 'the token service did not answer'));
    expect(lines[0]).to.deep.include({ ...fields, msg: 'the token service did not answer' });
  });

  it('takes long texts in reasonable time, whatever is in them', () => {
    const parts = [
      'password=',
      'bearer ',
      '://',
      'eyJ',
      'token\\\\',
      'secret:"\\',
      'identity',
      '"cookie":{',
      'basic a',
    ];
    for (const part of parts) {
      const { lines } = logged((log) => log.info(part.repeat(50_000)));
      expect(lines).to.have.length(1);
    }
  });

  it('hides values below the maximum depth', () => {
    let value: unknown = { text: MARK, token: 'x' };
    for (let depth = 0; depth < 5_000; depth += 1) value = { value };
    const { text, lines } = logged((log) => log.info({ value }));
    expect(lines).to.have.length(1);
    expect(text).not.to.contain(MARK);
  });
});
