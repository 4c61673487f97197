import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import { isListed } from '../../../src/domain/build-rules/supported-options.ts';
import { CERTIFICATE, findingsFor, optionsOf, places, texts } from './support.ts';

const SMALL = ['packages', 'customizations.kernel.name', 'customizations.hostname'];
const LARGE = [...SMALL, 'customizations.filesystem', 'customizations.kernel', 'customizations.services'];
const options = optionsOf({ qcow2: SMALL, ami: LARGE, gce: LARGE });

const leftOut = (customizations: Customizations) => places(findingsFor(customizations, { options }));

describe('what an image type takes', () => {
  it('is what is listed, what that is part of, and its parts', () => {
    expect(isListed(['customizations.kernel'], 'customizations.kernel.append')).to.equal(true);
    expect(isListed(['customizations.kernel.name'], 'customizations.kernel')).to.equal(true);
    expect(isListed(['customizations.kernel.name'], 'customizations.kernel.append')).to.equal(false);
    expect(isListed(['customizations.user'], 'customizations.users')).to.equal(false);
  });

  it('names what is left out, and the image types that take it', () => {
    const filesystem = [{ mountpoint: '/var', min_size: 1 }];
    expect(findingsFor({ filesystem, packages: ['vim'] }, { options })).to.deep.equal([
      {
        ...{ kind: 'warning', title: 'left out of the image', pointer: '/customizations/filesystem', lost: true },
        imageTypes: ['aws', 'gcp'],
        detail:
          'customizations.filesystem is left out of the image: guest-image of centos-9 does not take ' +
          'customizations.filesystem; taken by aws, gcp',
      },
    ]);
  });

  it('is said of each customization by the name that composer has for it', () => {
    const nothing = optionsOf({ qcow2: ['name'] });
    const given = {
      ...{ packages: ['vim'], payload_repositories: [{ baseurl: 'https://repos.test/', rhsm: false }] },
      ...{ enabled_modules: [{ name: 'a', stream: '1' }], containers: [{ source: 'registry.test/a' }] },
      ...{ directories: [{ path: '/srv/a' }], files: [{ path: '/etc/a' }], users: [{ name: 'a' }] },
      ...{ groups: [{ name: 'a' }], disk: { partitions: [] }, partitioning_mode: 'raw' },
      ...{ hostname: 'a', timezone: { timezone: 'UTC' }, locale: { keyboard: 'us' } },
      ...{ kernel: { name: 'a', append: 'a' }, services: {}, firewall: {}, openscap: { profile_id: '' }, fips: {} },
      ...{ installer: {}, cacerts: { pem_certs: [] }, custom_repositories: [{ id: 'a' }] },
      ...{ installation_device: '/dev/sda', fdo: {}, ignition: {} },
      aap_registration: {
        ...{ ansible_callback_url: 'https://a.test', host_config_key: 'k', tls_certificate_authority: CERTIFICATE },
      },
    } as unknown as Customizations;
    const details = findingsFor(given, { options: nothing })
      .filter(({ title }) => title === 'left out of the image')
      .map(({ detail }) => /^customizations\.(.+?) .*does not take (.+);/.exec(detail)?.slice(1).join(': '));
    expect(details).to.deep.equal([
      'packages: packages',
      'payload_repositories: packages',
      'enabled_modules: enabled_modules',
      'containers: containers',
      'directories: customizations.directories',
      'files: customizations.files',
      'users: customizations.user',
      'groups: customizations.group',
      'disk: customizations.disk',
      'partitioning_mode: customizations.partitioning_mode',
      'hostname: customizations.hostname',
      'timezone: customizations.timezone',
      'locale: customizations.locale',
      'kernel.name: customizations.kernel.name',
      'kernel.append: customizations.kernel.append',
      'services: customizations.services',
      'firewall: customizations.firewall',
      'openscap: customizations.openscap',
      'fips: customizations.fips',
      'installer: customizations.installer',
      'cacerts: customizations.cacerts',
      'custom_repositories: customizations.repositories',
      'installation_device: customizations.installation_device',
      'fdo: customizations.fdo',
      'ignition: customizations.ignition',
      'aap_registration: customizations.files',
      'aap_registration: customizations.services',
      'aap_registration.tls_certificate_authority: customizations.cacerts',
    ]);
    const filesystem = [{ mountpoint: '/var', min_size: 1 }];
    expect(findingsFor({ filesystem }, { options: nothing })[0]?.detail).to.include('customizations.filesystem;');
  });

  it('says so when no image type takes it', () => {
    const [finding] = findingsFor({ containers: [{ source: 'registry.test/a:1' }] }, { options });
    expect(finding?.detail).to.include('no image type of centos-9 takes it');
    expect(finding?.imageTypes).to.deep.equal([]);
  });

  for (const [what, given, found] of [
    [
      'parts of a member',
      { kernel: { name: 'kernel-debug', append: 'audit=1' } },
      ['warning /customizations/kernel/append'],
    ],
    ['empty objects', { services: {} }, ['warning /customizations/services']],
    ['no empty lists', { users: [], containers: [] }, []],
    ['no empty texts that composer drops', { installation_device: '' }, []],
    [
      'the parts of a registration',
      { aap_registration: { ansible_callback_url: 'https://a.test', host_config_key: 'k' } },
      ['warning /customizations/aap_registration', 'warning /customizations/aap_registration'],
    ],
  ] as const)
    it(`is about ${what}`, () => expect(leftOut(given as unknown as Customizations)).to.deep.equal(found));

  it('is unknown while composer has not answered, and for a type that composer does not list', () => {
    const filesystem = [{ mountpoint: '/var', min_size: 1 }];
    expect(findingsFor({ filesystem }, { options: null })).to.deep.equal([]);
    expect(findingsFor({ filesystem }, { options, type: 'wsl' })).to.deep.equal([]);
    expect(findingsFor({ filesystem }, { options, architecture: 'aarch64' })).to.deep.equal([]);
  });

  it('includes what it requires', () => {
    const required = optionsOf({ qcow2: SMALL }, { required_blueprint_options: ['customizations.hostname'] });
    expect(texts(findingsFor({}, { options: required }))).to.deep.equal([
      'error (required customization): hostname is missing: guest-image of centos-9 cannot be built without it',
    ]);
    expect(findingsFor({ hostname: 'a' }, { options: required })).to.deep.equal([]);
  });

  it('does not say what has an effect', () => {
    for (const [type, given, at] of [
      ['edge-installer', { timezone: { timezone: 'UTC' } }, 'timezone'],
      ['edge-installer', { locale: { languages: ['C'] } }, 'locale'],
      ['edge-installer', { subscription: {} }, 'subscription'],
      ['network-installer', { subscription: {} }, 'subscription'],
      ['network-installer', { locale: { keyboard: 'us' } }, 'locale/keyboard'],
    ] as const) {
      const find = (image: typeof type | 'image-installer') =>
        findingsFor(given as unknown as Customizations, { type: image, distribution: 'rhel-9' })
          .filter(({ title }) => title === 'no effect')
          .map(({ pointer, detail, lost }) => ({ pointer, detail: /has no effect.*/.exec(detail)?.[0], lost }));
      expect(find(type)).to.deep.equal([
        { pointer: `/customizations/${at}`, detail: `has no effect on ${type} of rhel-9`, lost: true },
      ]);
      expect(find('image-installer')).to.deep.equal([]);
    }
  });

  it('includes the mode of its layout, when composer shows the layout', () => {
    const find = (...types: readonly string[]) => {
      const table = { partitions: types.map((type) => ({ type })) };
      const options = optionsOf({ qcow2: ['customizations.partitioning_mode'] }, { base_partition_table: table });
      return places(findingsFor({ partitioning_mode: 'raw' }, { options }));
    };
    expect(find('plain', 'lvm')).to.deep.equal(['error /customizations/partitioning_mode']);
    expect(find('plain', 'plain')).to.deep.equal([]);
  });
});
