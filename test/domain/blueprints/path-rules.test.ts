import { expect } from 'chai';
import { describe, it } from 'mocha';
import { directoryFault, fileFault } from '../../../src/domain/blueprints/path-rules.ts';

const file = (path: string, more: object = {}) => fileFault({ path, ...more });
const directory = (path: string, more: object = {}) => directoryFault({ path, ...more });

const SYSTEM = [
  ...['/bin', '/boot', '/dev', '/efi', '/lib', '/lib64', '/lost+found', '/proc', '/run', '/sbin', '/sys', '/sysroot'],
  ...['/tmp', '/usr', '/var/run', '/var/tmp'],
];

describe('path rules', () => {
  for (const path of ['', 'etc/motd', './etc', '../etc', ' /etc']) {
    it(`want an absolute path: ${JSON.stringify(path)}`, () => {
      expect(file(path)).to.equal(`file "${path}": path "${path}" must be absolute`);
      expect(directory(path)).to.equal(`directory "${path}": path "${path}" must be absolute`);
    });
  }

  for (const path of ['//', '/etc/', '/etc//motd', '//etc', '/./etc', '/etc/.', '/etc/../motd', '/..', '/etc/x/..']) {
    it(`want a path without detours: ${path}`, () => {
      expect(file(path)).to.equal(`file "${path}": path "${path}" must be canonical`);
      expect(directory(path)).to.equal(`directory "${path}": path "${path}" must be canonical`);
    });
  }

  for (const location of SYSTEM) {
    it(`keep out of ${location} and what is in it`, () => {
      for (const path of [location, `${location}/x`, `${location}/x/y`]) {
        expect(file(path)).to.equal(`file "${path}": path "${path}" is not allowed`);
        expect(directory(path)).to.equal(`directory "${path}": path "${path}" is not allowed`);
      }
    });
    it(`do not mistake another name for ${location}`, () => {
      expect(file(`${location}s`)).to.equal(null);
      expect(directory(`/opt${location}`)).to.equal(null);
    });
  }

  for (const path of [
    '/usr/local',
    '/usr/local/bin/run',
    '/etc',
    '/etc/motd',
    '/root/.bashrc',
    '/var',
    '/var/lib/x',
    '/etc/...',
  ]) {
    it(`allow ${path}`, () => {
      expect(file(path)).to.equal(null);
      expect(directory(path)).to.equal(null);
    });
  }

  for (const path of ['/etc/fstab', '/etc/group', '/etc/passwd', '/etc/shadow', '/etc/shadow/x']) {
    it(`keep files, but not directories, out of ${path}`, () => {
      expect(file(path)).to.equal(`file "${path}": path "${path}" is not allowed`);
      expect(directory(path)).to.equal(null);
    });
  }

  it('reject the root', () => {
    expect(file('/')).to.equal('file "/": path must not end with a slash');
    expect(directory('/')).to.equal('directory "/": path must not end with a slash');
  });

  for (const mode of ['0644', '644', '7777', '100644', '0000000000644', '1000000', '4000000', '0']) {
    it(`take the mode ${mode}`, () => expect(file('/etc/x', { mode })).to.equal(null));
  }

  for (const mode of ['', '9999', '0o644', '-1', '+644', '6_4', ' 644', '40000000000', '777777777777777777777']) {
    it(`leave alone what is no octal mode: ${JSON.stringify(mode)}`, () => {
      expect(file('/etc/x', { mode })).to.equal(null);
    });
  }

  for (const bit of [31, 27, 26, 25, 24, 21, 19]) {
    it(`refuse the file type in bit ${bit} of a mode`, () => {
      const mode = (2 ** bit + 0o644).toString(8);
      expect(file('/etc/x', { mode })).to.equal('file "/etc/x": mode must not contain file type bits');
      expect(directory('/etc/x', { mode: `000${mode}` })).to.equal(
        'directory "/etc/x": mode must not contain file type bits',
      );
    });
  }

  const USER = '^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,31}$';
  for (const user of ['bad user', '', '-x', 'ü', 'a'.repeat(33), 'root\n', 'a"b']) {
    it(`refuse the user name ${JSON.stringify(user)}`, () => {
      const quoted = JSON.stringify(user);
      expect(file('/etc/x', { user })).to.equal(
        `file "/etc/x": user name ${quoted} doesn't conform to validating regex (${USER})`,
      );
    });
  }

  const GROUP = '^[A-Za-z0-9_][A-Za-z0-9_-]{0,31}$';
  for (const group of ['bad group', '', 'no.dots', '-x', 'a'.repeat(33)]) {
    it(`refuse the group name ${JSON.stringify(group)}`, () => {
      expect(directory('/opt/x', { group })).to.equal(
        `directory "/opt/x": group name "${group}" doesn't conform to validating regex (${GROUP})`,
      );
    });
  }

  it('refuse negative ids', () => {
    expect(file('/etc/x', { user: -1 })).to.equal('file "/etc/x": user ID must be non-negative');
    expect(directory('/etc/x', { group: -5 })).to.equal('directory "/etc/x": group ID must be non-negative');
  });

  it('take names and ids of owners', () => {
    const owners = [0, 1000, Number.MAX_SAFE_INTEGER, 'root', '0', '_x', 'a-b', 'A'.repeat(32)];
    for (const owner of owners) expect(file('/etc/x', { user: owner, group: owner })).to.equal(null);
    expect(file('/etc/x', { user: '.dot.ted' })).to.equal(null);
  });

  it('report only the first fault, in the order path, mode, user, group', () => {
    const faulty = { mode: '2000000', user: -1, group: -1 };
    expect(file('x', faulty)).to.include('must be absolute');
    expect(file('/x', faulty)).to.include('mode must not');
    expect(file('/x', { ...faulty, mode: '0644' })).to.include('user ID');
    expect(file('/x', { group: -1, user: 0 })).to.include('group ID');
  });

  it('quote a path with what does not print', () => {
    expect(file('a\n"b"')).to.equal('file "a\\n\\"b\\"": path "a\\n\\"b\\"" must be absolute');
  });
});
