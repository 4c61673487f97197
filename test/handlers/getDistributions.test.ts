import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const names = (body: readonly { name: string }[]): string[] => body.map(({ name }) => name);

const open = ['centos-9', 'hummingbird'];
const entitled = ['centos-9', 'hummingbird', 'rhel-10.1', 'rhel-8', 'rhel-8.10', 'rhel-9.6'];

describe('getDistributions', () => {
  it('lists the distributions of an entitled caller by name, with aliases and their targets', async () => {
    await using service = await startService();
    const reply = await service.as().get('/distributions');
    expect(reply.status).to.equal(200);
    expect(names(reply.body)).to.deep.equal(entitled);
    expect(reply.body).to.deep.include({ name: 'centos-9', description: 'CentOS Stream 9' });
    expect(reply.body).to.deep.include({ name: 'rhel-8', description: 'Red Hat Enterprise Linux (RHEL) 8' });
  });

  it('excludes distributions that require a subscription for callers without one', async () => {
    await using service = await startService();
    const reply = await service.as({ entitled: false }).get('/distributions');
    expect(names(reply.body)).to.deep.equal(open);
  });

  it('lists restricted distributions for organizations on the allow list, and only for them', async () => {
    await using service = await startService({ allow: { '000001': ['^fedora-42$'], '000002': ['fedora-4[13]'] } });
    expect(names((await service.as({ orgId: '000001' }).get('/distributions')).body)).to.include('fedora-42');
    expect(names((await service.as({ orgId: '000002' }).get('/distributions')).body)).to.deep.equal(entitled);
  });

  it('lists restricted distributions for all organizations if the allow list permits it', async () => {
    await using service = await startService({ allow: { '*': ['fedora'] } });
    const reply = await service.as({ entitled: false }).get('/distributions');
    expect(names(reply.body)).to.deep.equal(['centos-9', 'fedora-42', 'hummingbird']);
  });

  it('ignores the filters of kind bootc', async () => {
    await using service = await startService();
    const reply = await service.as().get('/distributions?distro=rhel-10.1&arch=aarch64&type=aws');
    expect(names(reply.body)).to.deep.equal(entitled);
  });

  describe('of kind bootc', () => {
    it('lists the base images of every distribution for every caller', async () => {
      await using service = await startService();
      const reply = await service.as({ entitled: false }).get('/distributions?kind=bootc');
      expect(reply.status).to.equal(200);
      const rhel = { distro: 'rhel-10.1', name: 'Red Hat Enterprise Linux (RHEL) 10' };
      expect(reply.body).to.deep.equal([
        {
          ...{ distro: 'hummingbird', name: 'hummingbird', type: 'guest-image', arch: 'x86_64' },
          reference: 'registry.test/bootc/hummingbird-qcow2:latest',
        },
        { ...rhel, type: 'aws', arch: 'x86_64', reference: 'registry.test/bootc/rhel-10-ec2:latest' },
        { ...rhel, type: 'guest-image', arch: 'x86_64', reference: 'registry.test/bootc/rhel-10-qcow2:latest' },
        {
          ...{ ...rhel, type: 'bootable-container-iso', arch: 'x86_64' },
          reference: 'registry.test/bootc/rhel-10-iso:latest',
          iso_payload_references: [
            'registry.test/bootc/rhel-10-qcow2:latest',
            'registry.test/bootc/rhel-10-ec2:latest',
          ],
        },
        { ...rhel, type: 'guest-image', arch: 'aarch64', reference: 'registry.test/bootc/rhel-10-qcow2:latest' },
      ]);
    });

    it('filters by distribution, architecture and type, alone and together', async () => {
      await using service = await startService();
      const count = async (filter: string): Promise<number> =>
        (await service.as().get(`/distributions?kind=bootc&${filter}`)).body.length;
      expect(await count('distro=rhel-10.1')).to.equal(4);
      expect(await count('arch=aarch64')).to.equal(1);
      expect(await count('type=guest-image')).to.equal(3);
      expect(await count('distro=rhel-10.1&arch=x86_64&type=guest-image')).to.equal(1);
    });

    it('returns an empty list without matches', async () => {
      await using service = await startService();
      const reply = await service.as().get('/distributions?kind=bootc&distro=&type=nothing');
      expect([reply.status, reply.body]).to.deep.equal([200, []]);
    });
  });

  it('rejects an unknown or empty kind', async () => {
    await using service = await startService();
    for (const kind of ['', 'package', 'BOOTC']) {
      const reply = await service.as().get(`/distributions?kind=${kind}`);
      expect(reply).to.be.refused(400, /^parameter "kind" in query has an error: /);
    }
  });
});
