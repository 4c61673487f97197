// What is odd in a request is refused as the request's fault, or taken as it is: never answered as a failure of the service.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import nock from 'nock';
import type { Reply } from '../support/client.ts';
import { guestImageRequest } from '../support/given.ts';
import { ORG } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';
import { UPSTREAM_ENV } from '../support/upstreams.ts';
import { contractOperations } from './contract.ts';
import { giveObjects } from './organization.ts';
import { DISTRIBUTION_DETAILS, requestFor } from './recipes.ts';
import { secretCustomizations, type Secrets } from './secrets.ts';
import { operationOf } from './walk.ts';

/** Values as they stand in a URL. */
const RAW_VALUES: readonly string[] = [
  ...['%00', 'a%00b', '%', '%zz', '%c0%80', '%ed%a0%80', '%f0%9f', '%ff', '%2e%2e', '..%2f..%2fversion', '%2F', '%5C'],
  ...[
    '%0d%0aX-A:%20b',
    '%E2%80%AE',
    '%F0%9F%92%A9',
    'e%CC%81',
    ';',
    "'",
    '%22',
    '%27%20OR%201=1--',
    '%25s',
    '${1}',
    '{}',
  ],
  ...['-1', '-0', '1e3', '0x10', '1.0', '+%31', '%D9%A3', '%201', '1%20', 'NaN', 'Infinity', 'null', 'true', '[]'],
  ...['9007199254740993', '9223372036854775807', '9223372036854775808', '-9223372036854775809', '1'.repeat(400)],
  ...['urn:uuid:00000000-0000-0000-0000-000000000000', '{00000000-0000-0000-0000-000000000000}', 'x'.repeat(6_000)],
];

const expectNoFailure = (reply: Reply, context: string): void => {
  expect(reply.status, `${context}: ${reply.text.slice(0, 300)}`).to.be.below(500);
  if (reply.status >= 400) {
    expect(reply.body?.errors, context).to.be.an('array').with.length.above(0);
    expect(JSON.stringify(reply.body).isWellFormed(), context).to.equal(true);
  }
};

/** Every service takes what it is asked. */
const everythingWorks = (): void => {
  nock(UPSTREAM_ENV.COMPOSER_URL)
    .persist()
    .post(/compose$/)
    .optionally()
    .reply(201, () => ({ id: randomUUID() }));
  nock(UPSTREAM_ENV.COMPOSER_URL)
    .persist()
    .get(/composes\/[^/]+$/)
    .query(true)
    .optionally()
    .reply(200, { image_status: { status: 'building' }, status: 'pending' })
    .post(/depsolve/)
    .optionally()
    .reply(200, { packages: [] });
  nock(UPSTREAM_ENV.COMPOSER_URL)
    .persist()
    .get(/distributions/)
    .query(true)
    .optionally()
    .reply(200, DISTRIBUTION_DETAILS);
  // The build of which something is asked is over.
  nock(UPSTREAM_ENV.COMPOSER_URL)
    .persist()
    .get(/composes\/[0-9a-f-]{36}$/)
    .optionally()
    .reply(200, { image_status: { status: 'success' } });
  nock(UPSTREAM_ENV.COMPOSER_URL)
    .persist()
    .get(/sboms$/)
    .optionally()
    .reply(200, { items: [] });
  const contentSources = nock(UPSTREAM_ENV.CONTENT_SOURCES_URL).persist();
  contentSources.get('/repositories/').query(true).optionally().reply(200, { data: [] });
  contentSources.post('/snapshots/for_date/').optionally().reply(200, { data: [] });
};

describe('odd values of parameters', () => {
  for (const operation of contractOperations) {
    const parameters = operation.parameters.filter((parameter) => parameter.in !== 'header');
    if (parameters.length === 0) continue;
    it(`${operation.id}: are refused or accepted in every parameter`, async () => {
      await using service = await startService();
      everythingWorks();
      const objects = await giveObjects(service, ORG);
      const { method, target, body } = requestFor(operation, objects);
      const [path = '', search = ''] = target.split('?');
      for (const parameter of parameters) {
        for (const value of RAW_VALUES) {
          const segments = operation.path.split('/').map((segment, i) => {
            return segment === `{${parameter.name}}` ? value : (path.split('/')[i] ?? '');
          });
          const query = parameter.in === 'query' ? `${search}&${parameter.name}=${value}` : search;
          const address = `${segments.join('/')}?${query}`;
          // Another value of the same parameter would be validated first.
          const alone = address.replace(new RegExp(`([?&])${parameter.name}=[^&]*&(?=.*${parameter.name}=)`), '$1');
          expectNoFailure(await service.as().send(method, alone, body), `${parameter.name}=${value.slice(0, 60)}`);
        }
      }
      nock.cleanAll();
    });
  }
});

const PLAIN: Secrets = {
  ...{ password: '$6$salt$hash', hash: 'hash', activationKey: 'key', hostKey: 'key', registration: 'x', file: 'x' },
  ...{ ignition: 'x', credentials: 'x', option: 'x' },
};

/** A request with nearly every member that there is. */
const rich = () => ({
  distribution: 'centos-9',
  image_requests: [{ ...guestImageRequest, size: 10_737_418_240, snapshot_date: '2026-01-02', ostree: { ref: 'r' } }],
  customizations: {
    ...secretCustomizations(PLAIN),
    ...{ packages: ['nginx'], hostname: 'h', kernel: { name: 'k', append: 'a=1' }, fips: { enabled: false } },
    ...{ groups: [{ name: 'g', gid: 1 }], filesystem: [{ mountpoint: '/var', min_size: 1_048_576 }] },
    ...{
      directories: [{ path: '/opt/d', mode: '0755', user: 1, group: 'g' }],
      enabled_modules: [{ name: 'n', stream: 's' }],
    },
    ...{ locale: { languages: ['en'], keyboard: 'us' }, timezone: { timezone: 'UTC', ntpservers: ['n'] } },
    ...{ firewall: { ports: ['1:tcp'], services: { enabled: ['a'], disabled: ['b'] } } },
    ...{ services: { enabled: ['a'], disabled: ['b'], masked: ['c'] }, partitioning_mode: 'lvm' },
    ...{ openscap: { profile_id: 'p' }, cacerts: { pem_certs: ['c'] }, installer: { unattended: true } },
    ...{
      disk: { partitions: [{ fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' }] },
      fdo: { diun_pub_key_hash: 'x' },
    },
  },
});

type Path = readonly (string | number)[];

/** Where there are values in a document, and containers of values. */
const pathsOf = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'object' && value !== null
    ? [
        path,
        ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, Array.isArray(value) ? +key : key])),
      ]
    : [path];

const PLACEHOLDER = '<here>';

const withPlaceholder = (value: unknown, [key, ...rest]: Path): unknown => {
  if (key === undefined) return PLACEHOLDER;
  if (Array.isArray(value))
    return value.map((item, i) => (i === key ? withPlaceholder(item, rest) : (item as unknown)));
  const object = value as Record<string, unknown>;
  return { ...object, [key]: withPlaceholder(object[key], rest) };
};

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** Values as they stand in JSON. */
const JSON_VALUES: readonly string[] = [
  ...['null', 'true', '{}', '[]', '""', '[null]', '[[]]', '{"a":{}}', '0', '-0', '-1', '1.5', '1e2', '1e400', '1e-400'],
  ...[
    '9007199254740993',
    '18446744073709551615',
    '-9223372036854775809',
    '1'.repeat(400),
    `0.1${'0'.repeat(200_000)}1`,
  ],
  ...[
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\udc00x"',
    '{"\\u0000":1}',
    '{"\\ud800":1}',
    '"\\uffff"',
    '"\\u202e"',
  ],
  ...['"e\\u0301"', '"%s%n"', '"\'; DROP TABLE composes; --"', '"$(id)"', '"../../x"', `"${'x'.repeat(200_000)}"`],
  ...[nested(60), nested(100), nested(100_000), `{"a":`.repeat(60) + '1' + '}'.repeat(60), `"${'/'.repeat(200_000)}x"`],
  ...['{"__proto__":{"a":1}}', '{"constructor":1}', '{"toString":1}', `[${'1,'.repeat(20_000)}1]`, '"\\"\\\\"'],
];

describe('odd values in bodies', () => {
  const body = rich();
  const places = pathsOf(body);

  it('are tried in a body that is a valid one', async () => {
    await using service = await startService();
    everythingWorks();
    const { name, target, method } = { name: 'rich', ...requestFor(operationOf('createBlueprint'), anything(service)) };
    const reply = await service.as().send(method, target, { name, ...body });
    expect(reply.status, reply.text).to.equal(201);
    expect(places).to.have.length.above(100);
    nock.cleanAll();
  });

  for (const id of ['composeImage', 'createBlueprint', 'updateBlueprint'] as const) {
    it(`${id}: are refused or accepted in every member`, async () => {
      await using service = await startService();
      everythingWorks();
      const objects = await giveObjects(service, ORG);
      const { method, target } = requestFor(operationOf(id), objects);
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...places), fc.constantFrom(...JSON_VALUES), async (path, value) => {
          const names = id === 'composeImage' ? {} : { name: randomUUID() };
          const text = JSON.stringify(withPlaceholder({ ...names, ...body }, path)).replace(
            `"${PLACEHOLDER}"`,
            () => value,
          );
          const reply = await service.as().send(method, target, text);
          expectNoFailure(reply, `/${path.join('/')}: ${value.slice(0, 60)}`);
        }),
        { numRuns: 250 },
      );
      nock.cleanAll();
    });
  }
});

const anything = (service: TestService) => ({
  ...{ blueprint: '', compose: String(service.port), clone: '', name: 'rich' },
});

describe('passwords that would take too long to hash', () => {
  const TOO_MUCH: Readonly<Record<string, readonly object[]>> = {
    'one that is very long': [{ name: 'u', password: 'x'.repeat(1_000_000) }],
    'very many': Array.from({ length: 4_000 }, (_, i) => ({ name: `u${i}`, password: 'x' })),
  };
  for (const [what, users] of Object.entries(TOO_MUCH)) {
    for (const id of ['composeImage', 'createBlueprint', 'updateBlueprint'] as const) {
      it(`${id}: are refused: ${what}`, async () => {
        await using service = await startService();
        const { method, target, body } = requestFor(operationOf(id), await giveObjects(service, ORG));
        const reply = await service.as().send(method, target, { ...(body as object), customizations: { users } });
        expect(reply).to.be.refused(400, /^customizations\.users/);
      });
    }
  }
});

describe('names that look the same', () => {
  it('are different names, kept and found as they were written', async () => {
    await using service = await startService();
    const names = ['é', 'e\u0301', 'É', 'ﬁ', 'fi', 'a\u200b', 'a', 'А'];
    for (const name of names) {
      const created = await service.as().post('/blueprints', {
        name,
        distribution: 'centos-9',
        customizations: {},
        image_requests: [guestImageRequest],
      });
      expect(created.status, created.text).to.equal(201);
    }
    for (const name of names) {
      const { body } = await service.as().get(`/blueprints?name=${encodeURIComponent(name)}`);
      expect(body.data.map((item: { name: string }) => item.name)).to.deep.equal([name]);
    }
  });
});
