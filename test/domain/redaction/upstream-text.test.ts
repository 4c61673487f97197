import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  redactUpstreamJson,
  redactUpstreamDocument,
  redactUpstreamText,
  redactLongUpstreamJson,
} from '../../../src/domain/redaction/upstream-text.ts';

const MARK = 'zQ7x';

/** A random secret of at least the minimum length. */
const secret = fc
  .tuple(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.string({ maxLength: 8 }))
  .map(([before, after]) => `${before}${MARK}${after}more`);

/** Requests with a secret in one of its places. */
const PLACES: Readonly<Record<string, (value: string) => unknown>> = {
  'a password': (value) => ({ customizations: { users: [{ name: 'u', password: value }] } }),
  'an activation key': (value) => ({ customizations: { subscription: { 'activation-key': value } } }),
  'an activation key, as composer calls it': (value) => ({
    customizations: { subscription: { activation_key: value } },
  }),
  'a host key': (value) => ({ customizations: { aap_registration: { host_config_key: value } } }),
  'the content of a file': (value) => ({ customizations: { files: [{ path: '/etc/token', data: value }] } }),
  'a configuration of Ignition': (value) => ({ customizations: { ignition: { embedded: { config: value } } } }),
};

/** Encodings in which a service repeats a secret. */
const ECHOES: Readonly<Record<string, (value: string, request: unknown) => string>> = {
  'in a sentence': (value) => `the value ${value} is not acceptable`,
  'in JSON': (_, request) => JSON.stringify(request),
  'in indented JSON': (_, request) => `Value:\n  ${JSON.stringify(request, null, 2)}`,
  'in JSON within JSON': (_, request) => JSON.stringify({ details: JSON.stringify(request) }),
  'in JSON as Go writes it': (_, request) =>
    JSON.stringify(request).replaceAll(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
  'in an argument of a shell': (value) => `curl --data-urlencode 'key=${value.replaceAll("'", `'\\''`)}' failed`,
  'in base64': (value) => `"data": "${Buffer.from(value).toString('base64')}"`,
  'in a form': (value) => `key=${encodeURIComponent(value)}&x=1`,
};

describe('the text of another service', () => {
  for (const [place, make] of Object.entries(PLACES)) {
    for (const [way, echo] of Object.entries(ECHOES)) {
      it(`is shown without ${place} that it repeats ${way}`, () => {
        fc.assert(
          fc.property(secret, (value) => {
            const request = make(value);
            const text = echo(value, request);
            if (way !== 'in base64') expect(text).to.contain(MARK);
            expect(redactUpstreamText(text, {}, request)).not.to.contain(MARK);
            const body = { reason: text, details: [text, { request }, { text }] };
            expect(JSON.stringify(redactUpstreamJson(body, request))).not.to.contain(MARK);
          }),
          { numRuns: 30 },
        );
      });
    }
  }

  it('is shown without credentials of an address, with or without the address', () => {
    const request = { payload_repositories: [{ baseurl: `https://user:${MARK}password@repo.test/x` }] };
    for (const text of [
      JSON.stringify(request),
      `user:${MARK}password was refused`,
      `not the password: ${MARK}password`,
    ]) {
      expect(redactUpstreamText(text, request)).not.to.contain(MARK);
    }
    expect(redactUpstreamText('cannot reach repo.test', request)).to.equal('cannot reach repo.test');
  });

  it('is shown without hashes of passwords and headers, whatever was sent', () => {
    const header = Buffer.from(JSON.stringify({ identity: { org_id: '1' } })).toString('base64');
    const text = `no user with $6$saltsaltsalt$hash/of.it or ${header}, Authorization: Bearer abcdefgh`;
    const shown = redactUpstreamText(text);
    for (const part of ['saltsalt', header, 'abcdefgh']) expect(shown).not.to.contain(part);
  });

  it('is not changed otherwise, even where a word equals a short secret', () => {
    const request = { users: [{ password: 'is' }], 'activation-key': 'reason', name: 'the name of it', data: 'no' };
    const body = {
      id: 24,
      reason: 'this is the reason',
      details: [null, true, 1.5, { name: 'the name of it', no: [] }],
    };
    expect(redactUpstreamJson(body, request)).to.deep.equal(body);
    expect(redactUpstreamText(body.reason, request)).to.equal(body.reason);
  });

  it('keeps numbers beyond 2^53', () => {
    const number = JSON.rawJSON('18446744073709551615');
    expect(JSON.stringify(redactUpstreamJson({ details: { size: number } }))).to.equal(
      '{"details":{"size":18446744073709551615}}',
    );
  });

  it('is censored below the maximum depth', () => {
    let details: unknown = MARK;
    for (let depth = 0; depth < 5_000; depth += 1) details = { details };
    expect(JSON.stringify(redactUpstreamJson(details, { password: 'long enough' }))).not.to.contain(MARK);
  });
});

describe('a long response of another service', () => {
  const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });

  it('is redacted like a short one, in every encoding of the secrets of the request', async () => {
    const [place, way] = [fc.constantFrom(...Object.values(PLACES)), fc.constantFrom(...Object.values(ECHOES))];
    await fc.assert(
      fc.asyncProperty(secret, place, way, json, async (value, make, echo, rest) => {
        const request = make(value);
        const text = echo(value, request);
        const body = { image_builds: [{ log: { os: [{ output: text }, { output: [text] }] }, request, rest }] };
        const shown = await redactLongUpstreamJson(body, {}, request);
        expect(shown).to.deep.equal(redactUpstreamJson(body, {}, request));
        const base64 = Buffer.from(value).toString('base64');
        for (const part of [MARK, base64]) expect(JSON.stringify(shown)).not.to.contain(part);
        const document = await redactUpstreamDocument(body, {}, request);
        expect(JSON.parse(document)).to.deep.equal(JSON.parse(JSON.stringify(shown)));
      }),
      { numRuns: 300 },
    );
  });

  it('is shown without credentials in an address, hashes of passwords and tokens, whatever was sent', async () => {
    for (const text of [
      'https://user:zQ7xpassword@mirror.test/x',
      'password: $6$saltzQ7x$hash',
      'Authorization: Bearer zQ7xabcdef',
    ]) {
      const body = { packages: [{ comment: text }], password: 'zQ7xplain' };
      expect(JSON.stringify(await redactLongUpstreamJson(body))).not.to.contain(MARK);
      expect(await redactUpstreamDocument(body)).not.to.contain(MARK);
    }
  });

  for (const prefix of ['$1$', '$2$', '$2a$', '$2b$', '$2x$', '$2y$', '$5$', '$6$', '$7$', '$y$', '$gy$']) {
    it(`is shown without hashes of passwords that begin with ${prefix}`, async () => {
      const document = { packages: [{ comment: `${prefix}zQ7x/salt.and$hash` }] };
      expect(await redactUpstreamDocument(document)).not.to.contain(MARK);
    });
  }

  it('stays byte for byte as a document without secrets', async () => {
    const document = {
      packages: [
        {
          name: 'passwd',
          comment: 'token = word; identity: {x}; the secret: of it',
          checksum: 'eyJhbGciOiJub25lIn0xyz',
        },
        { name: 'libsecret', SPDXID: 'SPDXRef-1', locator: 'pkg:rpm/centos/libsecret@1.0?arch=x86_64' },
      ],
    };
    const request = { customizations: { users: [{ name: 'u', password: 'something else' }] } };
    expect(await redactUpstreamDocument(document, request)).to.equal(JSON.stringify(document));
  });

  it('is redacted while the event loop serves other work', async () => {
    const texts = Array.from({ length: 100_000 }, (_, i) => `password of line ${i}`);
    let turns = 0;
    const turn = setInterval(() => (turns += 1), 0);
    try {
      await redactLongUpstreamJson(texts, { password: 'long enough' });
    } finally {
      clearInterval(turn);
    }
    expect(turns).to.be.greaterThan(0);
  });
});
