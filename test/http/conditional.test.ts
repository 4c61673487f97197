import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { OperationId } from '../../src/http/operation.ts';
import { contractOperations, type ContractOperation } from '../security/contract.ts';
import { giveObjects } from '../security/organization.ts';
import { requestFor } from '../security/recipes.ts';
import type { Reply, RequestOptions } from '../support/client.ts';
import { blueprintBody } from '../support/given.ts';
import { ORG } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';
import { answerAlways } from './support.ts';

const TAGGED: readonly OperationId[] = [
  ...(['getOpenapiJson', 'getDistributions', 'getDistribution', 'getArchitectures', 'getPackages'] as const),
  ...(['getComposes', 'getComposeStatus', 'getComposeMetadata'] as const),
  ...(['getComposeSboms', 'getComposeSbom', 'getComposeClones', 'getCloneStatus'] as const),
  ...(['getBlueprints', 'getBlueprint', 'getBlueprintComposes', 'getWebhooks'] as const),
  ...(['getOscapProfiles', 'getOscapCustomizations', 'getOscapCustomizationsForPolicy'] as const),
  ...(['getBlueprintVersions', 'getBlueprintDiff', 'getAudit'] as const),
];

const STRONG = /^"[\w-]+"$/;

type Ask = (ifNoneMatch?: string) => Promise<Reply>;

const askerOf = async (service: TestService, operation: ContractOperation): Promise<Ask> => {
  const objects = await giveObjects(service, ORG);
  if (operation.id === 'getComposeStatus') {
    service.composer.persist();
    service.composer.hasStatus(objects.compose, { status: 'success', image_status: { status: 'success' } });
  } else answerAlways(service, operation, objects);
  // The name of an object that is to be made is still free.
  const name = operation.method === 'GET' ? objects.name : 'another name';
  const { method, target, body } = requestFor(operation, { ...objects, name });
  return (ifNoneMatch) => {
    const options: RequestOptions = ifNoneMatch === undefined ? {} : { headers: { 'if-none-match': ifNoneMatch } };
    return service.as().send(method, target, body, options);
  };
};

describe('an entity tag', () => {
  it('belongs to responses that stay the same until an object changes', () => {
    const declared = contractOperations.filter(({ parameters }) =>
      parameters.some(({ name }) => name === 'If-None-Match'),
    );
    expect(declared.map(({ id }) => id)).to.have.members(TAGGED);
  });

  for (const operation of contractOperations) {
    if (TAGGED.includes(operation.id)) {
      it(`of ${operation.id} is the same for the same response, which is 304 for a client that has it`, async () => {
        await using service = await startService();
        const ask = await askerOf(service, operation);
        const first = await ask();
        expect(first.status, first.text).to.equal(200);
        const tag = first.headers.etag ?? '';
        expect(tag).to.match(STRONG);
        expect(first.headers['cache-control']).to.match(
          operation.id === 'getOpenapiJson' ? /^no-cache$/ : /^private, no-cache$/,
        );

        for (const known of [tag, `"other", ${tag}`, `W/${tag}`, `${tag},"other"`, '*']) {
          const reply = await ask(known);
          expect([known, reply.status, reply.text]).to.deep.equal([known, 304, '']);
          expect(reply.headers).to.include({ etag: tag, 'cache-control': first.headers['cache-control'] });
          expect(reply.headers).not.to.have.any.keys('content-type', 'content-length', 'transfer-encoding');
        }
        for (const other of ['"other"', tag.slice(1, -1), `"x${tag.slice(1)}`, '']) {
          const reply = await ask(other);
          expect([other, reply.status, reply.headers.etag, reply.text]).to.deep.equal([other, 200, tag, first.text]);
        }
      });
    } else {
      it(`is absent from ${operation.id}`, async () => {
        await using service = await startService();
        const ask = await askerOf(service, operation);
        const reply = await ask('*');
        expect(reply.status, reply.text).to.equal(operation.success);
        expect(reply.headers).not.to.have.property('etag');
        // Streams, and what repeats the passwords of a request, must not be stored. Nothing is said of other responses.
        const isStream = reply.headers['content-type'] === 'text/event-stream';
        const kept = isStream || operation.id === 'importBlueprint' ? 'no-store' : undefined;
        expect(reply.headers['cache-control']).to.equal(kept);
      });
    }
  }

  it('changes with the response', async () => {
    await using service = await startService();
    const tagOf = async (path: string) => (await service.as().get(path)).headers.etag;
    const tags = [await tagOf('/blueprints'), await tagOf('/blueprints?limit=1'), await tagOf('/composes')];
    await service.given.blueprint();
    await service.given.compose();
    tags.push(await tagOf('/blueprints'), await tagOf('/composes'), await tagOf('/distributions'));
    expect(new Set(tags)).to.have.property('size', tags.length);
  });

  it('depends on the response, not on the caller', async () => {
    await using service = await startService();
    const entitled = await service.as().get('/distributions');
    const again = await service.as({ orgId: '000001' }).get('/distributions');
    const other = await service.as({ entitled: false }).get('/distributions');
    expect(again.headers.etag).to.equal(entitled.headers.etag);
    expect(other.headers.etag).not.to.equal(entitled.headers.etag);
  });

  it('is absent from a running compose and from errors', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, { status: 'pending', image_status: { status: 'building' } });
    const headers = { 'if-none-match': '*' };
    const building = await service.as().get(`/composes/${id}`, { headers });
    expect(building.status, building.text).to.equal(200);
    const refused = await service.as().get('/architectures/nowhere', { headers });
    expect(refused).to.be.refused(400);
    for (const reply of [building, refused]) expect(reply.headers).not.to.have.any.keys('etag', 'cache-control');
  });

  it('of a blueprint starts with its version', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: [blueprintBody, blueprintBody, blueprintBody] });
    expect((await service.as().get(`/blueprints/${id}`)).headers.etag).to.match(/^"3-[\w-]{27}"$/);
    expect((await service.as().get(`/blueprints/${id}?version=2`)).headers.etag).to.match(/^"2-[\w-]{27}"$/);
  });

  it('of the document is the same below every prefix and at the root', async () => {
    await using service = await startService();
    const { headers } = await service.root.get('/openapi.json');
    expect(headers.etag).to.match(STRONG);
    expect((await service.anonymous.get('/openapi.json')).headers.etag).to.equal(headers.etag);
    const known = { headers: { 'if-none-match': headers.etag } };
    expect((await service.root.get('/openapi.json', known)).status).to.equal(304);
  });

  it('does not turn a response that violates the contract into 304', async () => {
    await using service = await startService();
    await service.given.compose({ request: { image_requests: 'none' } });
    const reply = await service.as().get('/composes', { headers: { 'if-none-match': '*' } });
    expect(reply).to.be.refused(500, 'the answer does not fit the contract');
  });
});
