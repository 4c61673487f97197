import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import { profilesOf } from '../../../src/domain/compliance/customizations.ts';
import { capturedLogger } from '../../upstream/support.ts';
import { CERTIFICATE, distributions, findingsFor, texts, type Target } from './support.ts';

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

/** Requests, and what is found in them. */
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
      ['error (mount point): filesystem[0].mountpoint is empty; it takes an absolute path'],
    ],
    [
      'refuses a relative place',
      { filesystem: [{ mountpoint: 'var', min_size: 1 }] },
      ['error (mount point): filesystem[0].mountpoint "var" is not absolute; it takes an absolute path'],
    ],
    [
      'refuses a place below /usr',
      { filesystem: [{ mountpoint: '/usr/bin', min_size: 1 }] },
      [
        'error (mount point): filesystem[0].mountpoint "/usr/bin" cannot be a file system of its own; it takes other locations, such as /var or /home',
      ],
    ],
    [
      'refuses what the system mounts',
      { filesystem: [{ mountpoint: '/var/run/x', min_size: 1 }] },
      [
        'error (mount point): filesystem[0].mountpoint "/var/run/x" cannot be a file system of its own; it takes other locations, such as /var or /home',
      ],
    ],
    [
      'refuses a size that no tool can count',
      { filesystem: [{ mountpoint: '/a', min_size: 2 ** 63 }] },
      ['error (size): filesystem[0].min_size "9223372036854776000" is too large; it takes less than 8 EiB'],
    ],
    [
      'warns of a place that is given twice',
      {
        filesystem: [
          { mountpoint: '/a', min_size: 1 },
          { mountpoint: '/a', min_size: 2 },
        ],
      },
      ['warning (duplicate mount point): filesystem[1].mountpoint "/a" is given twice: the larger size counts'],
    ],
    [
      'refuses them beside a disk',
      { filesystem: [{ mountpoint: '/a', min_size: 1 }], ...disk(root) },
      ['error (file systems and disk): filesystem cannot be combined with disk; it takes one of the two'],
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
    [
      'refuses two roots',
      disk(root, root),
      ['error (duplicate mount point): disk.partitions[1].mountpoint "/" is mounted twice'],
    ],
    [
      'refuses a root on a partition and in a group',
      disk(root, lvm({ fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' })),
      ['error (duplicate mount point): disk.partitions[1].logical_volumes[0].mountpoint "/" is mounted twice'],
    ],
    [
      'refuses a partition without a mount point',
      disk(root, { fs_type: 'xfs', minsize: '1 GiB' }),
      ['error (mount point): disk.partitions[1].mountpoint is empty; it takes an absolute path'],
    ],
    [
      'refuses swap space with a mount point',
      disk(root, { fs_type: 'swap', mountpoint: '/swap', minsize: '1 GiB' }),
      ['error (swap space): disk.partitions[1].mountpoint "/swap" is the mount point of swap space; it takes none'],
    ],
    [
      'refuses a place of the system',
      disk(root, part('/etc')),
      [
        'error (mount point): disk.partitions[1].mountpoint "/etc" cannot be a file system of its own; it takes other locations, such as /var or /home',
      ],
    ],
    [
      'refuses a path that is not canonical',
      disk(root, part('/a/../b')),
      [
        'error (mount point): disk.partitions[1].mountpoint "/a/../b" is not canonical; it takes a path without empty parts, "." and ".."',
      ],
    ],
    [
      'refuses LVM and btrfs',
      disk(lvm({ fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' }), btrfs({ name: 'a', mountpoint: '/a' })),
      ['error (LVM and btrfs): disk.partitions combine LVM and btrfs; it takes one of the two'],
    ],
    [
      'refuses two volume groups',
      disk(
        lvm({ fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' }),
        lvm({ fs_type: 'xfs', mountpoint: '/a', minsize: '1 GiB' }),
      ),
      ['error (volume groups): disk.partitions[1] is another volume group; it takes one volume group'],
    ],
    [
      'refuses two volumes of btrfs',
      disk(btrfs({ name: 'a', mountpoint: '/' }), btrfs({ name: 'b', mountpoint: '/b' })),
      ['error (btrfs volumes): disk.partitions[1] is another btrfs volume; it takes one btrfs volume'],
    ],
    [
      'refuses btrfs without subvolumes',
      disk(root, btrfs()),
      ['error (empty volume): disk.partitions[1] has no subvolume; it takes at least one'],
    ],
    [
      'refuses a group without volumes beside a root',
      disk(root, lvm()),
      ['error (empty volume): disk.partitions[1] has no logical volume; it takes at least one'],
    ],
    ['takes a group without volumes, which gets the root', disk(lvm()), []],
    [
      'refuses /boot on LVM',
      disk(
        lvm(
          { fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' },
          { fs_type: 'xfs', mountpoint: '/boot', minsize: '1 GiB' },
        ),
      ),
      [
        'error (boot partition): disk.partitions[0].logical_volumes[1].mountpoint "/boot" cannot be on LVM; it takes a plain partition',
      ],
    ],
    [
      'refuses /boot/efi on btrfs',
      disk(btrfs({ name: 'a', mountpoint: '/' }, { name: 'b', mountpoint: '/boot/efi' })),
      [
        'error (boot partition): disk.partitions[0].subvolumes[1].mountpoint "/boot/efi" cannot be on btrfs; it takes a plain partition',
      ],
    ],
    [
      'refuses other file systems for /boot',
      disk(root, part('/boot', { fs_type: 'vfat' })),
      ['error (file system type): disk.partitions[1].fs_type "vfat" is the file system of /boot; it takes xfs or ext4'],
    ],
    [
      'refuses other file systems for /boot/efi',
      disk(root, part('/boot/efi')),
      ['error (file system type): disk.partitions[1].fs_type "xfs" is the file system of /boot/efi; it takes vfat'],
    ],
    [
      'refuses a name of two volumes',
      disk(
        lvm(
          { name: 'a', fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' },
          { name: 'a', fs_type: 'xfs', mountpoint: '/b', minsize: '1 GiB' },
        ),
      ),
      ['error (duplicate volume name): disk.partitions[0].logical_volumes[1].name "a" is the name of two volumes'],
    ],
    [
      'refuses a name of two subvolumes',
      disk(btrfs({ name: 'a', mountpoint: '/' }, { name: 'a', mountpoint: '/b' })),
      ['error (duplicate volume name): disk.partitions[0].subvolumes[1].name "a" is the name of two volumes'],
    ],
    [
      'refuses a subvolume without a name',
      disk(btrfs({ name: '', mountpoint: '/' })),
      ['error (subvolume name): disk.partitions[0].subvolumes[0].name is empty'],
    ],
    [
      'refuses a name without any letter',
      disk({ ...lvm(), name: '--' }),
      [
        'error (LVM name): disk.partitions[0].name "--" is no name; it takes letters, digits and "+_.-", the first no "-"',
      ],
    ],
    [
      'warns of a name that LVM refuses',
      disk({ ...lvm(), name: 'a b' }),
      [
        'warning (LVM name): disk.partitions[0].name "a b" is a name that LVM refuses; it takes letters, digits and "+_.-", the first no "-"',
      ],
    ],
    [
      'refuses an unknown unit',
      disk(part('/', { minsize: '1 XB' })),
      [
        'error (size): disk.partitions[0].minsize "1 XB" is no size, or too large; it takes a whole number of bytes, or a number with kB, KiB, MB, MiB, GB, GiB, TB or TiB',
      ],
    ],
    ['takes a part of a unit', disk(part('/', { minsize: '0.1 kB' })), []],
    [
      'refuses half a byte',
      disk(part('/', { minsize: '1.5' })),
      [
        'error (size): disk.partitions[0].minsize "1.5" is no size, or too large; it takes a whole number of bytes, or a number with kB, KiB, MB, MiB, GB, GiB, TB or TiB',
      ],
    ],
    [
      'refuses a size that no tool can count',
      { disk: { minsize: '8388608 TiB', partitions: [root] as Partitions } },
      [
        'error (size): disk.minsize "8388608 TiB" is no size, or too large; it takes a whole number of bytes, or a number with kB, KiB, MB, MiB, GB, GiB, TB or TiB',
      ],
    ],
    [
      'warns of members that another kind of partition has',
      disk(
        { ...root, logical_volumes: [] },
        { ...lvm({ fs_type: 'xfs', mountpoint: '/a', minsize: '1 GiB' }), mountpoint: '/b' },
      ),
      [
        'warning (no effect): disk.partitions[0].logical_volumes has no effect on a partition of type plain',
        'warning (no effect): disk.partitions[1].mountpoint has no effect on a partition of type lvm',
      ],
    ],
    [
      'warns of a system on vfat',
      disk(part('/', { fs_type: 'vfat' }), part('/data', { fs_type: 'vfat' })),
      [
        'warning (file system type): disk.partitions[0].fs_type "vfat" keeps no owners and links: / needs them; it takes xfs or ext4',
      ],
    ],
    [
      'warns of a partition without a size',
      disk(root, { fs_type: 'xfs', mountpoint: '/a' }),
      ['warning (size): disk.partitions[1] has no minsize, which may leave no room for it'],
    ],
    [
      'refuses a label that is too long',
      disk(part('/', { label: 'a label of xfs' })),
      ['error (label): disk.partitions[0].label "a label of xfs" is too long a label; it takes 12 characters for xfs'],
    ],
    [
      'refuses a type that is neither UUID nor number',
      disk(part('/', { part_type: 'linux' })),
      [
        'error (partition type): disk.partitions[0].part_type "linux" is no partition type; it takes a UUID for gpt, two hexadecimal digits for dos',
      ],
    ],
    [
      'refuses a number in a gpt table',
      { disk: { type: 'gpt', partitions: [part('/', { part_type: '83' })] as Partitions } },
      ['error (partition type): disk.partitions[0].part_type "83" is no partition type; it takes a UUID'],
    ],
    [
      'takes four partitions of a dos table, with those for booting',
      { disk: { type: 'dos', partitions: [root, part('/a')] as Partitions } },
      [],
    ],
    [
      'refuses a fifth',
      { disk: { type: 'dos', partitions: [root, part('/a'), part('/b')] as Partitions } },
      [
        'error (partition table): disk.partitions make 5 partitions, with those for booting and the root file system; it takes 4 in a dos table',
      ],
    ],
    [
      'counts the partition for /boot that LVM needs',
      {
        disk: {
          type: 'dos',
          partitions: [lvm({ fs_type: 'xfs', mountpoint: '/', minsize: '1 GiB' }), part('/a')] as Partitions,
        },
      },
      [
        'error (partition table): disk.partitions make 5 partitions, with those for booting and the root file system; it takes 4 in a dos table',
      ],
    ],
    [
      'refuses swap space for RHEL 8 on aarch64',
      disk(root, { fs_type: 'swap', minsize: '1 GiB' }),
      [
        'error (swap on aarch64): disk.partitions[1] is swap space, which RHEL 8 for aarch64 cannot have: the page sizes differ',
      ],
      { distribution: 'rhel-8', architecture: 'aarch64' },
    ],
    ['takes it on x86_64', disk(root, { fs_type: 'swap', minsize: '1 GiB' }), [], { distribution: 'rhel-8' }],
    [
      'takes it for RHEL 9 on aarch64',
      disk(root, { fs_type: 'swap', minsize: '1 GiB' }),
      [],
      { distribution: 'rhel-9', architecture: 'aarch64' },
    ],
    ['takes any name of a subvolume', disk(btrfs({ name: 'a b', mountpoint: '/' })), []],
  ],
  'the partitioning mode': [
    ['takes raw where the layout has no LVM', { partitioning_mode: 'raw' }, []],
    [
      'refuses raw for images of Oracle Cloud',
      { partitioning_mode: 'raw' },
      [
        'error (partitioning mode): partitioning_mode "raw" is not possible for oci, whose default layout has LVM; it takes lvm or auto-lvm',
      ],
      { type: 'oci' },
    ],
    ['takes it there for RHEL 8', { partitioning_mode: 'raw' }, [], { type: 'oci', distribution: 'rhel-8' }],
    [
      'warns beside a disk',
      { partitioning_mode: 'raw', ...disk(root) },
      ['warning (partitioning mode): partitioning_mode "raw" has no effect beside disk'],
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
    [
      'refuses a path that is not absolute',
      { files: [{ path: 'etc/a' }] },
      ['error (path): files[0].path "etc/a" is no usable path; it takes an absolute, canonical path'],
    ],
    [
      'refuses a slash at the end',
      { directories: [{ path: '/srv/a/' }] },
      ['error (path): directories[0].path "/srv/a/" ends with a slash; it takes an absolute path without one'],
    ],
    [
      'refuses a path that is not canonical',
      { files: [{ path: '/etc/../a' }] },
      ['error (path): files[0].path "/etc/../a" is no usable path; it takes an absolute, canonical path'],
    ],
    [
      'refuses the root',
      { directories: [{ path: '/' }] },
      ['error (path): directories[0].path "/" is no usable path; it takes an absolute, canonical path'],
    ],
    [
      'refuses files of accounts',
      { files: [{ path: '/etc/shadow' }] },
      [
        'error (location): files[0].path "/etc/shadow" belongs to the system; it takes locations such as /etc, /opt, /srv, /usr/local and /var',
      ],
    ],
    [
      'refuses places of the system',
      { directories: [{ path: '/usr/a' }] },
      [
        'error (location): directories[0].path "/usr/a" belongs to the system; it takes locations such as /etc, /opt, /srv, /usr/local and /var',
      ],
    ],
    ['takes places of the administrator', { files: [{ path: '/usr/local/bin/a' }] }, []],
    [
      'refuses /var for an OSTree commit',
      { files: [{ path: '/var/lib/a' }] },
      [
        'error (location): files[0].path "/var/lib/a" is not kept by an OSTree commit; it takes /etc, /root, /usr/local/bin and /usr/local/sbin, without the files of accounts',
      ],
      COMMIT,
    ],
    ['takes /etc for an OSTree commit', { files: [{ path: '/etc/a' }], directories: [{ path: '/etc/b' }] }, [], COMMIT],
    [
      'refuses other directories for an OSTree commit',
      { directories: [{ path: '/root/a' }] },
      ['error (location): directories[0].path "/root/a" is not kept by an OSTree commit; it takes /etc'],
      COMMIT,
    ],
    [
      'warns of a line break in the path of a file, and refuses it in that of a directory',
      { files: [{ path: '/etc/a\nb' }], directories: [{ path: '/etc/c\nd' }] },
      [
        String.raw`warning (path): files[0].path "/etc/a\nb" has a control character; it takes printable characters`,
        String.raw`error (path): directories[0].path "/etc/c\nd" has a control character; it takes printable characters`,
      ],
    ],
    [
      'refuses a mode of four digits',
      { files: [{ path: '/etc/a', mode: '1777' }] },
      ['error (mode): files[0].mode "1777" is no mode; it takes three octal digits, with or without a leading 0'],
    ],
    [
      'refuses a mode of letters',
      { directories: [{ path: '/srv/a', mode: 'rwx' }] },
      ['error (mode): directories[0].mode "rwx" is no mode; it takes three octal digits, with or without a leading 0'],
    ],
    [
      'refuses names of no user or group',
      { files: [{ path: '/etc/a', user: 'A B', group: 'a.b' }] },
      [
        'error (owner): files[0].user "A B" is no user name; it takes up to 32 letters, digits, "_", "." and "-"',
        'error (owner): files[0].group "a.b" is no group name; it takes up to 32 letters, digits, "_" and "-"',
      ],
    ],
    [
      'refuses negative ids',
      { files: [{ path: '/etc/a', user: -1 }] },
      ['error (owner): files[0].user "-1" is negative; it takes an id from 0'],
    ],
    [
      'refuses a path that is given twice',
      { files: [{ path: '/etc/a' }], directories: [{ path: '/etc/a' }] },
      ['error (duplicate path): files[0].path "/etc/a" is given twice; it takes one file or directory for a path'],
    ],
    [
      'refuses a path below a file',
      { files: [{ path: '/etc/a' }, { path: '/etc/a/b', ensure_parents: true }] },
      ['error (path below a file): files[1].path "/etc/a/b" is below /etc/a, which is a file'],
    ],
    [
      'refuses a path below a file of any depth, and takes one beside it',
      {
        directories: [{ path: '/etc/a-b' }],
        files: [{ path: `/etc/a${'/x'.repeat(100_000)}`, ensure_parents: true }, { path: '/etc/a' }],
      },
      [
        'error (path below a file): files[0].path "/etc/a/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x…" is below /etc/a, which is a file',
      ],
    ],
    [
      'refuses a path of the registration',
      {
        files: [{ path: '/usr/local/sbin/aap-first-boot-reg' }],
        aap_registration: { ansible_callback_url: 'https://a.test', host_config_key: 'k' },
      },
      [
        'error (duplicate path): files[0].path "/usr/local/sbin/aap-first-boot-reg" is given twice; it takes one file or directory for a path',
      ],
    ],
    [
      'warns of a file without its directory',
      { files: [{ path: '/etc/a/b' }] },
      [
        'warning (missing directory): files[0].path "/etc/a/b" may lack its directory; it takes ensure_parents, or /etc/a in directories',
      ],
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
      [
        'warning (missing directory): directories[0].path "/etc/a/b" may lack its parent; it takes ensure_parents, or /etc/a before it',
      ],
    ],
    [
      'warns of ensure_parents where an OSTree commit keeps no directory',
      { files: [{ path: '/root/a/b', ensure_parents: true }] },
      [
        'warning (missing directory): files[0].path "/root/a/b" may lack its directory; it takes ensure_parents, or /root/a in directories',
      ],
      COMMIT,
    ],
    [
      'warns of a file that is a directory',
      { files: [{ path: '/etc' }] },
      ['warning (file in place of a directory): files[0].path "/etc" is a directory of every image'],
    ],
  ],
  'users and groups': [
    ['takes names with points', { users: [{ name: 'a.b', ssh_key: KEY }], groups: [{ name: 'c.d', gid: 5 }] }, []],
    [
      'refuses a name with a space',
      { users: [{ name: 'a b' }] },
      [
        'error (user name): users[0].name "a b" is no user name; it takes up to 32 letters, digits, "_", "." and "-", the first no "-"',
      ],
    ],
    [
      'refuses an empty name',
      { groups: [{ name: '' }] },
      [
        'error (group name): groups[0].name "" is no group name; it takes up to 32 letters, digits, "_", "." and "-", the first no "-"',
      ],
    ],
    [
      'refuses points for an installer',
      { users: [{ name: 'a.b' }] },
      [
        'error (user name): users[0].name "a.b" is no user name for an installer; it takes up to 32 letters, digits, "_" and "-", the first no "-"',
      ],
      { type: 'image-installer' },
    ],
    [
      'warns of a user that is given twice',
      { users: [{ name: 'a' }, { name: 'a' }] },
      ['warning (duplicate user): users[1].name "a" is given twice: the last of them counts'],
    ],
    [
      'refuses a group that is given twice',
      { groups: [{ name: 'a' }, { name: 'a' }] },
      ['error (duplicate group): groups[1].name "a" is given twice'],
    ],
    [
      'refuses an id of two groups',
      {
        groups: [
          { name: 'a', gid: 5 },
          { name: 'b', gid: 5 },
        ],
      },
      ['error (duplicate group id): groups[1].gid "5" is the id of two groups'],
    ],
    [
      'warns of a negative id',
      { groups: [{ name: 'a', gid: -1 }] },
      ['warning (group id): groups[0].gid "-1" is negative; it takes an id from 0 to 4294967294'],
    ],
    [
      'warns of an id beyond 32 bits',
      {
        groups: [
          { name: 'a', gid: 2 ** 32 - 1 },
          { name: 'b', gid: 2 ** 32 - 2 },
        ],
      },
      ['warning (group id): groups[0].gid "4294967295" is too large; it takes an id from 0 to 4294967294'],
    ],
    [
      'warns of a user in groups that cannot be',
      { users: [{ name: 'a', ssh_key: KEY, groups: ['wheel', 'a b', ''] }] },
      [
        'warning (group name): users[0].groups[1] "a b" is no group name, and the user is not created; it takes names of groups',
        'warning (group name): users[0].groups[2] "" is no group name, and the user is not created; it takes names of groups',
      ],
    ],
    [
      'warns of a key that is none',
      { users: [{ name: 'a', ssh_key: 'not a key' }] },
      [
        'warning (SSH key): users[0].ssh_key is no public SSH key, and gives no access; it takes lines as in an authorized_keys file',
      ],
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
      [
        'error (host name): hostname "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is too long; it takes 64 characters',
        'warning (host name): hostname "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is no host name; it takes labels of letters, digits and hyphens with points between them',
      ],
    ],
    [
      'warns of a host name that is none',
      { hostname: 'a b' },
      [
        'warning (host name): hostname "a b" is no host name; it takes labels of letters, digits and hyphens with points between them',
      ],
    ],
    [
      'refuses a time zone that does not exist',
      { timezone: { timezone: 'Mars/Olympus' } },
      [
        'error (time zone): timezone.timezone "Mars/Olympus" does not exist; it takes a name of the time zone database, such as Europe/Prague',
      ],
    ],
    [
      'refuses a time zone in small letters',
      { timezone: { timezone: 'europe/prague' } },
      [
        'error (time zone): timezone.timezone "europe/prague" does not exist; it takes a name of the time zone database, such as Europe/Prague',
      ],
    ],
    [
      'refuses an offset',
      { timezone: { timezone: '+01:00' } },
      [
        'error (time zone): timezone.timezone "+01:00" does not exist; it takes a name of the time zone database, such as Europe/Prague',
      ],
    ],
    [
      'warns of an empty time zone',
      { timezone: { timezone: '' } },
      [
        'warning (time zone): timezone.timezone "" has no effect; it takes a name of the time zone database, such as Europe/Prague',
      ],
    ],
    [
      'warns of a time server that is none',
      { timezone: { ntpservers: ['a b'] } },
      [
        'warning (time server): timezone.ntpservers[0] "a b" is no address of a server; it takes a host name or an IP address',
      ],
    ],
    [
      'warns of a locale that is none',
      { locale: { languages: ['klingon please'] } },
      ['warning (locale): locale.languages[0] "klingon please" is no locale; it takes a name such as de_DE.UTF-8'],
    ],
    [
      'warns of a keyboard that is none',
      { locale: { keyboard: 'u s' } },
      ['warning (keyboard): locale.keyboard "u s" is no keyboard layout; it takes a name such as us or de-nodeadkeys'],
    ],
    [
      'warns of a kernel that is none',
      { kernel: { name: 'a b' } },
      ['warning (kernel): kernel.name "a b" is no name of a package; it takes a name such as kernel-debug'],
    ],
    ['takes ports, ranges and names', { firewall: { ports: ['22:tcp', '8000-8010:udp', 'imap:tcp'] } }, []],
    [
      'refuses a port without protocol',
      { firewall: { ports: ['22'] } },
      [
        'error (port): firewall.ports[0] "22" is no port; it takes a number, a range or a name, ":" and tcp, udp, sctp or dccp, as in 8080:tcp',
      ],
    ],
    [
      'refuses a port that cannot be',
      { firewall: { ports: ['99999:tcp'] } },
      ['error (port): firewall.ports[0] "99999:tcp" is no port; it takes numbers up to 65535'],
    ],
    [
      'warns of a range that is none',
      { firewall: { ports: ['20-10:tcp'] } },
      [
        'warning (port): firewall.ports[0] "20-10:tcp" is no range of ports; it takes a number, a range or a name, ":" and tcp, udp, sctp or dccp, as in 8080:tcp',
      ],
    ],
    [
      'warns of ports that are no numbers or names',
      { firewall: { ports: ['ssh:tcp', '22 :tcp', 'a b:udp', '-5:tcp'] } },
      ['1] "22 :tcp"', '2] "a b:udp"', '3] "-5:tcp"'].map(
        (port) =>
          `warning (port): firewall.ports[${port} is no number, range or name of a port; it takes a number, a range or a name, ":" and tcp, udp, sctp or dccp, as in 8080:tcp`,
      ),
    ],
    [
      'warns of a service of the firewall that is enabled and disabled',
      { firewall: { services: { enabled: ['ssh'], disabled: ['ssh'] } } },
      ['warning (firewall service): firewall.services.disabled[0] "ssh" is listed twice'],
    ],
    [
      'warns of a unit that is given with and without its suffix, and not of a socket of the same name',
      { services: { enabled: ['sshd', 'cockpit.socket'], disabled: ['cockpit'], masked: ['sshd.service'] } },
      ['warning (service): services.masked[0] "sshd.service" is listed twice'],
    ],
    [
      'warns of an option in place of a unit',
      { services: { enabled: ['--now'] } },
      ['warning (unit name): services.enabled[0] "--now" is no name of a unit; it takes letters, digits and ":_.\\@-"'],
    ],
    [
      'warns of a service that cannot be',
      { firewall: { services: { enabled: ['a b'] } } },
      [
        'warning (firewall service): firewall.services.enabled[0] "a b" is no name of a service; it takes a name that firewalld knows',
      ],
    ],
    [
      'warns of a unit that is enabled and masked',
      { services: { enabled: ['sshd'], masked: ['sshd'] } },
      ['warning (service): services.masked[0] "sshd" is listed twice'],
    ],
    [
      'warns of a unit that cannot be',
      { services: { enabled: ['a/b'] } },
      [
        String.raw`warning (unit name): services.enabled[0] "a/b" is no name of a unit; it takes letters, digits and ":_.\@-"`,
      ],
    ],
    [
      'warns of a line break in arguments of the kernel',
      { kernel: { append: 'a\nb' } },
      [String.raw`warning (kernel arguments): kernel.append "a\nb" has a control character; it takes one line`],
    ],
    [
      'warns of a user of sudo that cannot be',
      { installer: { 'sudo-nopasswd': ['a b'] } },
      [
        'warning (sudo): installer.sudo-nopasswd[0] "a b" is no user or group; it takes a user name, or "%" and a group name',
      ],
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
      [
        'warning (package): packages[0] "--setopt=x" is no name of a package; it takes a name, or "@" and the name of a group',
        'warning (package): packages[1] "https://a.test/b.rpm" is no name of a package; it takes a name, or "@" and the name of a group',
      ],
    ],
    [
      'warns of a group of packages without a name',
      { packages: ['@'] },
      ['warning (package): packages[0] "@" is no name of a package; it takes a name, or "@" and the name of a group'],
    ],
    [
      'warns of an address of a repository that is none',
      repository({ baseurl: ['repos.test', 'https://a.test/$releasever/$basearch/'] }),
      [
        'warning (repository address): custom_repositories[0].baseurl[0] is no address of a repository; it takes an address that begins with https://, http://, ftp:// or file://',
      ],
    ],
    [
      'warns of an id that dnf does not read',
      repository({ id: 'nástroje', filename: 'tools' }),
      [
        'warning (repository id): custom_repositories[0].id "nástroje" is no id that dnf reads; it takes letters from a to z, digits, "_", ".", ":" and "-"',
      ],
    ],
    [
      'warns of a callback that is no address',
      { aap_registration: { ansible_callback_url: 'a.test', host_config_key: 'k' } },
      [
        'warning (registration): aap_registration.ansible_callback_url is no address; it takes an address that begins with https:// or http://',
      ],
    ],
    [
      'warns of a reference that is none',
      { containers: [{ source: 'Not A Reference' }] },
      [
        'warning (container): containers[0].source is no reference to a container; it takes registry, path and tag, as in registry.example.com/tools/agent:1.4',
      ],
    ],
    [
      'warns of a module that is none',
      { enabled_modules: [{ name: 'a:1', stream: 'a:1' }] },
      [
        'warning (module): enabled_modules[0].name "a:1" is no name of a module; it takes a name such as nodejs',
        'warning (module): enabled_modules[0].stream "a:1" is no stream of a module; it takes a name such as 22',
      ],
    ],
    [
      'warns of a module that is given twice',
      {
        enabled_modules: [
          { name: 'a', stream: '1' },
          { name: 'a', stream: '2' },
        ],
      },
      ['warning (module): enabled_modules[1].name "a" is given twice; it takes one stream of a module'],
    ],
    [
      'refuses a certificate that is none',
      { cacerts: { pem_certs: [CERTIFICATE, 'garbage'] } },
      ['error (certificate): cacerts.pem_certs[1] is no certificate; it takes X.509 certificates in PEM format'],
    ],
    [
      'refuses a malformed certificate',
      { cacerts: { pem_certs: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'] } },
      ['error (certificate): cacerts.pem_certs[0] is no certificate; it takes X.509 certificates in PEM format'],
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
      [
        'error (certificate): aap_registration.tls_certificate_authority is no certificate; it takes X.509 certificates in PEM format',
      ],
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
      [
        'error (GPG key): custom_repositories[0].gpgkey[0] is no GPG key; it takes an armored public key, or an address',
      ],
    ],
    [
      'refuses an id that names no file',
      repository({ id: 'a:b' }),
      [
        'error (repository file): custom_repositories[0] "a:b" cannot name a file; it takes a filename, or an id of letters, digits, "_", "." and "-"',
      ],
    ],
    [
      'refuses an id that is none',
      repository({ id: 'a b', filename: 'x' }),
      [
        'error (repository id): custom_repositories[0].id "a b" is no id; it takes letters, digits, "_", ".", ":" and "-"',
      ],
    ],
    [
      'refuses a file name with a path',
      repository({ filename: '../x' }),
      [
        'error (repository file): custom_repositories[0].filename "../x" is no file name; it takes letters, digits, "_", "." and "-", with or without .repo',
      ],
    ],
    [
      'refuses two kinds of addresses',
      repository({ metalink: 'https://repos.test/metalink' }),
      [
        'error (repository address): custom_repositories[0] has baseurl and metalink; it takes one of the three kinds of addresses',
      ],
    ],
  ],
  OSTree: [
    [
      'takes a commit for edge images',
      {},
      [],
      { ...COMMIT, ostree: { ...URL, ref: 'rhel/9/x86_64/edge', parent: 'a'.repeat(64) } },
    ],
    [
      'refuses it for other images',
      {},
      [
        'error (OSTree): image_requests[0].ostree is for images made of OSTree commits; it takes the image types edge-commit and edge-installer',
      ],
      { ostree: URL },
    ],
    [
      'refuses a reference that is none',
      {},
      ['error (OSTree): image_requests[0].ostree.ref "/a" is no reference; it takes a name such as rhel/9/x86_64/edge'],
      { ...COMMIT, ostree: { ref: '/a' } },
    ],
    [
      'refuses a checksum as reference',
      {},
      [
        'error (OSTree): image_requests[0].ostree.ref "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is no reference; it takes a name such as rhel/9/x86_64/edge',
      ],
      { ...COMMIT, ostree: { ref: 'a'.repeat(64) } },
    ],
    ['takes a longer name than a checksum', {}, [], { ...COMMIT, ostree: { ref: 'a'.repeat(65) } }],
    [
      'refuses a parent that is none',
      {},
      [
        'error (OSTree): image_requests[0].ostree.parent "a b" is no reference or commit; it takes a name such as rhel/9/x86_64/edge, or a checksum',
      ],
      { ...COMMIT, ostree: { ...URL, parent: 'a b' } },
    ],
    [
      'refuses a parent without an address',
      {},
      ['error (OSTree): image_requests[0].ostree.parent "a" needs url, to read the parent from'],
      { ...COMMIT, ostree: { parent: 'a' } },
    ],
    [
      'refuses an address that is none',
      {},
      ['error (OSTree): image_requests[0].ostree.url is no address; it takes an absolute address'],
      { ...COMMIT, ostree: { url: 'nonsense' } },
    ],
    [
      'refuses a content address alone',
      {},
      ['error (OSTree): image_requests[0].ostree.contenturl needs url beside it'],
      { ...COMMIT, ostree: { contenturl: 'https://a.test' } },
    ],
    [
      'refuses an installer without an address',
      {},
      ['error (OSTree): image_requests[0].ostree.url is missing: edge-installer installs a commit from there'],
      { ...INSTALLER, ostree: { ref: 'a' } },
    ],
  ],
  'onboarding and Ignition': [
    [
      'warns that they have no effect',
      { fdo: FDO, ignition: { firstboot: { url: 'https://a.test' } }, installation_device: '/dev/sda' },
      [
        'warning (no effect): installation_device "/dev/sda" has no effect on any image type that is offered',
        'warning (no effect): fdo has no effect on any image type that is offered',
        'warning (no effect): ignition has no effect on any image type that is offered',
      ],
    ],
    [
      'refuses two kinds of keys',
      { fdo: { ...FDO, diun_pub_key_hash: 'x' } },
      [
        'error (FIDO device onboarding): fdo has 2 kinds of keys; it takes one of diun_pub_key_hash, diun_pub_key_insecure, diun_pub_key_root_certs',
        'warning (no effect): fdo has no effect on any image type that is offered',
      ],
    ],
    [
      'refuses onboarding without a server',
      { fdo: { diun_pub_key_hash: 'x' } },
      [
        'error (FIDO device onboarding): fdo.manufacturing_server_url is missing; it takes an absolute address',
        'warning (no effect): fdo has no effect on any image type that is offered',
      ],
    ],
    [
      'refuses both kinds of Ignition',
      { ignition: { embedded: { config: 'e30=' }, firstboot: { url: 'https://a.test' } } },
      [
        'error (Ignition): ignition has embedded and firstboot; it takes one of the two',
        'warning (no effect): ignition has no effect on any image type that is offered',
      ],
    ],
    [
      'refuses an empty address',
      { ignition: { firstboot: { url: '' } } },
      [
        'error (Ignition): ignition.firstboot.url is empty; it takes an absolute address',
        'warning (no effect): ignition has no effect on any image type that is offered',
      ],
    ],
  ],
  OpenSCAP: [
    ['takes a profile of the distribution', profile('bsi'), []],
    [
      'refuses another',
      profile('standard'),
      [
        'error (OpenSCAP profile): openscap.profile_id "xccdf_org.ssgproject.content_profile_standard" cannot be built for centos-9; it takes a list',
      ],
    ],
    ['takes that one for Fedora', profile('standard'), [], { distribution: 'fedora-44' }],
    [
      'refuses a profile of RHEL 9 for RHEL 10',
      profile('ccn_basic'),
      [
        'error (OpenSCAP profile): openscap.profile_id "xccdf_org.ssgproject.content_profile_ccn_basic" cannot be built for rhel-10; it takes a list',
      ],
      { distribution: 'rhel-10' },
    ],
    [
      'refuses a profile of RHEL 9 for RHEL 8',
      profile('bsi'),
      [
        'error (OpenSCAP profile): openscap.profile_id "xccdf_org.ssgproject.content_profile_bsi" cannot be built for rhel-8; it takes a list',
      ],
      { distribution: 'rhel-8' },
    ],
    [
      'refuses versions that cannot be hardened',
      profile('cis'),
      ['error (OpenSCAP): openscap cannot be used with rhel-86; it takes RHEL 8.7 and later'],
      { distribution: 'rhel-86', type: 'aws' },
    ],
    ['takes the first that can', profile('cis'), [], { distribution: 'rhel-87', type: 'aws' }],
    [
      'refuses the first version of RHEL 9',
      profile('cis'),
      ['error (OpenSCAP): openscap cannot be used with rhel-90; it takes RHEL 9.1 and later'],
      { distribution: 'rhel-90', type: 'aws' },
    ],
    [
      'refuses commits',
      { openscap: { policy_id: '0b7d5f31-8c2e-4a6f-9e14-5d3c2b1a0f9e' } },
      ['error (OpenSCAP): openscap cannot be used for edge-commit; it takes other image types'],
      COMMIT,
    ],
  ],
  'what has no effect': [
    [
      'is a subscription of an installer',
      { subscription: { organization: 1, 'activation-key': 'k', 'server-url': 's', 'base-url': 'b', insights: true } },
      ['warning (no effect): subscription has no effect on edge-installer of rhel-9'],
      INSTALLER,
    ],
    [
      'are time zone and languages of an edge installer',
      { timezone: { timezone: 'Mars/Olympus' }, locale: { languages: ['de_DE.UTF-8'] } },
      [
        'warning (no effect): timezone has no effect on edge-installer of rhel-9',
        'warning (no effect): locale has no effect on edge-installer of rhel-9',
      ],
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
        it(what, () => expect(texts(findingsFor(given, target))).to.deep.equal(found));
    });
  }

  it('take every profile that the service offers for a distribution', () => {
    const { log } = capturedLogger();
    const refused = distributions.all.flatMap(({ key }) =>
      [...profilesOf({ distributions, log }, key).keys()].filter(
        (profile) => findingsFor({ openscap: { profile_id: profile } }, { distribution: key, type: 'aws' }).length > 0,
      ),
    );
    expect(refused).to.deep.equal([]);
  });

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
