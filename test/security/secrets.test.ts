// No response has a secret unless the specification requires it, and no log line has any.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import nock from 'nock';
import { refusesUnknown } from '../../src/http/operation-traits.ts';
import type { Reply, RequestOptions } from '../support/client.ts';
import { blueprintBody, keyRing } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';
import { mockNoRepositories, UPSTREAM_ENV } from '../support/upstreams.ts';
import { contractOperations, type ContractOperation } from './contract.ts';
import { recipeOf, requestFor, type Objects } from './recipes.ts';
import {
  kindsIn,
  markOf,
  secretCustomizations,
  secretImageRequest,
  secretsArbitrary,
  SHOWN,
  type Kind,
  type Secrets,
} from './secrets.ts';
import { readTables } from './tables.ts';
import { operationOf } from './walk.ts';

/** Secrets of the process and of the request's headers. */
const PROCESS = 'zQ7processzQ7';
const CALLER = 'zQ7callerzQ7';
const TOKEN = `zQ7tokenzQ7.${'x'.repeat(40)}`;
const IDENTITY = identityHeader({ email: `${CALLER}@example.test` });

const HEADERS = {
  'x-rh-identity': IDENTITY,
  authorization: `Bearer ${CALLER}.${'x'.repeat(40)}`,
  cookie: `session=${CALLER}`,
} as const;

const ENV = {
  LOG_LEVEL: 'trace',
  COMPOSER_CLIENT_SECRET: `${PROCESS}composer`,
  RECOMMENDATIONS_CLIENT_SECRET: `${PROCESS}recommendations`,
  COMPOSER_TOKEN_URL: 'http://tokens.test/composer',
  RECOMMENDATIONS_TOKEN_URL: 'http://tokens.test/recommendations',
  // Failures of all kinds come one after the other: the breaker must not open.
  UPSTREAM_BREAKER_FAILURES: '0',
} as const;

const NEVER = [PROCESS, CALLER, TOKEN.slice(0, 20), IDENTITY.slice(0, 60)];

/** Every client gets a token. */
const givesTokens = (): void => {
  nock('http://tokens.test').persist().post(/./).optionally().reply(200, { access_token: TOKEN, expires_in: 900 });
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A body of the contract with the secrets put in wherever it is about images. */
const withSecrets = (body: unknown, secrets: Secrets): unknown =>
  isObject(body) && 'image_requests' in body
    ? { ...body, customizations: secretCustomizations(secrets), image_requests: [secretImageRequest(secrets)] }
    : body;

const send = (
  service: TestService,
  operation: ContractOperation,
  objects: Objects,
  secrets: Secrets,
  change: (body: unknown) => unknown = (body) => body,
  options: RequestOptions = {},
): Promise<Reply> => {
  const { method, target, body } = requestFor(operation, objects);
  const whole = change(withSecrets(body, secrets));
  // A query may contain anything, so it is no secret to check. Operations of this service refuse what they do not know.
  const search = refusesUnknown(operation.id) ? '' : `${target.includes('?') ? '&' : '?'}token=${CALLER}`;
  return service.with(HEADERS).send(method, `${target}${search}`, whole, options);
};

/** Hashes of passwords as they are stored. */
const storedHashes = async ({ sql }: TestService): Promise<string[]> => {
  const text = JSON.stringify(await readTables(sql));
  return [...new Set(text.match(/\$6\$[\w./]{16}\$[\w./]{20,}/g) ?? [])];
};

/** Fails for secrets that a response must not have. */
const refuseSecrets = (text: string, context: string, shown: readonly Kind[], hashes: readonly string[] = []): void => {
  expect(
    kindsIn(text).filter((kind) => !shown.includes(kind)),
    `${context}\n${text.slice(0, 2_000)}`,
  ).to.deep.equal([]);
  for (const secret of [...NEVER, ...hashes]) expect(text, context).not.to.contain(secret);
};

const refuseLogged = (service: TestService, hashes: readonly string[]): void => {
  expect(service.logs, 'there is a log').not.to.have.length(0);
  for (const line of service.logs) refuseSecrets(JSON.stringify(line), 'the log', [], hashes);
};

const rank = ({ method }: ContractOperation): number => ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].indexOf(method);

/** Reads first, deletions last, of blueprints after those of builds: every request meets what it is about. */
const inOrder = contractOperations.toSorted((a, b) => rank(a) - rank(b) || b.path.length - a.path.length);
/** Content sources knows no repository, unless a test mocks it otherwise. */
const contentSourcesKnowsNothing = (others: Iterable<string> = []): void => {
  if ([...others].includes(new URL(UPSTREAM_ENV.CONTENT_SOURCES_URL).origin)) return;
  mockNoRepositories();
};

/** A blueprint whose second version has the secrets, and a build of it, made through the API. */
const createObjects = async (service: TestService, secrets: Secrets): Promise<Objects> => {
  givesTokens();
  contentSourcesKnowsNothing();
  const name = `blueprint ${randomUUID()}`;
  const nothing = { blueprint: '', compose: '', name };
  const created = await send(service, operationOf('createBlueprint'), nothing, secrets, () => ({
    ...blueprintBody,
    name,
  }));
  expect(created.status, created.text).to.equal(201);
  const objects = { ...nothing, blueprint: String(created.body.id) };
  const updated = await send(service, operationOf('updateBlueprint'), objects, secrets);
  expect(updated.status, updated.text).to.equal(200);
  refuseSecrets(updated.text, 'updateBlueprint', []);
  await service.given.schedule(objects.blueprint);
  const compose = service.composer.accepts();
  const built = await send(service, operationOf('composeBlueprint'), objects, secrets);
  expect(built.status, built.text).to.equal(201);
  // An image that can be cloned, with all of its options.
  await service.sql.query(
    `UPDATE composes SET request = jsonb_set(request, '{image_requests,0}', jsonb_set(
      (request #> '{image_requests,0}') - 'ostree' || '{"image_type": "aws"}', '{upload_request}',
      jsonb_build_object('type', 'aws', 'options',
        request #> '{image_requests,0,upload_request,options}' || '{"share_with_accounts": ["123456789012"]}')
    )) WHERE job_id = $1`,
    [compose],
  );
  const clone = await service.given.clone({ composeId: compose });
  const webhook = await service.given.webhook();
  return { ...objects, compose, clone, webhook, delivery: await service.given.delivery(webhook) };
};

/** The objects of a request: a completed compose cannot be cancelled. */
const objectsFor = async ({ id }: ContractOperation, objects: Objects, { given }: TestService): Promise<Objects> =>
  id === 'cancelCompose' ? { ...objects, compose: await given.compose() } : objects;

const checkSuccesses = (encryptionKeys: object | undefined, isStored: (tables: string) => void) => async () => {
  await fc.assert(
    fc.asyncProperty(secretsArbitrary, async (secrets) => {
      nock.cleanAll();
      await using service = await startService({ env: ENV, encryptionKeys });
      const objects = await createObjects(service, secrets);
      const answers: [ContractOperation, string][] = [];
      for (const operation of inOrder) {
        const own = await objectsFor(operation, objects, service);
        recipeOf(operation).upstreams?.(service, own);
        const creating = { ...own, name: operation.id === 'createBlueprint' ? 'another' : own.name };
        const reply = await send(service, operation, creating, secrets);
        expect(reply.status, `${operation.id}: ${reply.text}`).to.equal(operation.success);
        answers.push([operation, reply.text]);
      }
      const hashes = await storedHashes(service);
      if (!encryptionKeys) expect(hashes, 'passwords are stored as hashes').not.to.have.length(0);
      for (const [{ id }, text] of answers) {
        const shown = SHOWN[id] ?? [];
        refuseSecrets(text, id, shown, hashes);
        expect(kindsIn(text), `${id} shows what it should`).to.have.members([...shown]);
      }
      isStored(JSON.stringify(await readTables(service.sql)));
      refuseLogged(service, hashes);
    }),
    { numRuns: 3 },
  );
};

describe('secrets of requests', () => {
  it(
    'come out of no operation that succeeds, but where they are edited, and never of the log',
    checkSuccesses(undefined, (tables) => {
      expect(kindsIn(tables), 'what is stored').to.include('hash').and.not.to.include('password');
    }),
  );

  it(
    'come out of the same operations where they are encrypted, and are not in the database',
    checkSuccesses(keyRing('a'), (tables) => {
      expect(kindsIn(tables), 'what is stored').to.deep.equal([]);
    }),
  );
});

const METHODS = ['get', 'post', 'delete'] as const;

const COMPOSER = new URL(UPSTREAM_ENV.COMPOSER_URL).origin;

/** Every service but the one for tokens. */
const origins: ReadonlySet<string> = new Set(
  Object.entries(UPSTREAM_ENV)
    .filter(([name, value]) => value.startsWith('http') && !name.endsWith('TOKEN_URL'))
    .map(([, value]) => new URL(value).origin),
);

/** Every service responds, without secrets. */
const answering = (): void => {
  for (const origin of origins) {
    for (const method of METHODS) nock(origin).persist()[method](/./).optionally().reply(200, {});
  }
};

/** What is wrong with a body, each with the status of the refusal. */
const SPOILT: Readonly<
  Record<string, readonly [status: number, (text: string, mark: string) => unknown, RequestOptions?]>
> = {
  'that breaks off within the secret': [400, (text, mark) => text.slice(0, text.indexOf(mark) + 6)],
  'that breaks off behind the secret': [400, (text, mark) => text.slice(0, text.indexOf(mark) + mark.length + 2)],
  'with something between secret and quote': [400, (text, mark) => text.replace(mark, `${mark}" x`)],
  'with an escape that is none': [400, (text, mark) => text.replace(mark, `${mark}\\q`)],
  'whose secret is not quoted': [400, (text, mark) => text.replace(new RegExp(`"[^"]*${mark}`), mark)],
  'whose secret is a list': [400, (text, mark) => text.replace(new RegExp(`"([^"]*${mark}[^"]*)"`), '["$1"]')],
  'whose secret is an object': [400, (text, mark) => text.replace(new RegExp(`"([^"]*${mark}[^"]*)"`), '{"a":"$1"}')],
  'whose secret cannot be stored': [400, (text, mark) => text.replace(mark, `${mark}\\u0000`)],
  'that is not UTF-8': [400, (text, mark) => Buffer.from(text.replace(mark, `${mark}ÿ`), 'latin1')],
  'of another media type': [415, (text) => text, { headers: { 'content-type': 'text/plain' } }],
  'with a member too many': [400, (text) => text.replace('{', '{"unknown": 1, ')],
};

/** Bodies that break rules of blueprints, or cannot be built. */
const BROKEN_RULES: readonly object[] = [
  { users: [{ name: ' ' }] },
  { files: [{ path: 'relative', mode: '100644' }] },
  { aap_registration: { ansible_callback_url: 'a\nb' } },
  { files: [{ path: '/etc/company/token', data_encoding: 'base64' }] },
];

/** Merges lists by position, so that the secrets stay where they are. */
const merge = (one: unknown, other: unknown): unknown => {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.map((item, i) => (i in other ? merge(item, other[i]) : (item as unknown)));
  }
  if (!isObject(one) || !isObject(other)) return other;
  return { ...one, ...Object.fromEntries(Object.entries(other).map(([key, value]) => [key, merge(one[key], value)])) };
};

/** Secrets without characters that the text of a body treats specially: spoiling it means to find them there. */
const simple = Object.fromEntries(
  // Addresses have no spaces.
  Object.keys(fc.sample(secretsArbitrary, 1)[0] ?? {}).map((kind) => [kind, `simple-zQ7${kind}zQ7-secret`]),
) as Secrets;

const TAKING_IMAGES = ['composeImage', 'createBlueprint', 'updateBlueprint', 'validateBlueprint'];
const takingImages = inOrder.filter(({ id }) => TAKING_IMAGES.includes(id));

/** What a check of a blueprint tells, instead of refusing it. */
const FOUND: ReadonlySet<string> = new Set([
  ...['whose secret is a list', 'whose secret is an object', 'with a member too many'],
]);

const statusFor = ({ id }: ContractOperation, what: string, status: number): number =>
  id === 'validateBlueprint' && FOUND.has(what) ? 200 : status;

/** Whether something is refused, or said to be wrong. */
const isFaulted = ({ status, body }: Reply): boolean => status >= 400 || (body as { valid?: unknown }).valid === false;

describe('secrets of requests that are refused', () => {
  it('are in the bodies of all operations that take images', () => {
    const found = inOrder.filter((operation) => {
      const { body } = requestFor(operation, { blueprint: 'b', compose: 'c', clone: 'k', name: 'n' });
      return kindsIn(JSON.stringify(withSecrets(body, simple)) ?? '').length > 0;
    });
    expect(found).to.have.members(takingImages);
  });

  for (const operation of takingImages) {
    it(`${operation.id}: are not in the response and the log when the body is malformed around them`, async () => {
      await using service = await startService({ env: ENV });
      const objects = await createObjects(service, simple);
      answering();
      const body = JSON.stringify(withSecrets(requestFor(operation, objects).body, simple));
      for (const [what, [status, spoil, options]] of Object.entries(SPOILT)) {
        for (const kind of kindsIn(body)) {
          const reply = await send(service, operation, objects, simple, () => spoil(body, markOf(kind)), options);
          // Upload options may hold anything.
          if (kind !== 'option')
            expect(reply.status, `${kind}, ${what}: ${reply.text}`).to.equal(statusFor(operation, what, status));
          refuseSecrets(reply.text, `${kind}, ${what}`, []);
        }
      }
      refuseLogged(service, await storedHashes(service));
    });

    it(`${operation.id}: are not in the response and the log when a rule is violated, or an image cannot be built`, async () => {
      await using service = await startService({ env: ENV });
      const objects = await createObjects(service, simple);
      let refusals = 0;
      for (const customizations of BROKEN_RULES) {
        service.composer.post('/compose').optionally().reply(400, { id: '24', reason: 'no' });
        const reply = await send(service, operation, { ...objects, name: 'other' }, simple, (body) =>
          merge(body, { customizations }),
        );
        refusals += isFaulted(reply) ? 1 : 0;
        refuseSecrets(reply.text, JSON.stringify(customizations), []);
      }
      expect(refusals).to.be.greaterThan(1);
      refuseLogged(service, await storedHashes(service));
    });
  }
});

interface Echo {
  readonly status: number;
  readonly body: (echo: string, value: unknown) => string | object;
}

/** Ways in which services fail, repeating what they know. */
const ECHOES: Readonly<Record<string, Echo>> = {
  'in words': { status: 500, body: (echo) => `cannot process ${echo}` },
  'in JSON': { status: 500, body: (_, value) => ({ request: value }) },
  'as not found': { status: 404, body: (_, value) => ({ kind: 'Error', request: value }) },
  'as forbidden': { status: 403, body: (echo) => `you may not ${echo}` },
  'as faulty, in a reason that callers receive': { status: 400, body: (echo) => ({ id: '24', reason: echo }) },
  'as a refusal with details': {
    status: 400,
    body: (echo, value) => ({ id: '1', reason: echo, details: [value, echo] }),
  },
  'as a refusal with a text for details': { status: 400, body: (echo) => ({ id: '30', reason: 'no', details: echo }) },
  'as success that is not JSON': { status: 200, body: (echo) => `{"x": ${echo}` },
  'as success of another shape': { status: 200, body: (echo, value) => ({ data: echo, echo: value, packages: echo }) },
  'as the failure of a build': {
    status: 200,
    body: (echo, value) => ({
      status: 'failure',
      image_status: {
        status: 'failure',
        error: { id: 5, reason: echo, details: [{ id: 10, reason: echo, details: { request: value, log: [echo] } }] },
      },
    }),
  },
};

/** Services answer with what they were sent, and with the build as well that composer was sent before. */
const echoing = ({ status, body }: Echo, composed: unknown, services: Iterable<string>): void => {
  for (const origin of services) {
    for (const method of METHODS) {
      nock(origin)
        .persist()
        [method](/./)
        .optionally()
        .reply(status, async (request: Request) => {
          const sent = await request.text();
          const { pathname, search } = new URL(request.url);
          const value = {
            ...{ headers: Object.fromEntries(request.headers), path: pathname + search, composed },
            body: sent === '' ? null : (JSON.parse(sent) as unknown),
          };
          return body(JSON.stringify(value), value);
        });
    }
  }
};

describe('secrets that other services repeat', () => {
  for (const [how, echo] of Object.entries(ECHOES)) {
    it(`come out of no operation, and not of the log: ${how}`, async () => {
      await fc.assert(
        fc.asyncProperty(secretsArbitrary, async (secrets) => {
          nock.cleanAll();
          await using service = await startService({ env: ENV });
          const objects = await createObjects(service, secrets);
          const composed = service.composer.requests[0];
          expect(kindsIn(JSON.stringify(composed)))
            .to.include('hash')
            .and.to.include('activationKey');
          const hashes = await storedHashes(service);
          for (const operation of inOrder) {
            // Composer is asked last: the others have to succeed for it to be asked at all.
            for (const services of [[COMPOSER], origins]) {
              nock.cleanAll();
              givesTokens();
              contentSourcesKnowsNothing(services);
              echoing(echo, composed, services);
              answering();
              const name = operation.id === 'createBlueprint' ? randomUUID() : objects.name;
              const reply = await send(service, operation, { ...objects, name }, secrets);
              const shown = reply.status < 300 ? (SHOWN[operation.id] ?? []) : [];
              refuseSecrets(reply.text, `${operation.id}: ${reply.status}`, shown, hashes);
            }
          }
          refuseLogged(service, await storedHashes(service));
          nock.cleanAll();
        }),
        { numRuns: 2 },
      );
    });
  }

  it('come out of no operation when tokens are refused with the credentials', async () => {
    await using service = await startService({ env: ENV });
    nock('http://tokens.test')
      .persist()
      .post(/./)
      .reply(401, async (request: Request) => `refused: ${await request.text()}`);
    answering();
    const objects: Objects = {
      ...{ blueprint: randomUUID(), clone: randomUUID(), name: 'n' },
      compose: await service.given.compose(),
    };
    for (const operation of inOrder) {
      const reply = await send(service, operation, objects, simple);
      refuseSecrets(reply.text, operation.id, reply.status < 300 ? (SHOWN[operation.id] ?? []) : []);
    }
    refuseLogged(service, []);
    nock.cleanAll();
  });
});

describe('secrets that the database repeats', () => {
  it('come out of no operation, and not of the log', async () => {
    await using service = await startService({ env: ENV });
    const objects = await createObjects(service, simple);
    answering();
    service.composer.persist().delete(/./).optionally().reply(200, {});
    // PostgreSQL tells the whole row that it refuses.
    for (const table of ['blueprints', 'blueprint_versions', 'composes', 'build_reservations']) {
      await service.sql.query(`ALTER TABLE ${table} ADD CHECK (false) NOT VALID`);
    }
    let failures = 0;
    for (const operation of inOrder) {
      service.composer.post('/compose').optionally().reply(201, { id: randomUUID() });
      const reply = await send(service, operation, { ...objects, name: 'another' }, simple);
      failures += reply.status === 500 ? 1 : 0;
      refuseSecrets(reply.text, operation.id, reply.status < 300 ? (SHOWN[operation.id] ?? []) : []);
    }
    expect(failures).to.be.greaterThan(3);
    refuseLogged(service, await storedHashes(service));
    nock.cleanAll();
  });
});
