import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import { imageModeFindings, places } from './support.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample me@example.com';
const root = { type: 'plain', fs_type: 'xfs', mountpoint: '/', minsize: '9 GiB' };
const filesystem = (...mountpoints: string[]): Customizations => ({
  filesystem: mountpoints.map((mountpoint) => ({ mountpoint, min_size: 1 })),
});
const disk = (...partitions: object[]) => ({ disk: { partitions } }) as unknown as Customizations;
const found = (...args: Parameters<typeof imageModeFindings>) => places(imageModeFindings(...args));

describe('rules of image mode', () => {
  it('take users, groups, files below /etc, file systems and kernel arguments on disks', () => {
    const customizations: Customizations = {
      users: [{ name: 'core', ssh_key: KEY, groups: ['wheel'] }],
      groups: [{ name: 'operators' }],
      files: [
        { path: '/etc/motd', data: 'x' },
        { path: '/usr/local/bin/run', data: 'x' },
      ],
      directories: [{ path: '/etc/company' }],
      ...filesystem('/', '/boot', '/var/lib/data'),
      kernel: { append: 'audit=1' },
    };
    expect(imageModeFindings(customizations)).to.deep.equal([]);
    expect(imageModeFindings(disk(root, { ...root, mountpoint: '/var/data' }))).to.deep.equal([]);
  });

  it('name what the container has to bring', () => {
    expect(imageModeFindings({ packages: ['nginx'] })).to.deep.equal([
      {
        ...{ kind: 'warning', title: 'left out of the image', pointer: '/customizations/packages', lost: true },
        imageTypes: [],
        detail:
          'customizations.packages is left out of the image: guest-image of image mode does not take packages; ' +
          'the container has to bring it',
      },
    ]);
  });

  const LEFT_OUT: Customizations = {
    hostname: 'x'.repeat(99),
    timezone: { timezone: 'Mars/Olympus' },
    locale: { languages: ['klingon please'] },
    firewall: { ports: ['abc'] },
    services: { enabled: ['a b'] },
    openscap: { profile_id: 'no such profile' },
    partitioning_mode: 'raw',
    cacerts: { pem_certs: ['none'] },
    containers: [{ source: 'registry.test/a:1' }],
    kernel: { name: 'kernel-debug' },
    fips: { enabled: true },
  };
  it('do not judge what the image lacks', () => {
    const members = Object.keys(LEFT_OUT).map((name) => (name === 'kernel' ? 'kernel/name' : name));
    expect(found(LEFT_OUT)).to.have.members(members.map((name) => `warning /customizations/${name}`));
  });

  it('warn of a registration, which nothing in the image performs', () => {
    const subscription = {
      ...{ organization: 1, 'activation-key': 'k', 'server-url': 's', 'base-url': 'b', insights: true },
    };
    expect(imageModeFindings({ subscription })[0]).to.include({
      ...{ kind: 'warning', pointer: '/customizations/subscription' },
      detail: 'customizations.subscription has no effect on guest-image of image mode',
    });
  });

  it('refuse files where the container is fixed', () => {
    expect(found({ files: [{ path: '/srv/x' }, { path: '/opt/x' }] })).to.deep.equal([
      'error /customizations/files/0/path',
      'error /customizations/files/1/path',
    ]);
    expect(found({ directories: [{ path: '/var/x' }] })).to.deep.equal(['error /customizations/directories/0/path']);
  });

  it('refuse file systems where the container is fixed, and warn below /var where it has links', () => {
    expect(found(filesystem('/home', '/usr', '', 'var', '/boot/efi'))).to.deep.equal(
      [0, 1, 2, 3, 4].map((index) => `error /customizations/filesystem/${index}/mountpoint`),
    );
    expect(found(filesystem('/var', '/var/home', '/var/homes'))).to.deep.equal([
      'warning /customizations/filesystem/0/mountpoint',
      'warning /customizations/filesystem/1/mountpoint',
    ]);
  });

  it('refuse a layout that cannot be made, wherever it is mounted', () => {
    expect(found(disk(root, root))).to.deep.equal(['error /customizations/disk/partitions/1/mountpoint']);
    expect(found(disk(root, { ...root, mountpoint: '/home' }))).to.deep.equal([]);
    expect(found({ ...disk(root), ...filesystem('/') })).to.deep.equal(['error /customizations/filesystem']);
  });

  it('refuse image types that are made of packages', () => {
    const [finding] = imageModeFindings({}, 'image-installer');
    expect(finding).to.include({
      ...{ kind: 'error', pointer: '/image_requests/0/image_type', value: 'image-installer' },
      takes: 'aws, azure, gcp, guest-image, bootable-container-iso',
    });
  });

  it('say nothing of what an image type takes that they do not know', () => {
    expect(found({ packages: ['vim'] }, 'pxe-tar-xz')).to.deep.equal([]);
  });

  it('warn of OSTree options', () => {
    expect(found({}, 'guest-image', { ostree: { ref: 'a' } })).to.deep.equal(['warning /image_requests/0/ostree']);
  });

  it('take users, FIPS and options of the installer in an installer, and leave out its disk', () => {
    const taken: Customizations = {
      users: [{ name: 'core', ssh_key: KEY }],
      installer: { unattended: true },
      fips: { enabled: true },
    };
    expect(imageModeFindings(taken, 'bootable-container-iso')).to.deep.equal([]);
    expect(found({ users: [{ name: 'a.b', ssh_key: KEY }] }, 'bootable-container-iso')).to.deep.equal([
      'error /customizations/users/0/name',
    ]);
    const [finding, ...others] = imageModeFindings({ ...disk(root, root) }, 'bootable-container-iso');
    expect(finding?.imageTypes).to.deep.equal(['aws', 'azure', 'gcp', 'guest-image']);
    expect(others).to.deep.equal([]);
  });
});
