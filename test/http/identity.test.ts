import type { OutgoingHttpHeaders } from 'node:http';
import { expect } from 'chai';
import type { RequestHandler } from 'express';
import { describe, it } from 'mocha';
import type { Client, Reply } from '../support/client.ts';
import { fedoraIdentityHeader, identityHeader } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');

const user = { type: 'User', org_id: '1', internal: { org_id: '1' }, account_number: '2' };

/** A refusal as gateways and clients know it: text, not the error list. */
const expectPlain = (reply: Reply, status: number, text: string): void => {
  expect([reply.status, reply.text]).to.deep.equal([status, `${text}\n`]);
  expect(reply.headers['content-type']).to.equal('text/plain; charset=utf-8');
  expect(reply.headers['x-content-type-options']).to.equal('nosniff');
};

const NOT_BASE64 = 'Bad Request: unable to b64 decode x-rh-identity header';
const NOT_JSON = 'Bad Request: x-rh-identity header is does not contain valid JSON';
const NO_ORG = 'Bad Request: x-rh-identity header has an invalid or missing org_id';

describe('the identity of the platform', () => {
  it('is required for every request', async () => {
    await using service = await startService();
    expectPlain(await service.anonymous.get('/version'), 401, 'Unauthorized: missing identity header');
  });

  const refused: Readonly<Record<string, [header: string, text: string]>> = {
    'no base64': ['no base64!', NOT_BASE64],
    'base64 of the other alphabet': [
      encode('{"identity":"???>>>"}').replaceAll('/', '_').replace('P', '-'),
      NOT_BASE64,
    ],
    'base64 without padding': [encode({ a: 1 }).replaceAll('=', '') + 'a', NOT_BASE64],
    'not JSON': [encode('{'), NOT_JSON],
    empty: ['', NOT_JSON],
    'a list': [encode([]), NOT_JSON],
    'a text': [encode('"x"'), NOT_JSON],
    'an organization that is a number': [encode({ identity: { ...user, org_id: 1 } }), NOT_JSON],
    'a user that is a text': [encode({ identity: { ...user, user: 'me' } }), NOT_JSON],
    'an entitlement that is a text': [
      encode({ identity: user, entitlements: { rhel: { is_entitled: 'yes' } } }),
      NOT_JSON,
    ],
    null: [encode(null), NO_ORG],
    'without identity': [encode({}), NO_ORG],
    'without organization': [encode({ identity: { ...user, org_id: '', internal: {} } }), NO_ORG],
    'an organization outside `internal` only': [encode({ identity: { ...user, internal: undefined } }), NO_ORG],
    'without type': [encode({ identity: { ...user, type: '' } }), 'Bad Request: x-rh-identity header is missing type'],
  };
  for (const [what, [header, text]] of Object.entries(refused)) {
    it(`is refused: ${what}`, async () => {
      await using service = await startService();
      expectPlain(await service.with({ 'x-rh-identity': header }).get('/version'), 400, text);
    });
  }

  it('is refused when it is sent twice', async () => {
    await using service = await startService();
    const reply = await service.with({ 'x-rh-identity': [identityHeader(), identityHeader()] }).get('/version');
    expectPlain(reply, 400, 'Bad Request: missing x-rh-identity header');
  });

  it('is refused to associates, in the form of every other error', async () => {
    await using service = await startService();
    for (const account_number of ['', '2']) {
      const header = encode({ identity: { ...user, type: 'Associate', account_number } });
      const reply = await service.with({ 'x-rh-identity': header }).get('/version');
      expect(reply).to.be.refused(400, "unsupported account type: 'Associate'");
    }
  });

  it('may be of any other type', async () => {
    await using service = await startService();
    for (const type of ['User', 'System', 'ServiceAccount', 'associate', 'X509']) {
      expect((await service.as({ type }).get('/version')).status, type).to.equal(200);
    }
  });

  /** Organization of the build that a caller sees. */
  const seesBuildOf = async (service: TestService, identity: object): Promise<number> => {
    const reply = await service.with({ 'x-rh-identity': encode({ identity }) }).get('/composes');
    return reply.body.meta.count;
  };

  it('belongs to the organization outside `internal`, and to the one inside where there is no other', async () => {
    await using service = await startService();
    await service.given.compose({ orgId: 'outer' });
    const internal = { org_id: 'inner' };
    expect(await seesBuildOf(service, { ...user, org_id: 'outer', internal })).to.equal(1);
    expect(await seesBuildOf(service, { ...user, org_id: 'inner', internal: { org_id: 'outer' } })).to.equal(0);
    expect(await seesBuildOf(service, { ...user, org_id: '', internal: { org_id: 'outer' } })).to.equal(1);
  });

  it('may use RHEL when it says so, and when it says nothing and has an account number', async () => {
    await using service = await startService();
    const seesRhel = async (document: object): Promise<boolean> => {
      const { body } = await service.with({ 'x-rh-identity': encode(document) }).get('/distributions');
      return body.some(({ name }: { name: string }) => name === 'rhel-9.6');
    };
    const rhel = (is_entitled: unknown) => ({ entitlements: { rhel: { is_entitled } } });
    expect(await seesRhel({ identity: user, ...rhel(true) })).to.equal(true);
    expect(await seesRhel({ identity: user, ...rhel(false) })).to.equal(false);
    expect(await seesRhel({ identity: user, ...rhel(null) })).to.equal(false);
    expect(await seesRhel({ identity: user, entitlements: { rhel: null } })).to.equal(false);
    expect(await seesRhel({ identity: user, entitlements: { rhel: {} } })).to.equal(false);
    expect(await seesRhel({ identity: user, entitlements: null })).to.equal(true);
    expect(await seesRhel({ identity: user, entitlements: { ansible: { is_entitled: false } } })).to.equal(true);
    expect(await seesRhel({ identity: user })).to.equal(true);
    expect(await seesRhel({ identity: { ...user, account_number: '' }, entitlements: {} })).to.equal(false);
    expect(await seesRhel({ identity: { ...user, account_number: undefined } })).to.equal(false);
  });

  it('is not that of Fedora', async () => {
    await using service = await startService();
    const reply = await service.with({ 'x-fedora-identity': fedoraIdentityHeader('me') }).get('/version');
    expectPlain(reply, 401, 'Unauthorized: missing identity header');
  });
});

describe('the development identity', () => {
  const context = { developmentIdentity: [identityHeader({ orgId: 'development' })] };

  const statusWith = async (service: TestService, headers: OutgoingHttpHeaders): Promise<number> =>
    (await service.anonymous.get('/version', { headers })).status;

  for (const host of ['localhost:8086', 'LOCALHOST', '127.0.0.1:8086', '127.9.8.7', '[::1]:8086', '[::1]']) {
    it(`is given to a request of this machine to ${host}`, async () => {
      await using service = await startService({ context });
      expect(await statusWith(service, { host })).to.equal(200);
    });
  }

  // By DNS rebinding, a page of another site sends requests to a loopback address, but with the name of its site.
  for (const host of [
    ...['attacker.example', 'attacker.example:8086', 'localhost.attacker.example', '127.0.0.1.attacker.example'],
    ...['localhost@attacker.example', 'my-localhost', '128.0.0.1', '10.0.0.1', '[::2]', '0.0.0.0'],
  ]) {
    it(`is refused to a request for the host "${host}"`, async () => {
      await using service = await startService({ context });
      expect(await statusWith(service, { host })).to.equal(401);
    });
  }

  for (const [name, value] of Object.entries({
    ...{ Forwarded: 'for=203.0.113.7', 'X-Forwarded-For': '127.0.0.1', 'x-forwarded-host': 'localhost' },
    ...{ 'X-Forwarded-Proto': 'https', 'X-Real-IP': '203.0.113.7', Via: '1.1 proxy' },
  })) {
    it(`is refused to a request that a proxy has forwarded: ${name}`, async () => {
      await using service = await startService({ context });
      expect(await statusWith(service, { [name]: value })).to.equal(401);
      expect(await statusWith(service, { [name]: value, 'x-rh-identity': identityHeader() })).to.equal(200);
    });
  }

  it('is refused to a peer on another machine', async () => {
    const peer = '203.0.113.7';
    const middleware: RequestHandler = (req, _res, next) => {
      Object.defineProperty(req.socket, 'remoteAddress', { value: peer });
      next();
    };
    await using service = await startService({ context, middleware: [middleware] });
    expect(await statusWith(service, { host: 'localhost' })).to.equal(401);
  });

  it('does not replace the identity that a request has', async () => {
    await using service = await startService({ context });
    await service.given.compose({ orgId: 'development' });
    const count = async (client: Client): Promise<number> => (await client.get('/composes')).body.meta.count;
    expect(await count(service.anonymous)).to.equal(1);
    expect(await count(service.as({ orgId: 'other' }))).to.equal(0);
    expectPlain(await service.with({ 'x-rh-identity': '' }).get('/version'), 400, NOT_JSON);
  });
});

describe('the identity of Fedora', () => {
  const env = { FEDORA_AUTH: 'true' };
  const NO_JSON = 'Identity header does not contain valid JSON';

  it('is the name of a user, who is an organization of one', async () => {
    await using service = await startService({ env });
    await service.given.compose({ orgId: 'me' });
    const count = async (name: string): Promise<number> =>
      (await service.with({ 'x-fedora-identity': fedoraIdentityHeader(name) }).get('/composes')).body.meta.count;
    expect(await count('me')).to.equal(1);
    expect(await count('you')).to.equal(0);
  });

  it('never has a subscription', async () => {
    await using service = await startService({ env });
    const { body } = await service.with({ 'x-fedora-identity': fedoraIdentityHeader('me') }).get('/distributions');
    expect(body.map(({ name }: { name: string }) => name)).to.deep.equal(['centos-9', 'hummingbird']);
  });

  it('is required, and the platform identity is no substitute', async () => {
    await using service = await startService({ env });
    expect(await service.anonymous.get('/version')).to.be.refused(400, 'Missing identity header');
    expect(await service.as().get('/nowhere')).to.be.refused(400, 'Missing identity header');
  });

  const refused: Readonly<Record<string, [header: string | string[], text: string]>> = {
    empty: ['', NO_JSON],
    'no base64': ['!', NO_JSON],
    'not JSON': [encode('{'), NO_JSON],
    'a user that is a number': [encode({ user: 1 }), NO_JSON],
    'without user': [encode({}), 'Identity does not contain a user'],
    'an empty user': [encode({ user: '' }), 'Identity does not contain a user'],
    'sent twice': [[fedoraIdentityHeader('a'), fedoraIdentityHeader('b')], 'Missing identity header'],
  };
  for (const [what, [header, text]] of Object.entries(refused)) {
    it(`is refused: ${what}`, async () => {
      await using service = await startService({ env });
      expectPlain(await service.with({ 'x-fedora-identity': header }).get('/version'), 400, text);
    });
  }
});
