// Walks every operation of the contract with objects of another organization. What is new in the contract is walked as well.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Reply, RequestOptions } from '../support/client.ts';
import { fedoraIdentityHeader, identityHeader, type TestIdentity } from '../support/identity.ts';
import { API_PATH, startService, type TestService } from '../support/service.ts';
import { contractOperations, type ContractOperation } from './contract.ts';
import { giveObjects, mark, nameOf, unknownObjects } from './organization.ts';
import { hasObjectId, KINDS, namesObject, recipeOf, requestFor, type Objects } from './recipes.ts';
import { readTables, rowsWith } from './tables.ts';
import { ask, comparable, objectOperations, otherOperations } from './walk.ts';

const encode = (document: unknown): string => Buffer.from(JSON.stringify(document)).toString('base64');

/** A deployment, with the headers of an owner and of those who are not. */
interface Deployment {
  readonly title: string;
  readonly env: Readonly<Record<string, string>>;
  readonly owner: string;
  readonly headers: (orgId: string) => Readonly<Record<string, string>>;
  /** Headers of callers of other organizations, by what is special about them. */
  readonly strangers: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Headers of other callers of the same organization. */
  readonly colleagues: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const OWNER = '000000';
const OTHER = '000001';

const platform = (identity: TestIdentity) => ({ 'x-rh-identity': identityHeader(identity) });

/** An identity document that says something else inside than outside. */
const crafted = (identity: object, more: object = {}) => ({
  'x-rh-identity': encode({ entitlements: { rhel: { is_entitled: true } }, identity, ...more }),
});

/** What the owner's identity has besides the organization. */
const THE_SAME = { accountNumber: '500000', user: 'user', email: 'user@example.test' };
const member = { type: 'User', account_number: '500000', user: { username: 'user' } };

const DEPLOYMENTS: readonly Deployment[] = [
  {
    title: 'with identities of the platform',
    env: {},
    owner: OWNER,
    headers: (orgId) => platform({ orgId }),
    strangers: {
      'a user of another organization': platform({ orgId: OTHER }),
      'a user with the same name, address and account': platform({ orgId: OTHER, ...THE_SAME }),
      'a service account': platform({ orgId: OTHER, type: 'ServiceAccount' }),
      'a system': platform({ orgId: OTHER, type: 'System' }),
      'an unknown type': platform({ orgId: OTHER, type: 'X509' }),
      'an organization without subscription': platform({ orgId: OTHER, entitled: false, accountNumber: '' }),
      'an identity that names the organization inside only': crafted({ ...member, internal: { org_id: OTHER } }),
      'an identity that names the owner inside': crafted({ ...member, org_id: OTHER, internal: { org_id: OWNER } }),
      'a document that names the owner elsewhere': crafted(
        { ...member, org_id: OTHER, internal: { org_id: OTHER }, Org_id: OWNER, orgId: OWNER },
        { org_id: OWNER, Identity: { org_id: OWNER } },
      ),
      'an id that is the beginning of the other': platform({ orgId: OWNER.slice(1) }),
      'an id with a blank behind it': platform({ orgId: `${OWNER} ` }),
      'an id that matches as a pattern': platform({ orgId: '%' }),
      'an id that would end a text of SQL': platform({ orgId: `${OWNER}' OR '1'='1` }),
      'an id in other digits': platform({ orgId: '٠٠٠٠٠٠' }),
    },
    colleagues: {
      'another user': platform({ orgId: OWNER, user: 'somebody', accountNumber: '1', email: 'else@example.test' }),
      'a service account': platform({ orgId: OWNER, type: 'ServiceAccount' }),
      'a system': platform({ orgId: OWNER, type: 'System' }),
      'a user whose identity names the organization outside, and another inside': crafted({
        ...{ ...member, org_id: OWNER, internal: { org_id: OTHER } },
      }),
    },
  },
  {
    title: 'with Fedora identities',
    env: { FEDORA_AUTH: 'true' },
    owner: 'jiří',
    headers: (user) => ({ 'x-fedora-identity': fedoraIdentityHeader(user) }),
    strangers: {
      'another user': { 'x-fedora-identity': fedoraIdentityHeader('petr') },
      'a name in capitals': { 'x-fedora-identity': fedoraIdentityHeader('JIŘÍ') },
      'a name that looks the same': { 'x-fedora-identity': fedoraIdentityHeader('jiří'.normalize('NFD')) },
      'a name with a blank behind it': { 'x-fedora-identity': fedoraIdentityHeader('jiří ') },
      "a user with the owner's identity in the other header": {
        'x-fedora-identity': fedoraIdentityHeader('petr'),
        ...platform({ orgId: 'jiří' }),
      },
    },
    colleagues: {},
  },
];

/** What a client may say besides, to learn whether there is something. */
const PROBES: readonly RequestOptions[] = [
  {},
  { headers: { 'if-none-match': '*' } },
  { headers: { 'if-match': '*' } },
  { headers: { 'if-match': '"none"' } },
  { headers: { 'idempotency-key': '"a-key"' } },
];

/** Whether clients may mark requests with a key, to repeat them. */
const takesKey = ({ parameters }: ContractOperation): boolean =>
  parameters.some((parameter) => parameter.in === 'header' && parameter.name.toLowerCase() === 'idempotency-key');

const start = ({ env }: Deployment): Promise<TestService> => startService({ env: { ...env, LOG_LEVEL: 'trace' } });

/** Lets the owner do it, which shows that the request is a valid one. */
const succeeds = async (
  service: TestService,
  deployment: Deployment,
  operation: ContractOperation,
  objects: Objects,
  headers = deployment.headers(deployment.owner),
): Promise<Reply> => {
  recipeOf(operation).upstreams?.(service, objects);
  const reply = await ask(service.with(headers), requestFor(operation, objects));
  expect(reply.status, `the owner: ${reply.text}`).to.equal(operation.success);
  return reply;
};

describe('the walk through the contract', () => {
  it('has a recipe for every operation', () => {
    expect(contractOperations).not.to.have.length(0);
    for (const operation of contractOperations) {
      expect(() =>
        requestFor(operation, { blueprint: 'b', name: 'n', compose: 'c', clone: 'k', webhook: 'w', delivery: 'd' }),
      ).not.to.throw();
    }
  });

  it('has an object of ours in every request whose path takes the id of one', () => {
    expect(objectOperations.map(({ id }) => id)).to.deep.equal(
      contractOperations.filter(hasObjectId).map(({ id }) => id),
    );
  });

  it('fails for an operation that it does not know', () => {
    const unknown = { ...contractOperations[0]!, id: 'somethingNew' as ContractOperation['id'] };
    expect(() => recipeOf(unknown)).to.throw(/somethingNew is new/);
  });
});

for (const deployment of DEPLOYMENTS) {
  const { title, owner, headers, strangers, colleagues } = deployment;
  const applies = (operation: ContractOperation): boolean =>
    deployment.env['FEDORA_AUTH'] !== 'true' || recipeOf(operation).platformOnly !== true;

  describe(`organizations ${title}`, () => {
    for (const operation of objectOperations.filter(applies)) {
      it(`${operation.id}: an object of another organization gets the response of an unknown one, and does not change`, async () => {
        await using service = await start(deployment);
        const objects = await giveObjects(service, owner);
        // What was read for the owner must not be handed out to others.
        const read = operation.method === 'GET' ? await succeeds(service, deployment, operation, objects) : null;
        const etag = read?.headers.etag;
        const probes = etag ? [...PROBES, { headers: { 'if-none-match': etag, 'if-match': etag } }] : PROBES;
        const before = await readTables(service.sql);

        for (const [who, stranger] of Object.entries(strangers)) {
          const client = service.with(stranger);
          for (const probe of probes) {
            const unknown = unknownObjects(objects);
            const [theirs, none] = [
              await ask(client, requestFor(operation, objects), probe),
              await ask(client, requestFor(operation, unknown), probe),
            ];
            const context = `${who}, ${JSON.stringify(probe)}`;
            expect(none.status, context).to.be.within(400, 499);
            expect(comparable(theirs, objects), context).to.deep.equal(comparable(none, unknown));
            expect(theirs.text, context).not.to.contain(mark(owner));
          }
          const ids = KINDS.map((kind) => [kind, objects[kind]?.toUpperCase()]);
          const shouted = { ...objects, ...(Object.fromEntries(ids) as Partial<Objects>) };
          expect((await ask(client, requestFor(operation, shouted))).status, `${who}, in capitals`).to.be.within(
            400,
            499,
          );
        }
        expect(await readTables(service.sql)).to.deep.equal(before);
        expect(JSON.stringify(service.logs), 'the log of the calls').not.to.contain(mark(owner));

        if (read === null) await succeeds(service, deployment, operation, objects);
      });

      if (Object.keys(colleagues).length === 0) continue;
      it(`${operation.id}: works for every user of the same organization`, async () => {
        await using service = await start(deployment);
        for (const [index, colleague] of Object.values(colleagues).entries()) {
          const objects = await giveObjects(service, owner, index);
          await succeeds(service, deployment, operation, objects, colleague);
        }
      });
    }

    for (const operation of otherOperations.filter(applies)) {
      it(`${operation.id}: returns the same regardless of other organizations, and does not change their objects`, async () => {
        await using service = await start(deployment);
        const [who] = Object.keys(strangers);
        const stranger = strangers[who ?? ''] ?? {};
        const client = service.with(stranger);
        const own = await giveObjects(service, OTHER);
        // Nothing of one's own is called what the others' things are called: a search for that finds nothing.
        const wanted = { ...own, name: nameOf(owner) };
        const upstreams = (): void => recipeOf(operation).upstreams?.(service, wanted);
        const isRead = operation.method === 'GET';
        const request = requestFor(operation, wanted);

        if (isRead) upstreams();
        const alone = isRead ? await ask(client, request) : null;
        const objects = await giveObjects(service, owner);
        expect(objects.name).to.equal(wanted.name);
        const tables = await readTables(service.sql);
        const before = rowsWith(tables, mark(owner));
        expect(before).not.to.deep.equal({});
        upstreams();
        const together = await ask(client, request);

        expect(together.status, together.text).to.equal(operation.success);
        if (alone) expect(comparable(together, own)).to.deep.equal(comparable(alone, own));
        for (const kind of KINDS) expect(together.text).not.to.contain(objects[kind]);
        const after = await readTables(service.sql);
        if (isRead) expect(after).to.deep.equal(tables);
        for (const [table, rows] of Object.entries(before)) expect(after[table], table).to.include.members([...rows]);
      });
    }

    for (const operation of contractOperations.filter(takesKey)) {
      it(`${operation.id}: idempotency keys belong to one organization: no other one receives the stored response`, async () => {
        await using service = await start(deployment);
        const key = { headers: { 'idempotency-key': '"the same"' } };
        const answers: Reply[] = [];
        for (const [caller, orgId] of [
          [headers(owner), owner],
          [headers(OTHER), OTHER],
        ] as const) {
          const objects = {
            ...(await giveObjects(service, orgId)),
            ...(namesObject(operation) ? {} : { name: 'same' }),
          };
          recipeOf(operation).upstreams?.(service, objects);
          answers.push(await ask(service.with(caller), requestFor(operation, objects), key));
          answers.push(await ask(service.with(caller), requestFor(operation, objects), key));
        }
        const [first, repeated, other, otherRepeated] = answers.map(({ status, text, headers: given }) => ({
          ...{ status, text, replayed: given['idempotency-replayed'] },
        }));
        expect([first?.status, first?.replayed, other?.status, other?.replayed], first?.text).to.deep.equal([
          ...[operation.success, undefined, operation.success, undefined],
        ]);
        expect(repeated).to.deep.equal({ ...first, replayed: 'true' });
        expect(otherRepeated).to.deep.equal({ ...other, replayed: 'true' });
        expect(other?.text).not.to.equal(first?.text);
      });
    }

    it('have separate quotas: composes of one do not count for another', async () => {
      const quota = { default: { quota: 4, slidingWindow: 14 * 24 * 3600 * 1e9 } };
      await using service = await startService({ env: deployment.env, quota });
      await giveObjects(service, owner);
      await service.given.compose({ orgId: owner });
      const operation = contractOperations.find(({ id }) => id === 'composeImage')!;
      const objects = { blueprint: '', compose: '', clone: '', name: 'an image' };
      for (const stranger of Object.values(strangers).slice(0, 2)) {
        service.composer.accepts();
        expect((await ask(service.with(stranger), requestFor(operation, objects))).status).to.equal(201);
      }
      const refused = await ask(service.with(headers(owner)), requestFor(operation, objects));
      expect(refused).to.be.refused(403, /Quota of 4 builds/);
    });

    it('do not appear in metrics and probes, and neither do their objects', async () => {
      await using service = await start(deployment);
      const objects = await giveObjects(service, owner);
      for (const operation of contractOperations.filter(applies)) {
        if (operation.method === 'GET') await succeeds(service, deployment, operation, objects);
      }
      for (const path of ['/metrics', '/status', '/ready', '/openapi.json', '/docs']) {
        recipeOf(contractOperations.find(({ id }) => id === 'getReadiness')!).upstreams?.(service, objects);
        const { text } = await service.root.get(path);
        for (const secret of [mark(owner), ...KINDS.map((kind) => objects[kind])])
          expect(text, path).not.to.contain(secret);
      }
    });
  });
}

describe('every prefix of the API', () => {
  it('isolates organizations alike', async () => {
    await using service = await startService();
    const objects = await giveObjects(service, OWNER);
    const stranger = { headers: { 'x-rh-identity': identityHeader({ orgId: OTHER }) } };
    for (const prefix of [API_PATH, `${API_PATH}.0`, '/api/v1/image-builder']) {
      for (const operation of objectOperations) {
        const { method, target, body } = requestFor(operation, objects);
        const reply = await service.root.send(method, prefix + target, body, stranger);
        expect(reply.status, `${prefix} ${operation.id}`).to.equal(404);
      }
    }
    const remaining = await readTables(service.sql);
    expect(remaining['public.blueprints']?.filter((row) => row.includes(objects.blueprint))).to.have.length(1);
  });
});
