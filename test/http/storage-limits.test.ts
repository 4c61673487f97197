import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintBody, composeRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';

const blueprint = (name: string) => ({ ...blueprintBody, name });
const storage = async (service: TestService) => (await service.as().get('/quota')).body.storage;

describe('storage limits', () => {
  it('bound the blueprints of an organization, and deleting one makes room', async () => {
    await using service = await startService({ storageLimits: { default: { blueprints: 2 } } });
    const client = service.as();
    const first = await client.post('/blueprints', blueprint('a'));
    await client.post('/blueprints', blueprint('b'));
    const refused = await client.post('/blueprints', blueprint('c'), { headers: { prefer: 'errors=detailed' } });
    expect(refused.status).to.equal(403);
    expect(refused.body.errors[0]).to.include({
      detail: 'Limit of 2 blueprints reached for the organization: it has 2',
      code: 'storage.limit_reached',
    });
    expect((await storage(service)).blueprints).to.deep.equal({ limit: 2, used: 2 });
    expect((await service.as({ orgId: '000001' }).post('/blueprints', blueprint('c'))).status).to.equal(201);
    expect((await client.delete(`/blueprints/${first.body.id}`)).status).to.equal(204);
    expect((await client.post('/blueprints', blueprint('c'))).status).to.equal(201);
  });

  it('bound the versions of a blueprint, however they are made', async () => {
    await using service = await startService({ storageLimits: { '000000': { versions: 2 } } });
    const client = service.as();
    const { id } = (await client.post('/blueprints', blueprint('a'))).body;
    expect((await client.put(`/blueprints/${id}`, blueprint('a'))).status).to.equal(200);
    for (const refused of [
      await client.put(`/blueprints/${id}`, blueprint('a')),
      await client.post(`/blueprints/${id}/restore`, { version: 1 }),
      await client.post(`/experimental/blueprints/${id}/fixup`),
    ]) {
      expect(refused.status).to.equal(403);
      expect(refused.body.errors[0].detail).to.equal('Limit of 2 versions reached for the blueprint: it has 2');
    }
    expect((await client.delete(`/blueprints/${id}`)).status).to.equal(204);
  });

  it('bound the bytes of blueprints and large composes, and not small composes', async () => {
    await using service = await startService({ storageLimits: { default: { bytes: 1000 } } });
    const client = service.as();
    const files = [{ path: '/etc/custom/large', data: 'x'.repeat(100_000) }];
    const large = { ...composeRequest, customizations: { files } };
    const refused = await client.post('/compose', large);
    expect(refused.status).to.equal(403);
    expect(refused.body.errors[0].detail).to.match(
      /^Limit of 1000 stored bytes reached for the organization: it uses 0, and the request adds 1\d{5}$/,
    );
    service.composer.accepts();
    expect((await client.post('/compose', composeRequest)).status).to.equal(201);
    expect((await storage(service)).bytes).to.deep.equal({ limit: 1000, used: 0 });
    expect((await client.post('/blueprints', blueprint('a'))).status).to.equal(201);
    expect((await storage(service)).bytes.used).to.be.within(1, 1000);
    expect(
      (await client.post('/blueprints', { ...blueprint('b'), description: 'y'.repeat(200), customizations: { files } }))
        .status,
    ).to.equal(403);
  });

  it('count large composes until they are deleted', async () => {
    await using service = await startService();
    const files = [{ path: '/etc/custom/large', data: 'x'.repeat(100_000) }];
    service.composer.accepts();
    const { id } = (await service.as().post('/compose', { ...composeRequest, customizations: { files } })).body;
    expect((await storage(service)).bytes.used).to.be.greaterThan(100);
    await service.as().delete(`/composes/${id}`);
    expect((await storage(service)).bytes.used).to.equal(0);
  });

  it('are refused with the name of the variable where they cannot be used', async () => {
    const problem = await startService({ storageLimits: { default: { bytes: -1 } } }).catch(
      (error: Error) => error.message,
    );
    expect(problem).to.match(/^STORAGE_LIMIT_FILE: \S+\.json: \/default\/bytes: must be an integer from 0$/);
  });
});
