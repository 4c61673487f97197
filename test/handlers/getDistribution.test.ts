import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const details = {
  name: 'centos-9',
  codename: '',
  releasever: '9',
  os_version: '9-stream',
  module_platform_id: 'platform:el9',
  product: 'CentOS Stream',
  ostree_ref: 'centos/9/%s/edge',
  architectures: {
    x86_64: {
      name: 'x86_64',
      image_types: {
        'guest-image': {
          name: 'guest-image',
          filename: 'disk.qcow2',
          mime_type: 'application/x-qemu-disk',
          boot_mode: 'hybrid',
          default_size: 10737418240,
        },
      },
    },
  },
};

const envelope = {
  href: '/api/image-builder-composer/v2/distributions/centos-9',
  id: 'centos-9',
  kind: 'DistributionDetails',
};

describe('getDistribution', () => {
  it('returns the details of composer, without the envelope and members unknown to the contract', async () => {
    await using service = await startService();
    service.composer.get('/distributions/centos-9').reply(200, { ...envelope, ...details, secret: true });
    const reply = await service.as().get('/distributions/centos-9');
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.body).to.deep.equal(details);
  });

  it('passes the filters on, repeated as they were given', async () => {
    await using service = await startService();
    service.composer
      .get('/distributions/centos-9?architecture=x86_64&image_type=aws&image_type=guest-image')
      .reply(200, { ...envelope, ...details });
    const query = 'image_type=aws&image_type=guest-image&architecture=x86_64';
    const reply = await service.as().get(`/distributions/centos-9?${query}`);
    expect(reply.status, reply.text).to.equal(200);
  });

  it('calls composer with the distribution name of composer', async () => {
    await using service = await startService();
    service.composer.get('/distributions/rhel-10.1-composer').reply(200, { ...envelope, ...details });
    service.composer.get('/distributions/rhel-8.10').reply(200, { ...envelope, ...details });
    expect((await service.as().get('/distributions/rhel-10.1')).status).to.equal(200);
    expect((await service.as().get('/distributions/rhel-8')).status).to.equal(200);
  });

  it('does not know a distribution that is not there, or needs a subscription the caller lacks', async () => {
    await using service = await startService();
    expect(await service.as().get('/distributions/windows')).to.be.refused(404, "distribution 'windows' not found");
    expect(await service.as({ entitled: false }).get('/distributions/rhel-9.6')).to.be.refused(
      404,
      "distribution 'rhel-9.6' not found",
    );
    expect(await service.as().get('/distributions/a%2Fb')).to.be.refused(404, "distribution 'a/b' not found");
    expect(await service.as().get('/distributions/__proto__')).to.be.refused(404, "distribution '__proto__' not found");
  });

  it('refuses a restricted distribution to organizations that are not on the allow list', async () => {
    await using service = await startService({ allow: { '000001': ['fedora'] } });
    expect(await service.as().get('/distributions/fedora-42')).to.be.refused(
      403,
      "This account's organization is not authorized to build fedora-42 images",
    );
    service.composer.get('/distributions/fedora-42').reply(200, { ...envelope, ...details });
    expect((await service.as({ orgId: '000001' }).get('/distributions/fedora-42')).status).to.equal(200);
  });

  it('has no details of a distribution that is for image mode only', async () => {
    await using service = await startService();
    expect(await service.as().get('/distributions/hummingbird')).to.be.refused(
      400,
      'distribution details are only available for package mode distributions',
    );
  });

  it('forwards the 404 of composer', async () => {
    await using service = await startService();
    service.composer.get('/distributions/centos-9').reply(404, '{"reason":"no such distribution"}');
    const reply = await service.as().get('/distributions/centos-9');
    expect(reply).to.be.refused(404, '{"reason":"no such distribution"}');
  });

  it('reports a rejection, a missing response or an unexpected response of composer', async () => {
    await using service = await startService();
    service.composer.get('/distributions/centos-9').reply(400, 'what?');
    expect(await service.as().get('/distributions/centos-9')).to.be.refused(
      500,
      'Failed to get distribution details (code 400): what?',
    );
    service.composer.get('/distributions/centos-9').replyWithError('connection refused');
    expect(await service.as().get('/distributions/centos-9')).to.be.refused(500, 'Failed to get distribution details');
    for (const answer of ['no json', '[]', 'null', '{}']) {
      service.composer.get('/distributions/centos-9').reply(200, answer);
      expect(await service.as().get('/distributions/centos-9')).to.be.refused(
        500,
        'Failed to decode distribution details',
      );
    }
  });
});
