import { expect } from 'chai';
import { describe, it } from 'mocha';
import { guestImageRequest } from '../support/given.ts';
import { TomlBody } from '../support/client.ts';
import { startService } from '../support/service.ts';

const DETAILED = { headers: { prefer: 'errors=detailed' } };

/** As composer-cli saves it. */
const WEB_SERVER = `
name = "web-server"
description = "nginx with the company defaults"
version = "1.4.0"
distro = "centos-9"
architecture = "x86_64"
modules = []

[[packages]]
name = "nginx"
version = "*"

[[packages]]
name = "openssl"
version = "3.0.7"

[[groups]]
name = "core"

[customizations]
hostname = "web"
fips = true

[customizations.kernel]
append = "audit=1"

[[customizations.user]]
name = "admin"
password = "$6$salt$hash"
home = "/srv/admin"
groups = ["wheel"]

[[customizations.sshkey]]
user = "admin"
key = "ssh-ed25519 AAAA admin"

[[customizations.filesystem]]
mountpoint = "/var"
minsize = "2 GiB"

[customizations.rpm.import_keys]
files = ["/etc/pki/key"]
`;

describe('importBlueprint', () => {
  it('converts a composer-cli blueprint, and lists what has no equivalent', async () => {
    await using service = await startService();
    const reply = await service.as().post('/blueprints/import', new TomlBody(WEB_SERVER));
    expect(reply.status, reply.text).to.equal(200);
    const { without_equivalent: lost, ...converted } = reply.body;
    expect(converted).to.deep.equal({
      architecture: 'x86_64',
      blueprint: {
        name: 'web-server',
        description: 'nginx with the company defaults',
        distribution: 'centos-9',
        customizations: {
          packages: ['nginx', 'openssl-3.0.7', '@core'],
          hostname: 'web',
          fips: { enabled: true },
          kernel: { append: 'audit=1' },
          filesystem: [{ mountpoint: '/var', min_size: 2_147_483_648 }],
          users: [{ name: 'admin', password: '$6$salt$hash', groups: ['wheel'], ssh_key: 'ssh-ed25519 AAAA admin' }],
        },
        metadata: { parent_id: null, exported_at: '', is_on_prem: true },
      },
    });
    expect(lost.map(({ pointer }: { pointer: string }) => pointer)).to.deep.equal([
      '/version',
      '/customizations/user/0/home',
      '/customizations/rpm',
    ]);
    for (const { detail } of lost) expect(detail).to.be.a('string').and.not.equal('');
    expect(reply.headers['cache-control']).to.equal('no-store');
  });

  it('makes what createBlueprint takes, once the images are added', async () => {
    await using service = await startService();
    const { body } = await service.as().post('/blueprints/import', new TomlBody(WEB_SERVER));
    const created = await service.as().post('/blueprints', { ...body.blueprint, image_requests: [guestImageRequest] });
    expect(created.status, created.text).to.equal(201);
    const { body: stored } = await service.as().get(`/blueprints/${created.body.id}`);
    expect(stored.customizations.packages).to.deep.equal(['nginx', 'openssl-3.0.7', '@core']);
    expect(stored.customizations.users).to.deep.equal([
      { name: 'admin', groups: ['wheel'], ssh_key: 'ssh-ed25519 AAAA admin', hasPassword: true },
    ]);
  });

  it('finds a distribution by its name in composer-cli, and reports one that the caller cannot build', async () => {
    await using service = await startService();
    for (const [distro, distribution] of [
      ['centos-9', 'centos-9'],
      ['rhel-9.6', 'rhel-9.6'],
      ['rhel-7.9', undefined],
    ] as const) {
      const { body } = await service.as().post('/blueprints/import', new TomlBody(`name = "x"\ndistro = "${distro}"`));
      expect(body.blueprint.distribution, distro).to.equal(distribution);
      const pointers = body.without_equivalent.map(({ pointer }: { pointer: string }) => pointer);
      expect(pointers).to.deep.equal(distribution === undefined ? ['/distro'] : []);
    }
  });

  it('refuses what is not TOML with line and column, and without the text of the line', async () => {
    await using service = await startService();
    const text = 'name = "x"\n\n[[customizations.user]]\npassword = the-password\n';
    const reply = await service.as().post('/blueprints/import', new TomlBody(text), DETAILED);
    expect(reply.status).to.equal(400);
    expect(reply.body.errors[0]).to.include({ code: 'request.malformed', pointer: '' });
    expect(reply.body.errors[0].detail).to.match(/^the body is not TOML: line 4, column \d+: /);
    expect(reply.text).not.to.include('the-password');
  });

  it('names every member of a wrong type', async () => {
    await using service = await startService();
    const text =
      'name = 1\n[customizations]\nhostname = true\nuser = [{ groups = "wheel" }]\nfilesystem = 2024-01-01\n';
    const reply = await service.as().post('/blueprints/import', new TomlBody(text), DETAILED);
    expect(reply.status).to.equal(400);
    expect(reply.body.errors.map(({ pointer }: { pointer: string }) => pointer)).to.deep.equal([
      '/name',
      '/customizations/hostname',
      '/customizations/user/0/groups',
      '/customizations/user/0/name',
      '/customizations/filesystem',
    ]);
    expect(reply.body.errors[1].detail).to.include('must be a string');
  });

  it('refuses values that no hosted blueprint can have', async () => {
    await using service = await startService();
    const text = 'name = "x"\n[customizations]\npartitioning_mode = "zfs"\n';
    const reply = await service.as().post('/blueprints/import', new TomlBody(text));
    expect(reply).to.be.refused(400, /"\/customizations\/partitioning_mode": value is not one of the allowed values/);
  });

  it('refuses an empty body and other media types', async () => {
    await using service = await startService();
    expect(await service.as().post('/blueprints/import')).to.be.refused(400, /value is required but missing/);
    const json = await service.as().post('/blueprints/import', { name: 'x' });
    expect(json).to.be.refused(415, 'the body must be sent with the header Content-Type: application/toml');
    const headers = { 'content-type': 'Application/TOML; charset=utf-8' };
    expect((await service.as().post('/blueprints/import', 'name = "x"', { headers })).status).to.equal(200);
  });

  for (const [what, text] of Object.entries({
    'a name that is part of every object': '__proto__ = 1',
    'values that nest deeply': `x = ${'['.repeat(5_000)}${']'.repeat(5_000)}`,
    'an integer that cannot be represented': 'x = 9007199254740993',
  })) {
    it(`refuses ${what}`, async () => {
      await using service = await startService();
      const reply = await service.as().post('/blueprints/import', new TomlBody(`name = "x"\n${text}`));
      expect(reply).to.be.refused(400, /^the body is not TOML: line 2, column \d+: /);
    });
  }

  it('stores nothing', async () => {
    await using service = await startService();
    await service.as().post('/blueprints/import', new TomlBody('name = "x"'));
    expect((await service.as().get('/blueprints')).body.meta.count).to.equal(0);
  });
});
