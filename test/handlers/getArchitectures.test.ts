import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

describe('getArchitectures', () => {
  it('lists x86_64 first, with image types and repositories in the order of the data', async () => {
    await using service = await startService();
    const reply = await service.as().get('/architectures/rhel-9.6');
    expect(reply.status).to.equal(200);
    const repositories = (arch: string) =>
      ['baseos', 'appstream'].map((id) => ({
        baseurl: `https://cdn.test/content/dist/rhel9/9.6/${arch}/${id}/os`,
        rhsm: true,
      }));
    expect(reply.body).to.deep.equal([
      {
        arch: 'x86_64',
        image_types: [
          ...['aws', 'gcp', 'azure', 'oci', 'guest-image', 'image-installer', 'vsphere', 'vsphere-ova', 'wsl'],
        ],
        repositories: repositories('x86_64'),
      },
      { arch: 'aarch64', image_types: ['aws', 'guest-image'], repositories: repositories('aarch64') },
    ]);
  });

  it('leaves out repositories that are for certain image types', async () => {
    await using service = await startService();
    const { body } = await service.as().get('/architectures/centos-9');
    expect(body[0].repositories.map(({ baseurl }: { baseurl: string }) => baseurl)).to.deep.equal([
      'http://mirror.test/centos-9/BaseOS/x86_64/os/',
      'http://mirror.test/centos-9/AppStream/x86_64/os/',
    ]);
  });

  it('contains the metalink of a repository without an address', async () => {
    await using service = await startService({ allow: { '*': ['fedora'] } });
    const { body } = await service.as().get('/architectures/fedora-42');
    expect(body).to.deep.equal([
      {
        arch: 'x86_64',
        image_types: ['aws', 'guest-image'],
        repositories: [{ metalink: 'https://mirrors.test/metalink?repo=fedora-42&arch=x86_64', rhsm: false }],
      },
    ]);
  });

  it('returns empty lists for a distribution without image types and repositories', async () => {
    await using service = await startService();
    const { body } = await service.as().get('/architectures/hummingbird');
    expect(body).to.deep.equal([{ arch: 'x86_64', image_types: [], repositories: [] }]);
  });

  it('resolves the alias of a distribution', async () => {
    await using service = await startService();
    const [alias, target] = [
      await service.as().get('/architectures/rhel-8'),
      await service.as().get('/architectures/rhel-8.10'),
    ];
    expect(alias.status).to.equal(200);
    expect(alias.body).to.deep.equal(target.body);
  });

  it('rejects a distribution that requires a subscription, or has no data', async () => {
    await using service = await startService();
    const caller = service.as({ entitled: false });
    expect(await caller.get('/architectures/rhel-9.6')).to.be.refused(400, 'distribution not available');
    expect(await caller.get('/architectures/rhel-84')).to.be.refused(400, 'distribution not available');
  });

  it('rejects an unknown distribution', async () => {
    await using service = await startService();
    expect(await service.as().get('/architectures/windows')).to.be.refused(
      400,
      /^parameter "distribution" in path has an error: /,
    );
  });

  it('refuses a restricted distribution under its own name', async () => {
    await using service = await startService();
    expect(await service.as().get('/architectures/fedora-42')).to.be.refused(
      403,
      "This account's organization is not authorized to build fedora-42 images",
    );
  });
});
