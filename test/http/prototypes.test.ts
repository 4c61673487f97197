import { expect } from 'chai';
import { describe, it } from 'mocha';
import { refusesUnknown } from '../../src/http/operation-traits.ts';
import { contractOperations, type ContractOperation } from '../security/contract.ts';
import { giveObjects, nameOf } from '../security/organization.ts';
import { requestFor } from '../security/recipes.ts';
import { guestImageRequest } from '../support/given.ts';
import { TomlBody } from '../support/client.ts';
import { ORG } from '../support/identity.ts';
import { startService } from '../support/service.ts';
import { answerAlways } from './support.ts';

const MARK = 'polluted';

/** Members that would reach a prototype where a value is copied or looked up without care, as JSON text. */
const MEMBERS = [
  `"__proto__":{"${MARK}":true,"toJSON":"${MARK}"}`,
  `"constructor":{"prototype":{"${MARK}":true}}`,
  `"prototype":{"${MARK}":true}`,
  `"__proto__":null`,
  `"constructor":null`,
];

/** What everything inherits from. */
const PROTOTYPES: Readonly<Record<string, object>> = {
  ...{ Object: Object.prototype, Array: Array.prototype, Function: Function.prototype, String: String.prototype },
  ...{ Number: Number.prototype, Map: Map.prototype, Set: Set.prototype, Promise: Promise.prototype },
  ...{ Buffer: Buffer.prototype, Error: Error.prototype, ObjectItself: Object },
};

const snapshot = (): Record<string, PropertyKey[]> =>
  Object.fromEntries(Object.entries(PROTOTYPES).map(([name, prototype]) => [name, Reflect.ownKeys(prototype)]));

const before = snapshot();

const expectClean = (about: string): void => {
  expect(snapshot(), about).to.deep.equal(before);
  expect(({} as Record<string, unknown>)[MARK], about).to.equal(undefined);
};

/** A JSON text for each object of a value, with members put into that object. */
const withMembers = (value: unknown, members: string): string[] => {
  const texts: string[] = [];
  const visit = (node: unknown, wrap: (text: string) => string): void => {
    if (Array.isArray(node)) {
      node.forEach((item, i) =>
        visit(item, (text) => wrap(`[${node.map((other, j) => (i === j ? text : JSON.stringify(other))).join()}]`)),
      );
    } else if (typeof node === 'object' && node !== null) {
      const entries = Object.entries(node);
      const own = entries.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`);
      texts.push(wrap(`{${[members, ...own].join()}}`), wrap(`{${[...own, members].join()}}`));
      entries.forEach(([key, item], i) =>
        visit(item, (text) =>
          wrap(`{${own.map((pair, j) => (i === j ? `${JSON.stringify(key)}:${text}` : pair)).join()}}`),
        ),
      );
    }
  };
  visit(value, (text) => text);
  return texts;
};

/** Bodies that go deeper than those of the recipes. */
const CUSTOMIZATIONS = {
  packages: ['nginx'],
  users: [{ name: 'u', groups: ['wheel'] }],
  files: [{ path: '/etc/x', data: 'x' }],
  services: { enabled: ['nginx'] },
  openscap: { profile_id: 'xccdf_org.ssgproject.content_profile_cis' },
  disk: { partitions: [{ type: 'plain', mountpoint: '/', fs_type: 'xfs', minsize: '10 GiB' }] },
};

const DEEPER: Readonly<Partial<Record<ContractOperation['id'], object>>> = {
  composeImage: {
    image_requests: [
      {
        ...guestImageRequest,
        image_type: 'aws',
        upload_request: { type: 'aws', options: { share_with_accounts: ['123456789012'] } },
      },
    ],
    customizations: CUSTOMIZATIONS,
  },
  composeBlueprint: { image_types: ['guest-image'] },
  createBlueprint: {
    customizations: CUSTOMIZATIONS,
    metadata: { parent_id: null, exported_at: '', is_on_prem: false },
  },
  updateBlueprint: { customizations: CUSTOMIZATIONS },
};

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];

describe('a prototype', () => {
  it('is out of reach of a TOML document', async () => {
    await using service = await startService();
    for (const name of NAMES) {
      const text = `name = "a"\n[${name}]\n${MARK} = 1\n[customizations.${name}]\n${MARK} = 1\n`;
      const reply = await service.as().send('POST', '/blueprints/import', new TomlBody(text));
      expect(reply.status, `${text}: ${reply.text}`).to.be.below(500);
      expectClean(text);
    }
  });

  for (const operation of contractOperations.filter(({ id, hasBody }) => hasBody && id !== 'importBlueprint')) {
    it(`is out of reach of a body of ${operation.id}`, async () => {
      await using service = await startService();
      const objects = await giveObjects(service, ORG);
      answerAlways(service, operation, objects);
      const { method, target, body } = requestFor(operation, { ...objects, name: nameOf(ORG, 2) });
      const value = { ...(body as object | undefined), ...DEEPER[operation.id] };
      const plain = await service.as().send(method, target, value);
      expect(plain.status, plain.text).to.equal(operation.success);
      const texts = MEMBERS.flatMap((members) => withMembers(value, members));
      expect(texts.length).to.be.at.least(2 * MEMBERS.length);
      for (const text of texts) {
        const reply = await service.as().send(method, target, text);
        expect(reply.status, `${text}: ${reply.text}`).to.be.below(500);
        expectClean(text);
        // What was stored or answered has no such members of its own, either.
        expect(reply.text).not.to.include(MARK);
      }
    });
  }

  for (const operation of contractOperations) {
    it(`is out of reach of the address of ${operation.id}`, async () => {
      await using service = await startService();
      const objects = await giveObjects(service, ORG);
      answerAlways(service, operation, objects);
      const name = operation.method === 'GET' ? objects.name : nameOf(ORG, 2);
      const { method, target, body } = requestFor(operation, { ...objects, name });
      const search = NAMES.flatMap((key) => [`${key}=1`, `${key}[${MARK}]=1`, `${key}.${MARK}=1`]).join('&');
      const more = `${target}${target.includes('?') ? '&' : '?'}${search}`;
      const reply = await service.as().send(method, more, body);
      const isRefused = refusesUnknown(operation.id);
      expect(reply.status, reply.text).to.equal(isRefused ? 400 : operation.success);
      expectClean(more);
      // The parameters of the request itself, which a refusal did not keep from being executed.
      const plain = isRefused ? await service.as().send(method, target, body) : reply;
      expect(plain.status, plain.text).to.equal(operation.success);

      for (const parameter of operation.parameters.filter((one) => one.in !== 'header')) {
        for (const value of NAMES) {
          const path =
            parameter.in === 'path'
              ? operation.path.replace(`{${parameter.name}}`, value).replaceAll(/\{[^}]+\}/g, 'any')
              : `${target}${target.includes('?') ? '&' : '?'}${parameter.name}=${value}`;
          const named = await service.as().send(method, path, body);
          expect(named.status, `${path}: ${named.text}`).to.be.below(500);
          expectClean(path);
        }
      }
    });
  }

  it('is out of reach of an identity', async () => {
    await using service = await startService({
      quota: { '000000': { quota: 1, slidingWindow: 1e15 }, default: { quota: 0, slidingWindow: 1e15 } },
      rateLimits: { default: { reads: { requests: 1, seconds: 60 } } },
      allow: { '000000': ['.*'] },
    });
    const identity = { type: 'User', org_id: '000000', internal: { org_id: '000000' } };
    const asDocument = (text: string) => service.with({ 'x-rh-identity': Buffer.from(text).toString('base64') });
    const inherited = `{"__proto__":${JSON.stringify({ identity })}}`;
    expect((await asDocument(inherited).get('/blueprints')).status).to.equal(400);
    for (const members of MEMBERS) {
      for (const text of withMembers({ identity, entitlements: {} }, members)) {
        expect((await asDocument(text).get('/version')).status, text).to.be.oneOf([200, 400]);
        expectClean(text);
      }
    }
    for (const orgId of NAMES) {
      const statuses = [];
      for (let i = 0; i < 2; i += 1) statuses.push((await service.as({ orgId }).get('/distributions')).status);
      expect([orgId, ...statuses]).to.deep.equal([orgId, 200, 429]);
      const build = await service
        .as({ orgId })
        .post('/compose', { distribution: 'centos-9', image_requests: [guestImageRequest] });
      expect(build, orgId).to.be.refused(403, /^Quota of 0 builds/);
    }
    expectClean('organizations');
  });

  it('is out of reach of the responses of other services', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const answer = `{"status":"pending","image_status":{"status":"building",${MEMBERS[0]}},${MEMBERS[1]}}`;
    service.composer.hasStatus(id, answer);
    const reply = await service.as().get(`/composes/${id}`);
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.text).not.to.include(MARK);
    expectClean(answer);
  });
});
