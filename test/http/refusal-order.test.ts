import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { operationTable } from '../../generated/operations.ts';
import { blueprintBody } from '../support/given.ts';
import { startService } from '../support/service.ts';

const text = { headers: { 'content-type': 'text/plain' } };
const concrete = (path: string): string => path.replaceAll(/\{[^}]+\}/g, 'anything');

describe('the order of validation', () => {
  it('is identity, path, method, parameters, media type, JSON, schema', async () => {
    await using service = await startService();
    const blueprint = `/blueprints/${randomUUID()}`;
    const nobody = await service.anonymous.put('/nowhere', '{', text);
    expect([nobody.status, nobody.text]).to.deep.equal([401, 'Unauthorized: missing identity header\n']);

    const caller = service.as();
    expect(await caller.put('/nowhere', '{', text)).to.be.refused(404, 'no matching operation was found');
    expect(await caller.put('/blueprints', '{', text)).to.be.refused(405, 'method not allowed');
    expect(await caller.put('/blueprints/1', '{', text)).to.be.refused(
      400,
      /^(parameter|Invalid format for parameter)/,
    );
    expect(await caller.put(blueprint, '{', text)).to.be.refused(415, 'request must be json-encoded');
    expect(await caller.put(blueprint, '{')).to.be.refused(
      400,
      /^request body has an error: failed to decode request body: /,
    );
    expect(await caller.put(blueprint, {})).to.be.refused(
      400,
      /^request body has an error: doesn't match schema #\/components\/schemas\/CreateBlueprintRequest: Error at "\/name": property "name" is missing\. Also: Error at "\/image_requests": property "image_requests" is missing\. Error at "\/customizations": property "customizations" is missing$/,
    );
    const valid = { name: 'any', ...blueprintBody };
    expect(await caller.put(blueprint, valid)).to.be.refused(404, 'blueprint not found');
  });

  it('puts the identity first for every operation but the contract itself', async () => {
    await using service = await startService();
    for (const [id, { method, path }] of Object.entries(operationTable)) {
      if (id === 'getOpenapiJson') continue;
      const reply = await service.anonymous.send(method, concrete(path), '{', text);
      expect([id, reply.status, reply.text]).to.deep.equal([id, 401, 'Unauthorized: missing identity header\n']);
    }
  });

  it('validates parameters in the order of the contract, those in the path first', async () => {
    await using service = await startService();
    const query = '/packages?limit=x&offset=x';
    expect(await service.as().get(query)).to.be.refused(400, /^parameter "distribution" in query /);
    expect(await service.as().get(`${query}&distribution=centos-9`)).to.be.refused(400, /^parameter "architecture"/);
    expect(await service.as().get(`${query}&distribution=centos-9&architecture=x86_64&search=`)).to.be.refused(
      400,
      /^parameter "limit"/,
    );
    expect(await service.as().get('/blueprints/1?version=x')).to.be.refused(400, /parameter "?id"?/);
  });
});

describe('what is not in the contract', () => {
  it('is not found, below the prefix with an identity', async () => {
    await using service = await startService();
    for (const path of [
      '',
      '/',
      '/nowhere',
      '/version/',
      '//version',
      '/VERSION',
      '/version/x',
      '/composes/',
      '/blueprints/a/b/c',
    ]) {
      expect(await service.as().get(path)).to.be.refused(404, 'no matching operation was found');
    }
  });

  it('is not found outside the prefixes, with or without an identity', async () => {
    await using service = await startService();
    for (const path of [
      '/',
      '/nowhere',
      '/api',
      '/api/image-builder',
      '/api/image-builder/v2/version',
      '/api/image-builder/v1x/version',
      '/status/',
    ]) {
      expect(await service.root.get(path)).to.be.refused(404, 'Not Found');
    }
  });

  it('has 405 and the allowed methods for an unknown method', async () => {
    await using service = await startService();
    const cases = [
      ['POST', '/version', 'GET, HEAD, OPTIONS'],
      ['DELETE', '/composes', 'GET, HEAD, OPTIONS'],
      ['PATCH', '/blueprints', 'GET, POST, HEAD, OPTIONS'],
      ['GET', '/compose', 'POST, OPTIONS'],
      ['HEAD', '/compose', 'POST, OPTIONS'],
      ['POST', `/blueprints/${randomUUID()}`, 'GET, PUT, DELETE, HEAD, OPTIONS'],
      ['PUT', '/composes/no-id', 'GET, DELETE, HEAD, OPTIONS'],
    ] as const;
    for (const [method, path, allow] of cases) {
      const reply = await service.as().send(method, path);
      if (method === 'HEAD') expect([reply.status, reply.text]).to.deep.equal([405, '']);
      else expect(reply).to.be.refused(405, 'method not allowed');
      expect([path, reply.headers.allow]).to.deep.equal([path, allow]);
    }
  });

  it('has 405 for an unknown method at the root', async () => {
    await using service = await startService();
    for (const path of ['/status', '/ready', '/metrics', '/openapi.json']) {
      const reply = await service.root.post(path, {});
      expect(reply).to.be.refused(405, 'Method Not Allowed');
      expect(reply.headers.allow).to.equal('OPTIONS, GET');
    }
  });
});
