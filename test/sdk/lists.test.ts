// Reading lists to their end by the client, against the real application.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  createImageBuilder,
  ImageBuilderError,
  listAuditEntries,
  listBlueprintComposes,
  listBlueprints,
  listBlueprintVersions,
  listComposeClones,
  listComposes,
  listPackages,
  listWebhooks,
  type ImageBuilder,
} from '../../packages/client/src/index.ts';
import { identityHeader } from '../support/identity.ts';
import { API_PATH, startService, type TestService } from '../support/service.ts';

const entitled = ({ port }: TestService): ImageBuilder =>
  createImageBuilder({
    baseUrl: `http://127.0.0.1:${port}${API_PATH}`,
    headers: { 'x-rh-identity': identityHeader() },
  });

describe('lists that the client reads', () => {
  it('have every compose once, over several pages, in the requested order', async () => {
    await using service = await startService();
    const given: string[] = [];
    for (let index = 0; index < 205; index += 1)
      given.push(await service.given.compose({ createdAt: new Date(Date.now() - index * 1000) }));
    const found = await Array.fromAsync(listComposes(entitled(service), { sort: 'created_at' }), ({ id }) => id);
    expect(found).to.deep.equal(given.toReversed());
  });

  it('have the entries that match the filters, and are empty without a match', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ name: 'web' });
    await service.given.blueprint({ name: 'db' });
    const api = entitled(service);
    expect(await Array.fromAsync(listBlueprints(api, { search: 'we' }), (one) => one.id)).to.deep.equal([id]);
    expect(await Array.fromAsync(listComposes(api, { status: 'failure', label: ['team:web'] }))).to.deep.equal([]);
  });

  it('are those that have offsets, too', async () => {
    await using service = await startService();
    const { id, versionIds } = await service.given.blueprint({ name: 'web', versions: [{}, {}, {}] });
    const compose = await service.given.compose({ blueprintVersionId: versionIds[2] ?? null });
    const api = entitled(service);
    const versions = await Array.fromAsync(listBlueprintVersions(api, id), ({ version }) => version);
    expect(versions).to.deep.equal([3, 2, 1]);
    const composes = await Array.fromAsync(listBlueprintComposes(api, id), (one) => one.id);
    expect(composes).to.deep.equal([compose]);
    for (const list of [listWebhooks(api), listAuditEntries(api), listComposeClones(api, compose)])
      expect(await Array.fromAsync<unknown>(list)).to.deep.equal([]);
    const packages = { distribution: 'centos-9', architecture: 'x86_64', search: '' } as const;
    const page = await service.as().get('/packages?distribution=centos-9&architecture=x86_64&search=&limit=100');
    const all = await Array.fromAsync(listPackages(api, packages));
    expect(all).to.have.length(page.body.meta.count);
  });

  it('request no page before the iteration reaches it', async () => {
    await using service = await startService();
    for (let index = 0; index < 101; index += 1) await service.given.compose();
    const list = listComposes(entitled(service));
    expect((await list.next()).value).to.have.property('request');
    await list.return();
    const metrics = (await service.root.get('/metrics')).text;
    expect(metrics).to.match(/path="[^"]*composes"[^\n]* 1\n/);
  });

  it('end with the error of an invalid filter, and when they are aborted', async () => {
    await using service = await startService();
    const api = entitled(service);
    const wrong = await Array.fromAsync(listComposes(api, { created_after: 'yesterday' })).catch((error) => error);
    expect(wrong).to.be.instanceOf(ImageBuilderError);
    expect(wrong.message).to.include('created_after');
    const signal = AbortSignal.abort(new Error('enough'));
    const ended = await Array.fromAsync(listBlueprints(api, {}, { signal })).catch((error) => error);
    expect(ended).to.have.property('message', 'enough');
  });
});
