import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import { isListed } from '../../../src/domain/build-rules/supported-options.ts';
import { findingsFor, optionsOf, places } from './support.ts';

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
    expect(places(findingsFor({}, { options: required }))).to.deep.equal(['error /customizations/hostname']);
    expect(findingsFor({ hostname: 'a' }, { options: required })).to.deep.equal([]);
  });

  it('includes the mode of its layout, when composer shows the layout', () => {
    const shown = (type: string) =>
      optionsOf({ qcow2: ['customizations.partitioning_mode'] }, { base_partition_table: { partitions: [{ type }] } });
    const find = (type: string) => places(findingsFor({ partitioning_mode: 'raw' }, { options: shown(type) }));
    expect(find('lvm')).to.deep.equal(['error /customizations/partitioning_mode']);
    expect(find('plain')).to.deep.equal([]);
  });
});
