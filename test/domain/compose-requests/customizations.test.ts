import { expect } from 'chai';
import { describe, it } from 'mocha';
import { aapParts } from '../../../src/domain/compose-requests/aap-registration.ts';
import { toComposerCustomizations, type DerivedParts } from '../../../src/domain/compose-requests/customizations.ts';
import { policyParts } from '../../../src/domain/compose-requests/openscap.ts';
import type { ComposerSubscription, Customizations } from '../../../src/domain/compose-requests/types.ts';
import { refusalOf } from './support.ts';

const NOTHING: DerivedParts = {
  ...{
    payloadRepositories: [],
    customRepositories: [],
    subscription: null,
    openscap: null,
    needsRhcd: false,
    aap: null,
    parentDirectories: [],
  },
};
const translated = (given: Customizations | undefined, derived: Partial<DerivedParts> = {}) =>
  toComposerCustomizations(given, { ...NOTHING, ...derived });

/** Members that are the same in both contracts, with all their members. */
const UNCHANGED: readonly Customizations[] = [
  { packages: ['b', 'a', '@group', 'b'] },
  { packages: [] },
  { enabled_modules: [{ name: 'nodejs', stream: '20' }] },
  { enabled_modules: [] },
  { filesystem: [{ mountpoint: '/var', min_size: 1024 }] },
  { groups: [{ name: 'g', gid: 0 }, { name: 'h' }] },
  { partitioning_mode: 'raw' },
  { partitioning_mode: 'lvm' },
  { partitioning_mode: 'auto-lvm' },
  { containers: [{ source: 's', name: 'n', tls_verify: false }, { source: 't' }] },
  { locale: { languages: ['en_US.UTF-8'], keyboard: 'us' } },
  { locale: {} },
  { kernel: { name: 'kernel-rt', append: 'nosmt=force' } },
  { kernel: {} },
  { firewall: { ports: ['22:tcp'], services: { enabled: ['ssh'], disabled: ['telnet'] } } },
  { firewall: { services: {} } },
  { firewall: {} },
  { timezone: { timezone: 'Europe/Berlin', ntpservers: ['0.pool.test'] } },
  { timezone: {} },
  { services: { enabled: ['a'], disabled: ['b'], masked: ['c'] } },
  { services: {} },
  { installation_device: '/dev/sda' },
  { installation_device: '' },
  { hostname: 'host' },
  { hostname: '' },
  { fdo: { manufacturing_server_url: 'u', diun_pub_key_insecure: 'true', diun_pub_key_hash: 'h' } },
  { fdo: {} },
  { ignition: { embedded: { config: 'c' }, firstboot: { url: 'u' } } },
  { ignition: {} },
  { fips: { enabled: true } },
  { fips: { enabled: false } },
  { installer: { unattended: true, 'sudo-nopasswd': ['wheel'] } },
  { installer: {} },
  { cacerts: { pem_certs: ['PEM'] } },
  { cacerts: { pem_certs: [] } },
  {
    disk: {
      type: 'gpt',
      minsize: '10 GiB',
      partitions: [{ type: 'btrfs', subvolumes: [{ name: 'n', mountpoint: '/' }] }],
    },
  },
  // Members of another kind of partition are passed on.
  {
    disk: { partitions: [{ type: 'plain', fs_type: 'xfs', logical_volumes: 'x', subvolumes: null }] },
  } as unknown as Customizations,
];

/** Lists that are left out when they are empty. */
const LEFT_OUT_EMPTY = [
  ...(['filesystem', 'users', 'groups', 'containers', 'directories', 'files'] as const),
  ...(['payload_repositories', 'custom_repositories'] as const),
];

const AAP = aapParts({ ansible_callback_url: 'u', host_config_key: 'k', tls_certificate_authority: 'AAP PEM' });
const TAILORED = policyParts({ policyId: 'p', profileId: 'r', tailoring: '{}' });

describe('customizations', () => {
  it('are absent when there are none', () => expect(translated(undefined)).to.equal(undefined));
  it('are an empty object when that is what was given', () => expect(translated({})).to.deep.equal({}));

  for (const given of UNCHANGED) {
    it(`keep ${JSON.stringify(given)}`, () => expect(translated(given)).to.deep.equal(given));
  }

  it('name the type of a partition that has none: composer refuses one without', () => {
    const given: Customizations = { disk: { partitions: [{ fs_type: 'swap', minsize: '1 GiB' }] } };
    const partitions = [{ type: 'plain', fs_type: 'swap', minsize: '1 GiB' }];
    expect(translated(given)).to.deep.equal({ disk: { partitions } });
  });

  it('create the directories of files with ensure_parents after those of the request', () => {
    const given: Customizations = { files: [{ path: '/etc/company/motd' }], directories: [{ path: '/srv/a' }] };
    expect(translated(given, { parentDirectories: ['/etc/company'] })?.directories).to.deep.equal([
      { path: '/srv/a', ensure_parents: false },
      { path: '/etc/company', ensure_parents: true },
    ]);
  });

  for (const name of LEFT_OUT_EMPTY) {
    it(`leave an empty ${name} out`, () => expect(translated({ [name]: [] })).to.deep.equal({}));
  }

  it('keep an order of members that does not matter and an order of items that does', () => {
    const given = { packages: ['b', 'a'], groups: [{ name: 'b' }, { name: 'a' }] };
    expect(translated(given)).to.deep.equal(given);
  });

  it('have users with a key in place of an SSH key, and never say whether there was a password', () => {
    const users = [
      { name: 'all', ssh_key: 'ssh-ed25519 A', groups: ['wheel'], password: '$6$a$b', hasPassword: true },
      { name: 'empty', ssh_key: '', groups: [], password: '', hasPassword: false },
      { name: 'none' },
    ];
    expect(translated({ users })).to.deep.equal({
      users: [
        { name: 'all', key: 'ssh-ed25519 A', groups: ['wheel'], password: '$6$a$b' },
        { name: 'empty', key: '', groups: [] },
        { name: 'none' },
      ],
    });
  });

  it('lose what is resolved elsewhere: repositories, subscription, hardening and registration of the caller', () => {
    const given = {
      payload_repositories: [{ rhsm: false, baseurl: 'http://b.test' }],
      custom_repositories: [{ id: 'i' }],
      subscription: { organization: 1, 'activation-key': '', 'server-url': '', 'base-url': '', insights: true },
      openscap: { profile_id: 'p' },
      aap_registration: { ansible_callback_url: 'u', host_config_key: 'k' },
    };
    expect(translated(given)).to.deep.equal({});
  });

  it('have the repositories, the subscription and the hardening that were derived', () => {
    const payload_repositories = [{ baseurl: 'http://p.test', rhsm: false }];
    const custom_repositories = [{ id: 'c' }];
    const subscription = { organization: '1' } as ComposerSubscription;
    const derived = {
      payloadRepositories: payload_repositories,
      customRepositories: custom_repositories,
      subscription,
    };
    expect(
      translated({}, { ...derived, openscap: { openscap: { profile_id: 'p' }, directories: [], files: [] } }),
    ).to.deep.equal({
      ...{ payload_repositories, custom_repositories, subscription, openscap: { profile_id: 'p' } },
    });
  });

  it('come into being for derived payload repositories, and for nothing else', () => {
    const payloadRepositories = [{ baseurl: 'http://p.test', rhsm: false }];
    expect(translated(undefined, { payloadRepositories })).to.deep.equal({ payload_repositories: payloadRepositories });
    expect(translated(undefined, { customRepositories: [{ id: 'c' }], needsRhcd: true })).to.equal(undefined);
  });

  it('have the tailoring first and the registration last among directories and files', () => {
    const given = {
      directories: [{ path: '/d' }],
      files: [{ path: '/f', data: 'QQ==', data_encoding: 'base64' as const }],
    };
    const { directories, files } = translated(given, { openscap: TAILORED, aap: AAP }) ?? {};
    expect(directories?.map(({ path }) => path)).to.deep.equal(['/etc/osbuild', '/d']);
    expect(files?.map(({ path }) => path)).to.deep.equal([
      ...['/etc/osbuild/openscap-tailoring.json', '/f'],
      ...['/usr/local/sbin/aap-first-boot-reg', '/etc/systemd/system/aap-first-boot-reg.service'],
    ]);
    expect(files?.[1]?.data).to.equal('A');
  });

  it('have files and directories of the tailoring and the registration where the caller has none', () => {
    const { directories, files } = translated({ files: [], directories: [] }, { openscap: TAILORED, aap: AAP }) ?? {};
    expect(directories).to.have.lengthOf(1);
    expect(files).to.have.lengthOf(3);
  });

  it("enable rhcd, then the registration, behind the caller's services", () => {
    const given = { services: { enabled: ['sshd'], masked: ['rhcd'] } };
    expect(translated(given, { needsRhcd: true, aap: AAP })?.services).to.deep.equal({
      enabled: ['sshd', 'rhcd', 'aap-first-boot-reg.service'],
      masked: ['rhcd'],
    });
    expect(given, 'the request is not changed').to.deep.equal({ services: { enabled: ['sshd'], masked: ['rhcd'] } });
  });

  it('enable rhcd without services of the caller, and once only', () => {
    expect(translated({}, { needsRhcd: true })?.services).to.deep.equal({ enabled: ['rhcd'] });
    expect(translated({ services: { enabled: ['rhcd', 'a'] } }, { needsRhcd: true })?.services).to.deep.equal({
      enabled: ['rhcd', 'a'],
    });
  });

  it("trust the authority of the registration behind the caller's", () => {
    expect(translated({ cacerts: { pem_certs: ['PEM'] } }, { aap: AAP })?.cacerts).to.deep.equal({
      pem_certs: ['PEM', 'AAP PEM'],
    });
    expect(translated({}, { aap: AAP })?.cacerts).to.deep.equal({ pem_certs: ['AAP PEM'] });
  });

  it('refuse a file that cannot be decoded', () => {
    const files = [{ path: '/f', data: '!', data_encoding: 'base64' as const }];
    expect(refusalOf(() => translated({ files })).text).to.match(/^file "\/f": /);
  });
});
