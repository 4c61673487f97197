// HEAD and OPTIONS, which the contract does not list: they follow from the other methods of a path.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { contractOperations } from '../security/contract.ts';
import { giveObjects } from '../security/organization.ts';
import { recipeOf, requestFor } from '../security/recipes.ts';
import { ORG } from '../support/identity.ts';
import { startService } from '../support/service.ts';

/** Header fields of a response that are the same for HEAD and GET. */
const COMPARED = ['content-type', 'content-length', 'etag', 'cache-control', 'ratelimit'] as const;

const reads = contractOperations.filter(({ method }) => method === 'GET');

describe('HEAD', () => {
  for (const operation of reads) {
    it(`has the status and the header of GET, and no body: ${operation.id}`, async () => {
      await using service = await startService();
      const objects = await giveObjects(service, ORG);
      const { target } = requestFor(operation, objects);
      recipeOf(operation).upstreams?.(service, objects);
      const head = await service.as().send('HEAD', target);
      expect([head.status, head.text], operation.id).to.deep.equal([operation.success, '']);
      recipeOf(operation).upstreams?.(service, objects);
      const get = await service.as().get(target);
      for (const name of COMPARED) expect([name, head.headers[name]]).to.deep.equal([name, get.headers[name]]);
    });
  }

  it('is refused as GET is, without a body', async () => {
    await using service = await startService();
    expect((await service.anonymous.send('HEAD', '/version')).status).to.equal(401);
    const missing = await service.as().send('HEAD', '/composes/00000000-0000-0000-0000-000000000000');
    expect([missing.status, missing.text]).to.deep.equal([404, '']);
    expect((await service.as().send('HEAD', '/composes?limit=0')).status).to.equal(400);
  });

  it('is a method of its own for the metrics', async () => {
    await using service = await startService();
    await service.as().send('HEAD', '/version');
    await service.as().get('/version');
    const { text } = await service.root.get('/metrics');
    for (const method of ['HEAD', 'GET'])
      expect(text).to.include(`{method="${method}",path="/api/image-builder/v1/version",code="200"} 1`);
  });

  it('is served at the root as GET is', async () => {
    await using service = await startService();
    for (const path of ['/status', '/metrics', '/openapi.json', '/docs', '/front.css']) {
      const [head, get] = [await service.root.send('HEAD', path), await service.root.get(path)];
      expect([path, head.status, head.text, head.headers['content-type']]).to.deep.equal([
        ...[path, 200, '', get.headers['content-type']],
      ]);
    }
    expect((await service.root.send('HEAD', '/nowhere')).status).to.equal(404);
  });
});

describe('OPTIONS', () => {
  it('has status 204 and the methods of the path in Allow', async () => {
    await using service = await startService();
    const cases = [
      ['/version', 'GET, HEAD, OPTIONS'],
      ['/compose', 'POST, OPTIONS'],
      ['/blueprints', 'GET, POST, HEAD, OPTIONS'],
      ['/composes/any', 'GET, DELETE, HEAD, OPTIONS'],
    ] as const;
    for (const [path, allow] of cases) {
      const reply = await service.as().send('OPTIONS', path);
      expect([path, reply.status, reply.text, reply.headers.allow]).to.deep.equal([path, 204, '', allow]);
    }
  });

  it('is refused without an identity, and for an unknown path', async () => {
    await using service = await startService();
    expect((await service.anonymous.send('OPTIONS', '/version')).status).to.equal(401);
    expect(await service.as().send('OPTIONS', '/nowhere')).to.be.refused(404, 'no matching operation was found');
    expect(await service.root.send('OPTIONS', '/nowhere')).to.be.refused(404, 'Not Found');
  });

  it('has status 204 at the root', async () => {
    await using service = await startService();
    for (const path of ['/status', '/ready', '/metrics', '/openapi.json']) {
      const reply = await service.root.send('OPTIONS', path);
      expect([path, reply.status, reply.headers.allow]).to.deep.equal([path, 204, 'OPTIONS, GET']);
    }
  });
});
