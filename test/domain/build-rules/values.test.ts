import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import { findingsFor, type Target } from './support.ts';

interface Member {
  readonly in: (value: string) => Customizations;
  readonly target?: Target;
  readonly takes: readonly string[];
  /** Values with a warning alone. */
  readonly warns?: readonly string[];
  readonly refuses?: readonly string[];
}

const repository = (more: object) =>
  ({ custom_repositories: [{ id: 'tools', baseurl: ['https://repos.test/'], ...more }] }) as Customizations;
const partition = (more: object, type?: 'gpt' | 'dos') =>
  ({
    disk: { type, partitions: [{ fs_type: 'xfs', mountpoint: '/', minsize: '9 GiB', ...more }] },
  }) as Customizations;
const group = (name: string) => ({ disk: { partitions: [{ type: 'lvm', name, minsize: '9 GiB' }] } }) as Customizations;
const ofLength = (length: number): string => 'a'.repeat(length);

const ACCOUNT = {
  takes: ['a', '_a', '.a', '9', 'a-b.c_1', ofLength(32)],
  refuses: ['', '-a', 'a b', 'a/b', 'ä', 'a$', ofLength(33)],
};
const FOR_INSTALLER = { takes: ['a', '_a', '9', 'a-b_1', ofLength(32)], refuses: ['', '-a', 'a.b', '.a', 'a b'] };
const INSTALLER: Target = { type: 'image-installer' };
const PUBLIC_KEY = ['-----BEGIN PGP PUBLIC KEY BLOCK-----', '-----END PGP PUBLIC KEY BLOCK-----'] as const;
const DIGEST = 'sha256:0123456789abcdef0123456789abcdef';
const UUID = '0fc63daf-8483-4772-8e79-3d69d8477de4';
const SSH = 'AAAAC3NzaC1lZDI1NTE5AAAAIExample==';

const MEMBERS: Readonly<Record<string, Member>> = {
  'the name of a user': { in: (name) => ({ users: [{ name }] }), ...ACCOUNT },
  'the name of a group': { in: (name) => ({ groups: [{ name }] }), ...ACCOUNT },
  'the name of a user of an installer': {
    in: (name) => ({ users: [{ name }] }),
    ...{ target: INSTALLER, ...FOR_INSTALLER },
  },
  'the name of a group of an installer': {
    in: (name) => ({ groups: [{ name }] }),
    ...{ target: INSTALLER, ...FOR_INSTALLER },
  },
  'the key of a user': {
    in: (key) => ({ users: [{ name: 'a', ssh_key: key }] }),
    takes: [
      ...['', `ssh-rsa ${SSH}`, `ssh-dss ${SSH}`, `ssh-ed25519 ${SSH} me@example.com`, `ecdsa-sha2-nistp256 ${SSH}`],
      ...[`ecdsa-sha2-nistp384 ${SSH}`, `ecdsa-sha2-nistp521 ${SSH}`, `sk-ssh-ed25519@openssh.com ${SSH}`],
      ...[`sk-ecdsa-sha2-nistp256@openssh.com ${SSH}`, `command="a b" ssh-rsa ${SSH}`, ` ssh-rsa ${SSH} `],
      `# mine\nssh-rsa ${SSH}\n\n  \nssh-ed25519 ${SSH}\n`,
    ],
    warns: [
      ...['not a key', 'ssh-rsa', `ssh-rsa  ${SSH}`, `ssh-foo ${SSH}`, SSH, `ssh-rsa ${SSH}!`, `xssh-rsa ${SSH}`],
      ...[`ssh-rsa ${SSH}\nnot a key`, ` # mine`],
    ],
  },
  'a host name': {
    in: (hostname) => ({ hostname }),
    takes: ['a', '1', 'a.b', 'Web-1.example.com', `${ofLength(60)}.abc`, ofLength(63)],
    warns: ['', 'a b', '-a', 'a-', 'a.', '.a', 'a..b', 'a_b', ofLength(64)],
    refuses: [`${ofLength(60)}.abcd`],
  },
  'a time server': {
    in: (server) => ({ timezone: { ntpservers: [server] } }),
    takes: ['ntp.test', '192.0.2.1', '2001:db8::1', '2001:DB8::1', '::1', 'fe80::1%eth0'],
    warns: ['', 'a b', 'g::1', 'fe80::1%', 'fe80::1%e-0', '2001:db8::1 ', ' ::1'],
  },
  'a locale': {
    in: (locale) => ({ locale: { languages: [locale] } }),
    takes: [
      ...['C', 'POSIX', 'C.UTF-8', 'de', 'ast_ES', 'de_DE', 'de_DE.UTF-8', 'de_DE@euro', 'de_DE@euro.UTF-8'],
      ...['de_DE.ISO-8859-15@euro', 'de@saaho'],
    ],
    warns: [
      ...['', 'klingon please', 'd_DE', 'germ_DE', 'de_D', 'de_DEU', 'de_de', 'DE', 'de_DE.', 'de_DE@', 'de_DE@EURO'],
      ...['de_DE.UTF-8@', 'de_DE.UTF-8@EURO', ' C', 'C ', 'de_DE.UTF_8', 'de.UTF-8.UTF-8'],
    ],
  },
  'a keyboard': {
    in: (keyboard) => ({ locale: { keyboard } }),
    takes: ['us', 'de-nodeadkeys', 'pt_BR', 'a.b'],
    warns: ['', 'u s', 'a/b', ' us', 'us '],
  },
  'a port of the firewall': {
    in: (port) => ({ firewall: { ports: [port] } }),
    takes: ['22:tcp', '1:udp', '65535:sctp', '1-65535:dccp', '8000-8000:tcp', 'imap:tcp', 'a0:tcp'],
    warns: ['0:tcp', '0-5:tcp', '20-10:tcp'],
    refuses: ['', '22', ':tcp', '22:icmp', '22:tcp ', '22:tcpx', '65536:tcp', '1-65536:udp', '70000-70001:tcp'],
  },
  'a service of the firewall': {
    in: (service) => ({ firewall: { services: { enabled: [service] } } }),
    takes: ['ssh', 'a_b.c-d1'],
    warns: ['', 'a b', 'a/b', ' ssh', 'ssh '],
  },
  'a disabled service of the firewall': {
    in: (service) => ({ firewall: { services: { disabled: [service] } } }),
    ...{ takes: ['ssh'], warns: ['a b'] },
  },
  'an enabled unit': {
    in: (unit) => ({ services: { enabled: [unit] } }),
    takes: ['sshd', 'getty@tty1.service', String.raw`dev-a\x2db.mount`, 'a:b_c', ofLength(255)],
    warns: ['', 'a/b', 'a b', ' a', 'a ', ofLength(256)],
  },
  'a disabled unit': { in: (unit) => ({ services: { disabled: [unit] } }), takes: ['sshd'], warns: ['a/b'] },
  'a masked unit': { in: (unit) => ({ services: { masked: [unit] } }), takes: ['sshd'], warns: ['a/b'] },
  'the arguments of the kernel': {
    in: (append) => ({ kernel: { append } }),
    takes: ['', 'audit=1 quiet', 'a="b c"', 'ä'],
    warns: ['a\nb', 'a\tb', 'a\u001f', 'a\u007f'],
  },
  'the kernel': {
    in: (name) => ({ kernel: { name } }),
    takes: ['', 'kernel-debug', '9', 'kernel-rt_1.2+a'],
    warns: ['-kernel', '.kernel', 'a b', 'a/b', ' kernel', 'kernel '],
  },
  'a user of sudo': {
    in: (name) => ({ installer: { 'sudo-nopasswd': [name] } }),
    target: INSTALLER,
    takes: ['a', '%wheel', '_a.b-c', '.a', ofLength(32), `%${ofLength(32)}`],
    warns: ['', '%', '%%a', '-a', 'a b', 'a%', ofLength(33)],
  },
  'a package': {
    in: (name) => ({ packages: [name] }),
    takes: ['vim', '@core', 'glibc.i686', 'a-1:2.3-4', '/usr/bin/vim', 'a*'],
    warns: ['', '-x', 'a b', ' a', 'a ', 'https://a.test/b.rpm', 'ftp://a.test/b.rpm'],
  },
  'the name of a module': {
    in: (name) => ({ enabled_modules: [{ name, stream: '1' }] }),
    takes: ['nodejs', 'perl-DBI'],
    warns: ['', 'a:b', 'a/b', 'a b', ' a', 'a '],
  },
  'the stream of a module': {
    in: (stream) => ({ enabled_modules: [{ name: 'a', stream }] }),
    takes: ['22', 'rhel8', '1.2'],
    warns: ['', 'a:b', 'a/b', 'a b', ' a', 'a '],
  },
  'the source of a container': {
    in: (source) => ({ containers: [{ source }] }),
    takes: [
      ...['a', 'a/b', 'a/b/c', 'a:1', 'a:1.2_b-C', 'a--b', 'a__b', 'a.b_c', 'registry.test/a', 'Registry.TEST/a'],
      ...['localhost:5000/a', '[2001:db8::1]:5000/a', '[::1]/a', '192.0.2.1/a', `a@${DIGEST}`, `a:1@${DIGEST}`],
      ...['a-1.b-2/c', 'a1.b/c', `a:${ofLength(128)}`, `a@SHA512:${DIGEST.slice(7).toUpperCase()}`],
    ],
    warns: [
      ...[
        '',
        'A',
        'a b',
        '/a',
        'a/',
        'a//b',
        'a/B',
        'a:',
        'a:-1',
        'a:.1',
        'a@',
        `a@sha256:${ofLength(31)}`,
        'a@sha256',
      ],
      ...['a___b', 'a..b', 'a/_b', 'a/b_', '-a.test/b', 'a-.test/b', 'a..test/b', '[::1/a', '[x]/a', 'a.test:x/b'],
      ...[`a:${ofLength(129)}`, `a@${DIGEST}x`, `a@${DIGEST} `, ' a', 'a:1:2', `a@2sha:${DIGEST.slice(7)}`],
    ],
  },
  'the id of a repository': {
    in: (id) => repository({ id, filename: 'x' }),
    takes: ['a', 'a_b.c:d-E1'],
    warns: ['ä'],
    refuses: ['', 'a b', 'a/b', ' a', 'a '],
  },
  'the id of a repository, which names its file': {
    in: (id) => repository({ id }),
    takes: ['a', 'a.repo', 'a_b.c-D1', ofLength(250), `${ofLength(250)}.repo`],
    refuses: ['a:b', '.repo', ofLength(251), `${ofLength(251)}.repo`],
  },
  'the file of a repository': {
    in: (filename) => repository({ filename }),
    takes: ['', 'tools', 'tools.repo', 'a_b.c-D1', ofLength(250), `${ofLength(250)}.repo`],
    refuses: ['../x', 'a/b', 'a b', '.repo', ofLength(251), `${ofLength(251)}.repo`],
  },
  'the key of a repository': {
    in: (key) => repository({ gpgkey: [key] }),
    takes: [PUBLIC_KEY.join('\n\n'), 'https://repos.test/key', '/etc/pki/key'],
    refuses: ['', 'garbage', PUBLIC_KEY[0], PUBLIC_KEY[1], ` ${PUBLIC_KEY.join('\n\n')}`],
  },
  'the address of a repository': {
    in: (url) => repository({ baseurl: [url] }),
    takes: ['https://repos.test/', 'https://repos.test/$releasever/'],
    refuses: [''],
  },
  'the mode of a file': {
    in: (mode) => ({ files: [{ path: '/etc/a', mode }] }),
    takes: ['', '644', '0644', '777'],
    refuses: ['1777', '64', '00644', '888', 'rwx', '0644 ', ' 644'],
  },
  'the mode of a directory': {
    in: (mode) => ({ directories: [{ path: '/srv/a', mode }] }),
    ...{ takes: ['755'], refuses: ['1777'] },
  },
  'the user of a file': {
    in: (user) => ({ files: [{ path: '/etc/a', user }] }),
    takes: ['a', '.a', '_a', 'a.b-c_1', ofLength(32)],
    refuses: ['', '-a', 'a b', ofLength(33)],
  },
  'the group of a file': {
    in: (name) => ({ files: [{ path: '/etc/a', group: name }] }),
    takes: ['a', '_a', 'a-c_1', ofLength(32)],
    refuses: ['', '-a', 'a b', 'a.b', '.a', ofLength(33)],
  },
  'the owners of a directory': {
    in: (name) => ({ directories: [{ path: '/srv/a', user: name, group: name }] }),
    ...{ takes: ['a'], refuses: ['a b'] },
  },
  'the path of a file': {
    in: (path) => ({ files: [{ path }] }),
    takes: ['/etc/a', '/opt/a', '/etc/a b', '/etc/..a'],
    warns: ['/etc/a\nb', '/etc/a\u0001', '/etc/a\u007f'],
    refuses: ['', 'a', '/', '//', '/etc/', '/etc/./a', '/etc/../a', '/etc//a', '/etc/a/..'],
  },
  'the path of a directory': {
    in: (path) => ({ directories: [{ path }] }),
    takes: ['/srv/a', '/etc/a', '/srv/a\u0001'],
    refuses: ['', 'a', '/', '/srv/', '/srv/../a', '/srv/a\nb'],
  },
  'the mount point of a file system': {
    in: (mountpoint) => ({ filesystem: [{ mountpoint, min_size: 1 }] }),
    takes: ['/', '/a', '/usr', '/usrx/a', '/var/log', '/var/tmp', '/tmp', '/boot', '/etcx', '/a/..b'],
    refuses: [
      ...['', 'a', '/a/', '//', '/a//b', '/a/./b', '/a/..', '/usr/local', '/bin', '/dev', '/etc', '/etc/a', '/lib'],
      ...['/lib64', '/lost+found', '/proc', '/run', '/sbin', '/sys', '/sysroot', '/var/lock', '/var/run', '/var/run/a'],
    ],
  },
  'the type of a partition': {
    in: (type) => partition({ part_type: type }),
    takes: ['', '83', '8e', '8E', UUID, UUID.toUpperCase(), `urn:uuid:${UUID}`, UUID.replaceAll('-', '')],
    refuses: [
      ...['linux', '8', '833', 'zz', `${UUID}0`, `0${UUID}`, UUID.slice(1), UUID.replace('-', ''), `x${UUID}`],
      ...[UUID.replace('8483', '848'), UUID.replace('4772', '477'), UUID.replace('8e79', '8e7'), `${UUID}}`],
      ...[UUID.replaceAll('-', '').slice(1), UUID.replace('0', 'g'), UUID.slice(0, -1)],
    ],
  },
  'the type of a partition in a table of gpt': {
    in: (type) => partition({ part_type: type }, 'gpt'),
    ...{ takes: ['', UUID], refuses: ['83'] },
  },
  'the type of a partition in a table of dos': {
    in: (type) => partition({ part_type: type }, 'dos'),
    ...{ takes: ['', '83'], refuses: [UUID, '8', '833'] },
  },
  'the label of xfs': {
    in: (label) => partition({ label }),
    ...{ takes: ['', ofLength(12)], refuses: [ofLength(13)] },
  },
  'the label of ext4': {
    in: (label) => partition({ label, fs_type: 'ext4' }),
    ...{ takes: [ofLength(16)], refuses: [ofLength(17)] },
  },
  'the label of vfat': {
    in: (label) => partition({ label, fs_type: 'vfat', mountpoint: '/data' }),
    ...{ takes: [ofLength(11)], refuses: [ofLength(12)] },
  },
  'the label of swap space': {
    in: (label) => partition({ label, fs_type: 'swap', mountpoint: undefined }),
    ...{ takes: [ofLength(12)], refuses: [ofLength(13)] },
  },
  'the file system of /boot': {
    in: (type) => partition({ fs_type: type, mountpoint: '/boot' }),
    ...{ takes: ['xfs', 'ext4'], refuses: ['vfat'] },
  },
  'the file system of /boot/efi': {
    in: (type) => partition({ fs_type: type, mountpoint: '/boot/efi' }),
    ...{ takes: ['vfat'], refuses: ['xfs', 'ext4'] },
  },
  'the name of a volume group': {
    in: group,
    takes: ['', 'a', '+a', '_', '.a', 'A-b9'],
    warns: ['-a', 'a b', 'a/b', ' a', 'a '],
    refuses: ['-', '--', '/'],
  },
};

const kindsOf = (given: Customizations, target?: Target): readonly string[] => [
  ...new Set(findingsFor(given, target).map(({ kind }) => kind)),
];

describe('a value of the customizations', () => {
  for (const [member, { in: make, target, takes, warns = [], refuses = [] }] of Object.entries(MEMBERS)) {
    const found = (values: readonly string[], isFound: (kinds: readonly string[]) => boolean): readonly string[] =>
      values.filter((value) => isFound(kindsOf(make(value), target)));

    describe(`that is ${member}`, () => {
      it('is taken without a finding', () => {
        expect(found(takes, (kinds) => kinds.length === 0)).to.deep.equal(takes);
      });
      if (warns.length > 0)
        it('has a warning where it has no effect, or may have none', () => {
          expect(found(warns, (kinds) => kinds.join() === 'warning')).to.deep.equal(warns);
        });
      if (refuses.length > 0)
        it('is an error where the build is sure to fail', () => {
          expect(found(refuses, (kinds) => kinds.includes('error'))).to.deep.equal(refuses);
        });
    });
  }
});
