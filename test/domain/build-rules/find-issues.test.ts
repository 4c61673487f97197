import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import { CERTIFICATE, findingsFor, places, type Target } from './support.ts';

type Partitions = NonNullable<Customizations['disk']>['partitions'];
const disk = (...partitions: object[]): Customizations => ({ disk: { partitions: partitions as Partitions } });
const lvm = (...volumes: object[]) => ({ type: 'lvm', name: 'vg', minsize: '9 GiB', logical_volumes: volumes });
const btrfs = (...volumes: object[]) => ({ type: 'btrfs', minsize: '9 GiB', subvolumes: volumes });
const root = { type: 'plain', fs_type: 'xfs', mountpoint: '/', minsize: '9 GiB' };
const part = (mountpoint: string, more: object = {}) => ({ ...root, mountpoint, ...more });
const repository = (more: object) =>
  ({ custom_repositories: [{ id: 'tools', baseurl: ['https://repos.test/'], ...more }] }) as Customizations;
const profile = (name: string): Customizations => ({
  openscap: { profile_id: `xccdf_org.ssgproject.content_profile_${name}` },
});
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample me@example.com';
const FDO = { manufacturing_server_url: 'https://fdo.test', diun_pub_key_insecure: 'true' };
const URL = { url: 'https://ostree.test/repo' };
const INSTALLER: Target = { type: 'edge-installer', distribution: 'rhel-9', ostree: URL };
const COMMIT: Target = { type: 'edge-commit', distribution: 'rhel-9' };

type Case = readonly [what: string, given: Customizations, found: readonly string[], target?: Target];

/** Requests, and the members that are reported. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  'file systems': [
    [
      'takes places of their own',
      {
        filesystem: [
          { mountpoint: '/var', min_size: 1 },
          { mountpoint: '/usr', min_size: 1 },
        ],
      },
      [],
    ],
    [
      'refuses an empty place',
      { filesystem: [{ mountpoint: '', min_size: 1 }] },
      ['error /customizations/filesystem/0/mountpoint'],
    ],
    [
      'refuses a relative place',
      { filesystem: [{ mountpoint: 'var', min_size: 1 }] },
      ['error /customizations/filesystem/0/mountpoint'],
    ],
    [
      'refuses a place below /usr',
      { filesystem: [{ mountpoint: '/usr/bin', min_size: 1 }] },
      ['error /customizations/filesystem/0/mountpoint'],
    ],
    [
      'refuses what the system mounts',
      { filesystem: [{ mountpoint: '/var/run/x', min_size: 1 }] },
      ['error /customizations/filesystem/0/mountpoint'],
    ],
    [
      'refuses a size that no tool can count',
      { filesystem: [{ mountpoint: '/a', min_size: 2 ** 63 }] },
      ['error /customizations/filesystem/0/min_size'],
    ],
    [
      'warns of a place that is given twice',
      {
        filesystem: [
          { mountpoint: '/a', min_size: 1 },
          { mountpoint: '/a', min_size: 2 },
        ],
      },
      ['warning /customizations/filesystem/1/mountpoint'],
    ],
    [
      'refuses them beside a disk',
      { filesystem: [{ mountpoint: '/a', min_size: 1 }], ...disk(root) },
      ['error /customizations/filesystem'],
    ],
  ],
  'the layout of a disk': [
    ['takes plain partitions', disk(root, part('/boot'), { fs_type: 'swap', minsize: '1 GiB' }), []],
    ['takes a volume group', disk(lvm({ name: 'root', fs_type: 'xfs', mountpoint: '/', minsize: '4 GiB' })), []],
    [
      'takes subvolumes of btrfs',
      disk(btrfs({ name: 'root', mountpoint: '/' }, { name: 'boot', mountpoint: '/boot' })),
      [],
    ],
    ['refuses two roots', disk(root, root), ['error /customizations/disk/partitions/1/mountpoint']],
    [
      'refuses a root on a partition and in a group',
      disk(root, lvm({ fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' })),
      ['error /customizations/disk/partitions/1/logical_volumes/0/mountpoint'],
    ],
    [
      'refuses a partition without a mount point',
      disk(root, { fs_type: 'xfs', minsize: '1 GiB' }),
      ['error /customizations/disk/partitions/1/mountpoint'],
    ],
    [
      'refuses swap space with a mount point',
      disk(root, { fs_type: 'swap', mountpoint: '/swap', minsize: '1 GiB' }),
      ['error /customizations/disk/partitions/1/mountpoint'],
    ],
    ['refuses a place of the system', disk(root, part('/etc')), ['error /customizations/disk/partitions/1/mountpoint']],
    [
      'refuses a path that is not canonical',
      disk(root, part('/a/../b')),
      ['error /customizations/disk/partitions/1/mountpoint'],
    ],
    [
      'refuses LVM and btrfs',
      disk(lvm({ fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' }), btrfs({ name: 'a', mountpoint: '/a' })),
      ['error /customizations/disk/partitions'],
    ],
    [
      'refuses two volume groups',
      disk(
        lvm({ fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' }),
        lvm({ fs_type: 'xfs', mountpoint: '/a', minsize: '1 GiB' }),
      ),
      ['error /customizations/disk/partitions/1'],
    ],
    [
      'refuses two volumes of btrfs',
      disk(btrfs({ name: 'a', mountpoint: '/' }), btrfs({ name: 'b', mountpoint: '/b' })),
      ['error /customizations/disk/partitions/1'],
    ],
    ['refuses btrfs without subvolumes', disk(root, btrfs()), ['error /customizations/disk/partitions/1']],
    ['refuses a group without volumes beside a root', disk(root, lvm()), ['error /customizations/disk/partitions/1']],
    ['takes a group without volumes, which gets the root', disk(lvm()), []],
    [
      'refuses /boot on LVM',
      disk(
        lvm(
          { fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' },
          { fs_type: 'xfs', mountpoint: '/boot', minsize: '1 GiB' },
        ),
      ),
      ['error /customizations/disk/partitions/0/logical_volumes/1/mountpoint'],
    ],
    [
      'refuses /boot/efi on btrfs',
      disk(btrfs({ name: 'a', mountpoint: '/' }, { name: 'b', mountpoint: '/boot/efi' })),
      ['error /customizations/disk/partitions/0/subvolumes/1/mountpoint'],
    ],
    [
      'refuses other file systems for /boot',
      disk(root, part('/boot', { fs_type: 'vfat' })),
      ['error /customizations/disk/partitions/1/fs_type'],
    ],
    [
      'refuses other file systems for /boot/efi',
      disk(root, part('/boot/efi')),
      ['error /customizations/disk/partitions/1/fs_type'],
    ],
    [
      'refuses a name of two volumes',
      disk(
        lvm(
          { name: 'a', fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' },
          { name: 'a', fs_type: 'xfs', mountpoint: '/b', minsize: '1 GiB' },
        ),
      ),
      ['error /customizations/disk/partitions/0/logical_volumes/1/name'],
    ],
    [
      'refuses a name of two subvolumes',
      disk(btrfs({ name: 'a', mountpoint: '/' }, { name: 'a', mountpoint: '/b' })),
      ['error /customizations/disk/partitions/0/subvolumes/1/name'],
    ],
    [
      'refuses a subvolume without a name',
      disk(btrfs({ name: '', mountpoint: '/' })),
      ['error /customizations/disk/partitions/0/subvolumes/0/name'],
    ],
    [
      'refuses a name without any letter',
      disk({ ...lvm(), name: '--' }),
      ['error /customizations/disk/partitions/0/name'],
    ],
    [
      'warns of a name that LVM refuses',
      disk({ ...lvm(), name: 'a b' }),
      ['warning /customizations/disk/partitions/0/name'],
    ],
    [
      'refuses an unknown unit',
      disk(part('/', { minsize: '1 XB' })),
      ['error /customizations/disk/partitions/0/minsize'],
    ],
    ['takes a part of a unit', disk(part('/', { minsize: '0.1 kB' })), []],
    ['refuses half a byte', disk(part('/', { minsize: '1.5' })), ['error /customizations/disk/partitions/0/minsize']],
    [
      'refuses a size that no tool can count',
      { disk: { minsize: '8388608 TiB', partitions: [root] as Partitions } },
      ['error /customizations/disk/minsize'],
    ],
    [
      'warns of members that another kind of partition has',
      disk(
        { ...root, logical_volumes: [] },
        { ...lvm({ fs_type: 'xfs', mountpoint: '/a', minsize: '1 GiB' }), mountpoint: '/b' },
      ),
      [
        'warning /customizations/disk/partitions/0/logical_volumes',
        'warning /customizations/disk/partitions/1/mountpoint',
      ],
    ],
    [
      'warns of a system on vfat',
      disk(part('/', { fs_type: 'vfat' }), part('/data', { fs_type: 'vfat' })),
      ['warning /customizations/disk/partitions/0/fs_type'],
    ],
    [
      'warns of a partition without a size',
      disk(root, { fs_type: 'xfs', mountpoint: '/a' }),
      ['warning /customizations/disk/partitions/1'],
    ],
    [
      'refuses a label that is too long',
      disk(part('/', { label: 'a label of xfs' })),
      ['error /customizations/disk/partitions/0/label'],
    ],
    [
      'refuses a type that is neither UUID nor number',
      disk(part('/', { part_type: 'linux' })),
      ['error /customizations/disk/partitions/0/part_type'],
    ],
    [
      'refuses a number in a gpt table',
      { disk: { type: 'gpt', partitions: [part('/', { part_type: '83' })] as Partitions } },
      ['error /customizations/disk/partitions/0/part_type'],
    ],
    [
      'takes four partitions of a dos table, with those for booting',
      { disk: { type: 'dos', partitions: [root, part('/a')] as Partitions } },
      [],
    ],
    [
      'refuses a fifth',
      { disk: { type: 'dos', partitions: [root, part('/a'), part('/b')] as Partitions } },
      ['error /customizations/disk/partitions'],
    ],
    [
      'counts the partition for /boot that LVM needs',
      {
        disk: {
          type: 'dos',
          partitions: [lvm({ fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' }), part('/a')] as Partitions,
        },
      },
      ['error /customizations/disk/partitions'],
    ],
    [
      'refuses swap space for RHEL 8 on aarch64',
      disk(root, { fs_type: 'swap', minsize: '1 GiB' }),
      ['error /customizations/disk/partitions/1'],
      { distribution: 'rhel-8', architecture: 'aarch64' },
    ],
    ['takes it on x86_64', disk(root, { fs_type: 'swap', minsize: '1 GiB' }), [], { distribution: 'rhel-8' }],
  ],
  'the partitioning mode': [
    ['takes raw where the layout has no LVM', { partitioning_mode: 'raw' }, []],
    [
      'refuses raw for images of Oracle Cloud',
      { partitioning_mode: 'raw' },
      ['error /customizations/partitioning_mode'],
      { type: 'oci' },
    ],
    ['takes it there for RHEL 8', { partitioning_mode: 'raw' }, [], { type: 'oci', distribution: 'rhel-8' }],
    [
      'warns beside a disk',
      { partitioning_mode: 'raw', ...disk(root) },
      ['warning /customizations/partitioning_mode'],
      { type: 'oci' },
    ],
  ],
  'files and directories': [
    [
      'takes what an image can have',
      {
        files: [{ path: '/etc/company.conf', mode: '0644', user: 'root', group: 0 }],
        directories: [{ path: '/srv/a', mode: '755' }],
      },
      [],
    ],
    ['refuses a path that is not absolute', { files: [{ path: 'etc/a' }] }, ['error /customizations/files/0/path']],
    [
      'refuses a slash at the end',
      { directories: [{ path: '/srv/a/' }] },
      ['error /customizations/directories/0/path'],
    ],
    [
      'refuses a path that is not canonical',
      { files: [{ path: '/etc/../a' }] },
      ['error /customizations/files/0/path'],
    ],
    ['refuses the root', { directories: [{ path: '/' }] }, ['error /customizations/directories/0/path']],
    ['refuses files of accounts', { files: [{ path: '/etc/shadow' }] }, ['error /customizations/files/0/path']],
    [
      'refuses places of the system',
      { directories: [{ path: '/usr/a' }] },
      ['error /customizations/directories/0/path'],
    ],
    ['takes places of the administrator', { files: [{ path: '/usr/local/bin/a' }] }, []],
    [
      'refuses /var for an OSTree commit',
      { files: [{ path: '/var/lib/a' }] },
      ['error /customizations/files/0/path'],
      COMMIT,
    ],
    ['takes /etc for an OSTree commit', { files: [{ path: '/etc/a' }], directories: [{ path: '/etc/b' }] }, [], COMMIT],
    [
      'refuses a mode of four digits',
      { files: [{ path: '/etc/a', mode: '1777' }] },
      ['error /customizations/files/0/mode'],
    ],
    [
      'refuses a mode of letters',
      { directories: [{ path: '/srv/a', mode: 'rwx' }] },
      ['error /customizations/directories/0/mode'],
    ],
    [
      'refuses names of no user or group',
      { files: [{ path: '/etc/a', user: 'A B', group: 'a.b' }] },
      ['error /customizations/files/0/user', 'error /customizations/files/0/group'],
    ],
    ['refuses negative ids', { files: [{ path: '/etc/a', user: -1 }] }, ['error /customizations/files/0/user']],
    [
      'refuses a path that is given twice',
      { files: [{ path: '/etc/a' }], directories: [{ path: '/etc/a' }] },
      ['error /customizations/files/0/path'],
    ],
    [
      'refuses a path below a file',
      { files: [{ path: '/etc/a' }, { path: '/etc/a/b', ensure_parents: true }] },
      ['error /customizations/files/1/path'],
    ],
    [
      'refuses a path below a file of any depth, and takes one beside it',
      {
        directories: [{ path: '/etc/a-b' }],
        files: [{ path: `/etc/a${'/x'.repeat(100_000)}`, ensure_parents: true }, { path: '/etc/a' }],
      },
      ['error /customizations/files/0/path'],
    ],
    [
      'refuses a path of the registration',
      {
        files: [{ path: '/usr/local/sbin/aap-first-boot-reg' }],
        aap_registration: { ansible_callback_url: 'https://a.test', host_config_key: 'k' },
      },
      ['error /customizations/files/0/path'],
    ],
    [
      'warns of a file without its directory',
      { files: [{ path: '/etc/a/b' }] },
      ['warning /customizations/files/0/path'],
    ],
    ['is content with ensure_parents', { files: [{ path: '/etc/a/b', ensure_parents: true }] }, []],
    ['is content with the directory', { files: [{ path: '/etc/a/b' }], directories: [{ path: '/etc/a' }] }, []],
    [
      'warns of a directory without its parent',
      {
        directories: [
          { path: '/etc/a/b' },
          { path: '/etc/c' },
          { path: '/etc/c/d' },
          { path: '/etc/e/f', ensure_parents: true },
          { path: '/etc/e/g' },
        ],
      },
      ['warning /customizations/directories/0/path'],
    ],
    [
      'warns of ensure_parents where an OSTree commit keeps no directory',
      { files: [{ path: '/root/a/b', ensure_parents: true }] },
      ['warning /customizations/files/0/path'],
      COMMIT,
    ],
    ['warns of a file that is a directory', { files: [{ path: '/etc' }] }, ['warning /customizations/files/0/path']],
  ],
  'users and groups': [
    ['takes names with points', { users: [{ name: 'a.b', ssh_key: KEY }], groups: [{ name: 'c.d', gid: 5 }] }, []],
    ['refuses a name with a space', { users: [{ name: 'a b' }] }, ['error /customizations/users/0/name']],
    ['refuses an empty name', { groups: [{ name: '' }] }, ['error /customizations/groups/0/name']],
    [
      'refuses points for an installer',
      { users: [{ name: 'a.b' }] },
      ['error /customizations/users/0/name'],
      { type: 'image-installer' },
    ],
    [
      'warns of a user that is given twice',
      { users: [{ name: 'a' }, { name: 'a' }] },
      ['warning /customizations/users/1/name'],
    ],
    [
      'refuses a group that is given twice',
      { groups: [{ name: 'a' }, { name: 'a' }] },
      ['error /customizations/groups/1/name'],
    ],
    [
      'refuses an id of two groups',
      {
        groups: [
          { name: 'a', gid: 5 },
          { name: 'b', gid: 5 },
        ],
      },
      ['error /customizations/groups/1/gid'],
    ],
    [
      'warns of an id beyond 32 bits',
      {
        groups: [
          { name: 'a', gid: 2 ** 32 - 1 },
          { name: 'b', gid: 2 ** 32 - 2 },
        ],
      },
      ['warning /customizations/groups/0/gid'],
    ],
    [
      'warns of a user in groups that cannot be',
      { users: [{ name: 'a', ssh_key: KEY, groups: ['wheel', 'a b', ''] }] },
      ['warning /customizations/users/0/groups/1', 'warning /customizations/users/0/groups/2'],
    ],
    ['warns of a negative id', { groups: [{ name: 'a', gid: -1 }] }, ['warning /customizations/groups/0/gid']],
    [
      'warns of a key that is none',
      { users: [{ name: 'a', ssh_key: 'not a key' }] },
      ['warning /customizations/users/0/ssh_key'],
    ],
  ],
  'settings of the system': [
    [
      'takes usual values',
      {
        hostname: 'web.example.com',
        timezone: { timezone: 'US/Pacific', ntpservers: ['ntp.test', '2001:db8::1'] },
        locale: { languages: ['de_DE.UTF-8', 'C.UTF-8'], keyboard: 'us' },
      },
      [],
    ],
    [
      'refuses a host name of more than 64 characters',
      { hostname: 'a'.repeat(65) },
      ['error /customizations/hostname', 'warning /customizations/hostname'],
    ],
    ['warns of a host name that is none', { hostname: 'a b' }, ['warning /customizations/hostname']],
    [
      'refuses a time zone that does not exist',
      { timezone: { timezone: 'Mars/Olympus' } },
      ['error /customizations/timezone/timezone'],
    ],
    [
      'refuses a time zone in small letters',
      { timezone: { timezone: 'europe/prague' } },
      ['error /customizations/timezone/timezone'],
    ],
    ['refuses an offset', { timezone: { timezone: '+01:00' } }, ['error /customizations/timezone/timezone']],
    ['warns of an empty time zone', { timezone: { timezone: '' } }, ['warning /customizations/timezone/timezone']],
    [
      'warns of a time server that is none',
      { timezone: { ntpservers: ['a b'] } },
      ['warning /customizations/timezone/ntpservers/0'],
    ],
    [
      'warns of a locale that is none',
      { locale: { languages: ['klingon please'] } },
      ['warning /customizations/locale/languages/0'],
    ],
    ['takes ports, ranges and names', { firewall: { ports: ['22:tcp', '8000-8010:udp', 'imap:tcp'] } }, []],
    ['refuses a port without protocol', { firewall: { ports: ['22'] } }, ['error /customizations/firewall/ports/0']],
    [
      'refuses a port that cannot be',
      { firewall: { ports: ['99999:tcp'] } },
      ['error /customizations/firewall/ports/0'],
    ],
    [
      'warns of a range that is none',
      { firewall: { ports: ['20-10:tcp'] } },
      ['warning /customizations/firewall/ports/0'],
    ],
    [
      'warns of ports that are no numbers or names',
      { firewall: { ports: ['ssh:tcp', '22 :tcp', 'a b:udp', '-5:tcp'] } },
      [1, 2, 3].map((index) => `warning /customizations/firewall/ports/${index}`),
    ],
    [
      'warns of a service of the firewall that is enabled and disabled',
      { firewall: { services: { enabled: ['ssh'], disabled: ['ssh'] } } },
      ['warning /customizations/firewall/services/disabled/0'],
    ],
    [
      'warns of a unit that is given with and without its suffix, and not of a socket of the same name',
      { services: { enabled: ['sshd', 'cockpit.socket'], disabled: ['cockpit'], masked: ['sshd.service'] } },
      ['warning /customizations/services/masked/0'],
    ],
    [
      'warns of an option in place of a unit',
      { services: { enabled: ['--now'] } },
      ['warning /customizations/services/enabled/0'],
    ],
    [
      'warns of a service that cannot be',
      { firewall: { services: { enabled: ['a b'] } } },
      ['warning /customizations/firewall/services/enabled/0'],
    ],
    [
      'warns of a unit that is enabled and masked',
      { services: { enabled: ['sshd'], masked: ['sshd'] } },
      ['warning /customizations/services/masked/0'],
    ],
    [
      'warns of a unit that cannot be',
      { services: { enabled: ['a/b'] } },
      ['warning /customizations/services/enabled/0'],
    ],
    [
      'warns of a line break in arguments of the kernel',
      { kernel: { append: 'a\nb' } },
      ['warning /customizations/kernel/append'],
    ],
    [
      'warns of a user of sudo that cannot be',
      { installer: { 'sudo-nopasswd': ['a b'] } },
      ['warning /customizations/installer/sudo-nopasswd/0'],
    ],
  ],
  content: [
    [
      'takes packages, containers and certificates',
      {
        packages: ['vim', '@core'],
        containers: [{ source: 'registry.test:5000/a/b:1@sha256:0123456789abcdef0123456789abcdef' }],
        cacerts: { pem_certs: [CERTIFICATE] },
      },
      [],
    ],
    [
      'warns of packages that are none',
      { packages: ['--setopt=x', 'https://a.test/b.rpm'] },
      ['warning /customizations/packages/0', 'warning /customizations/packages/1'],
    ],
    ['warns of a group of packages without a name', { packages: ['@'] }, ['warning /customizations/packages/0']],
    [
      'warns of an address of a repository that is none',
      repository({ baseurl: ['repos.test', 'https://a.test/$releasever/$basearch/'] }),
      ['warning /customizations/custom_repositories/0/baseurl/0'],
    ],
    [
      'warns of an id that dnf does not read',
      repository({ id: 'nástroje', filename: 'tools' }),
      ['warning /customizations/custom_repositories/0/id'],
    ],
    [
      'warns of a callback that is no address',
      { aap_registration: { ansible_callback_url: 'a.test', host_config_key: 'k' } },
      ['warning /customizations/aap_registration/ansible_callback_url'],
    ],
    [
      'warns of a reference that is none',
      { containers: [{ source: 'Not A Reference' }] },
      ['warning /customizations/containers/0/source'],
    ],
    [
      'warns of a module that is given twice',
      {
        enabled_modules: [
          { name: 'a', stream: '1' },
          { name: 'a', stream: '2' },
        ],
      },
      ['warning /customizations/enabled_modules/1/name'],
    ],
    [
      'refuses a certificate that is none',
      { cacerts: { pem_certs: [CERTIFICATE, 'garbage'] } },
      ['error /customizations/cacerts/pem_certs/1'],
    ],
    [
      'refuses a malformed certificate',
      { cacerts: { pem_certs: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'] } },
      ['error /customizations/cacerts/pem_certs/0'],
    ],
    [
      'refuses such a certificate of a registration',
      {
        aap_registration: {
          ansible_callback_url: 'https://a.test',
          host_config_key: 'k',
          tls_certificate_authority: 'x',
        },
      },
      ['error /customizations/aap_registration/tls_certificate_authority'],
    ],
    [
      'takes a repository',
      repository({
        gpgkey: [
          'https://repos.test/key',
          '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----',
        ],
        filename: 'tools',
      }),
      [],
    ],
    [
      'refuses a key that is none',
      repository({ gpgkey: ['garbage'] }),
      ['error /customizations/custom_repositories/0/gpgkey/0'],
    ],
    ['refuses an id that names no file', repository({ id: 'a:b' }), ['error /customizations/custom_repositories/0']],
    [
      'refuses an id that is none',
      repository({ id: 'a b', filename: 'x' }),
      ['error /customizations/custom_repositories/0/id'],
    ],
    [
      'refuses a file name with a path',
      repository({ filename: '../x' }),
      ['error /customizations/custom_repositories/0/filename'],
    ],
    [
      'refuses two kinds of addresses',
      repository({ metalink: 'https://repos.test/metalink' }),
      ['error /customizations/custom_repositories/0'],
    ],
  ],
  OSTree: [
    [
      'takes a commit for edge images',
      {},
      [],
      { ...COMMIT, ostree: { ...URL, ref: 'rhel/9/x86_64/edge', parent: 'a'.repeat(64) } },
    ],
    ['refuses it for other images', {}, ['error /image_requests/0/ostree'], { ostree: URL }],
    [
      'refuses a reference that is none',
      {},
      ['error /image_requests/0/ostree/ref'],
      { ...COMMIT, ostree: { ref: '/a' } },
    ],
    [
      'refuses a checksum as reference',
      {},
      ['error /image_requests/0/ostree/ref'],
      { ...COMMIT, ostree: { ref: 'a'.repeat(64) } },
    ],
    [
      'refuses a parent that is none',
      {},
      ['error /image_requests/0/ostree/parent'],
      { ...COMMIT, ostree: { ...URL, parent: 'a b' } },
    ],
    [
      'refuses a parent without an address',
      {},
      ['error /image_requests/0/ostree/parent'],
      { ...COMMIT, ostree: { parent: 'a' } },
    ],
    [
      'refuses an address that is none',
      {},
      ['error /image_requests/0/ostree/url'],
      { ...COMMIT, ostree: { url: 'nonsense' } },
    ],
    [
      'refuses a content address alone',
      {},
      ['error /image_requests/0/ostree/contenturl'],
      { ...COMMIT, ostree: { contenturl: 'https://a.test' } },
    ],
    [
      'refuses an installer without an address',
      {},
      ['error /image_requests/0/ostree/url'],
      { ...INSTALLER, ostree: { ref: 'a' } },
    ],
  ],
  'onboarding and Ignition': [
    [
      'warns that they have no effect',
      { fdo: FDO, ignition: { firstboot: { url: 'https://a.test' } }, installation_device: '/dev/sda' },
      [
        'warning /customizations/installation_device',
        'warning /customizations/fdo',
        'warning /customizations/ignition',
      ],
    ],
    [
      'refuses two kinds of keys',
      { fdo: { ...FDO, diun_pub_key_hash: 'x' } },
      ['error /customizations/fdo', 'warning /customizations/fdo'],
    ],
    [
      'refuses onboarding without a server',
      { fdo: { diun_pub_key_hash: 'x' } },
      ['error /customizations/fdo/manufacturing_server_url', 'warning /customizations/fdo'],
    ],
    [
      'refuses both kinds of Ignition',
      { ignition: { embedded: { config: 'e30=' }, firstboot: { url: 'https://a.test' } } },
      ['error /customizations/ignition', 'warning /customizations/ignition'],
    ],
    [
      'refuses an empty address',
      { ignition: { firstboot: { url: '' } } },
      ['error /customizations/ignition/firstboot/url', 'warning /customizations/ignition'],
    ],
  ],
  OpenSCAP: [
    ['takes a profile of the distribution', profile('bsi'), []],
    ['refuses another', profile('standard'), ['error /customizations/openscap/profile_id']],
    ['takes that one for Fedora', profile('standard'), [], { distribution: 'fedora-44' }],
    [
      'refuses a profile of RHEL 9 for RHEL 10',
      profile('ccn_basic'),
      ['error /customizations/openscap/profile_id'],
      { distribution: 'rhel-10' },
    ],
    [
      'refuses a profile of RHEL 9 for RHEL 8',
      profile('bsi'),
      ['error /customizations/openscap/profile_id'],
      { distribution: 'rhel-8' },
    ],
    [
      'refuses versions that cannot be hardened',
      profile('cis'),
      ['error /customizations/openscap'],
      { distribution: 'rhel-86', type: 'aws' },
    ],
    ['takes the first that can', profile('cis'), [], { distribution: 'rhel-87', type: 'aws' }],
    [
      'refuses the first version of RHEL 9',
      profile('cis'),
      ['error /customizations/openscap'],
      { distribution: 'rhel-90', type: 'aws' },
    ],
    [
      'refuses commits',
      { openscap: { policy_id: '0b7d5f31-8c2e-4a6f-9e14-5d3c2b1a0f9e' } },
      ['error /customizations/openscap'],
      COMMIT,
    ],
  ],
  'what has no effect': [
    [
      'is a subscription of an installer',
      { subscription: { organization: 1, 'activation-key': 'k', 'server-url': 's', 'base-url': 'b', insights: true } },
      ['warning /customizations/subscription'],
      INSTALLER,
    ],
    [
      'are time zone and languages of an edge installer',
      { timezone: { timezone: 'Mars/Olympus' }, locale: { languages: ['de_DE.UTF-8'] } },
      ['warning /customizations/timezone', 'warning /customizations/locale'],
      INSTALLER,
    ],
  ],
};

describe('the rules of the build', () => {
  it('find nothing wrong with a request without customizations', () => {
    expect(findingsFor({})).to.deep.equal([]);
  });

  for (const [subject, cases] of Object.entries(CASES)) {
    describe(`about ${subject}`, () => {
      for (const [what, given, found, target] of cases)
        it(what, () => expect(places(findingsFor(given, target))).to.deep.equal(found));
    });
  }

  it('name place, value and what would be taken', () => {
    expect(findingsFor({ firewall: { ports: ['99999:tcp'] } })).to.deep.equal([
      {
        ...{ kind: 'error', title: 'port', pointer: '/customizations/firewall/ports/0', value: '99999:tcp' },
        takes: 'numbers up to 65535',
        detail: 'customizations.firewall.ports[0] "99999:tcp" is no port; it takes numbers up to 65535',
      },
    ]);
  });

  it('shorten a long value', () => {
    const [finding] = findingsFor({ hostname: 'a'.repeat(500) });
    expect(finding?.value).to.equal('a'.repeat(120));
    expect(finding?.detail).to.have.length.below(200);
  });

  it('show no value that may be a private key or an address with a password', () => {
    const findings = [
      ...findingsFor({ users: [{ name: 'a', ssh_key: 'SECRET' }], cacerts: { pem_certs: ['SECRET'] } }),
      ...findingsFor(repository({ gpgkey: ['SECRET'] })),
      ...findingsFor({}, { ...COMMIT, ostree: { url: 'SECRET' } }),
    ];
    expect(findings).to.have.length(4);
    expect(JSON.stringify(findings)).not.to.include('SECRET');
  });
});
