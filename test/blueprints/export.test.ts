import { expect } from 'chai';
import { describe, it } from 'mocha';
import { exportTime, withCommunityRepositories, withoutSecrets } from '../../src/blueprints/export.ts';
import { HASH } from './support.ts';

const SECRET_FILES = [
  '/etc/systemd/system/register-satellite.service',
  '/usr/local/sbin/register-satellite',
  '/usr/local/sbin/aap-first-boot-reg',
];

describe('export of a blueprint', () => {
  it('leaves secrets out and everything else in', () => {
    const kept = {
      ...{ packages: ['nginx'], hostname: 'h', openscap: { profile_id: 'p' }, kernel: { append: 'quiet' } },
      directories: [{ path: '/opt/x' }],
    };
    const registration = { ansible_callback_url: 'https://aap.test', tls_certificate_authority: 'PEM' };
    const files = [...SECRET_FILES, '/etc/motd'].map((path) => ({ path, data: 'token' }));
    const customizations = {
      ...kept,
      users: [{ name: 'u', password: HASH, ssh_key: 'k' }],
      cacerts: { pem_certs: ['PEM'] },
      subscription: {
        ...{ organization: 1, 'activation-key': 'key', 'server-url': 's', 'base-url': 'b', insights: true, rhc: true },
      },
      aap_registration: { ...registration, host_config_key: 'the key' },
      files,
    };
    expect(withoutSecrets(customizations)).to.deep.equal({
      ...kept,
      users: [{ name: 'u', ssh_key: 'k', hasPassword: true }],
      aap_registration: { ...registration, host_config_key: '' },
      files: [{ path: '/etc/motd', data: 'token' }],
    });
  });

  for (const path of SECRET_FILES) {
    it(`leaves out the list of files when it held only ${path}`, () => {
      expect(withoutSecrets({ files: [{ path }] })).to.deep.equal({});
    });
  }

  it('adds nothing', () => {
    expect(withoutSecrets({})).to.deep.equal({});
  });

  it('takes the shared repositories instead of copies of them', () => {
    const find = (url: string | undefined) =>
      url === 'https://epel.test/9/' ? { uuid: 'shared', name: 'EPEL 9' } : undefined;
    const customizations = {
      custom_repositories: [
        { id: 'mine', name: 'my epel', baseurl: ['https://epel.test/9/', 'https://other.test'], priority: 5 },
        { id: 'second', baseurl: ['https://other.test', 'https://epel.test/9/'] },
        { id: 'third' },
      ],
      payload_repositories: [
        { rhsm: false, id: 'mine', baseurl: 'https://epel.test/9/' },
        { rhsm: false, baseurl: 'https://other.test' },
        { rhsm: true, id: 'third' },
      ],
    };
    expect(withCommunityRepositories(customizations, find)).to.deep.equal({
      custom_repositories: [
        { ...customizations.custom_repositories[0], id: 'shared', name: 'EPEL 9' },
        ...customizations.custom_repositories.slice(1),
      ],
      payload_repositories: [
        { rhsm: false, id: 'shared', baseurl: 'https://epel.test/9/' },
        ...customizations.payload_repositories.slice(1),
      ],
    });
  });

  it('tells its time in UTC', () => {
    expect(exportTime(new Date('2026-11-23T17:51:20.594Z'))).to.equal('2026-11-23 17:51:20.594000 +0000 UTC');
  });
});
