import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const published = await readFile(join(import.meta.dirname, '../../generated/openapi.json'), 'utf8');

describe('getOpenapiJson', () => {
  it('returns the published contract without an identity', async () => {
    await using service = await startService();
    const reply = await service.anonymous.get('/openapi.json');
    expect(reply.status).to.equal(200);
    expect(reply.headers['content-type']).to.equal('application/json');
    expect(reply.text).to.equal(`${published.trimEnd()}\n`);
  });

  it('ignores the identity header, even a malformed one', async () => {
    await using service = await startService();
    const reply = await service.with({ 'x-rh-identity': '!' }).get('/openapi.json');
    expect(reply.status).to.equal(200);
  });

  it('is the same under the full version and at the root', async () => {
    await using service = await startService();
    for (const path of ['/api/image-builder/v1.0/openapi.json', '/openapi.json']) {
      const reply = await service.root.get(path);
      expect(reply.status, path).to.equal(200);
      expect(reply.text, path).to.equal(`${published.trimEnd()}\n`);
    }
  });

  it('keeps the enumerations inline that assistant servers read', async () => {
    await using service = await startService();
    const { body } = await service.anonymous.get('/openapi.json');
    expect(body.components.schemas.ImageTypes.enum).to.include('guest-image');
    expect(body.components.schemas.ImageRequest.properties.architecture.enum).to.deep.equal(['x86_64', 'aarch64']);
  });
});
