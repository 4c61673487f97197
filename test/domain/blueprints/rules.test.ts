import { expect } from 'chai';
import { describe, it } from 'mocha';
import { findRuleViolations, refuseRuleViolations } from '../../../src/domain/blueprints/rules.ts';
import { ServiceError } from '../../../src/lib/errors.ts';
import { blueprintRequest, withCustomizations } from './support.ts';

const filesystem = (mountpoint: string, size = 0) =>
  findRuleViolations(withCustomizations({ filesystem: [{ mountpoint, min_size: size }] })).map(({ detail }) => detail);

describe('blueprint rules', () => {
  it('find nothing wrong with a blueprint that keeps them', () => {
    const customizations = {
      users: [{ name: 'nobody' }, { name: ' x ' }],
      files: [{ path: '/etc/motd' }],
      directories: [{ path: '/opt/x' }],
      filesystem: [{ mountpoint: '/usr/share', min_size: 1_048_576 }],
    };
    expect(findRuleViolations(withCustomizations(customizations))).to.deep.equal([]);
    expect(findRuleViolations(blueprintRequest())).to.deep.equal([]);
  });

  for (const name of ['', ' ', '\t\n\f\r ']) {
    it(`want a name: ${JSON.stringify(name)}`, () => {
      expect(findRuleViolations(blueprintRequest({ name }))).to.deep.equal([
        {
          pointer: '/name',
          title: 'blueprint name rule violation',
          detail: 'the blueprint name must contain at least two characters',
        },
      ]);
    });
  }

  for (const name of ['x', '\v', '\u00a0', ' . ']) {
    it(`take the name ${JSON.stringify(name)}`, () => {
      expect(findRuleViolations(blueprintRequest({ name }))).to.deep.equal([]);
      expect(findRuleViolations(withCustomizations({ users: [{ name }] }))).to.deep.equal([]);
    });
  }

  it('report the first user without a name', () => {
    const users = [{ name: 'fine' }, { name: '' }, { name: ' ' }];
    expect(findRuleViolations(withCustomizations({ users }))).to.deep.equal([
      { pointer: '/customizations/users/1', title: 'user rule violation', detail: 'missing user name' },
    ]);
  });

  it('report every file and directory', () => {
    const paths = [{ path: '/etc/shadow' }, { path: '/etc/ok' }, { path: 'rel' }];
    expect(findRuleViolations(withCustomizations({ files: paths, directories: paths }))).to.deep.equal([
      {
        pointer: '/customizations/files/0',
        title: 'file rule violation',
        detail: 'file "/etc/shadow": path "/etc/shadow" is not allowed',
      },
      {
        pointer: '/customizations/files/2',
        title: 'file rule violation',
        detail: 'file "rel": path "rel" must be absolute',
      },
      {
        pointer: '/customizations/directories/2',
        title: 'directory rule violation',
        detail: 'directory "rel": path "rel" must be absolute',
      },
    ]);
  });

  for (const [mountpoint, size, details] of [
    ['', 0, ['mountpoint must not be empty']],
    ['var', 0, ['mountpoint "var" must be absolute']],
    ['/var/', 0, ['mountpoint "/var/" must be canonical']],
    ['//', 0, ['mountpoint "//" must be canonical']],
    ['/a/../b', 1_048_576, ['mountpoint "/a/../b" must be canonical']],
    ['/var', 1, ['mountpoint "/var" minimum size must be at least 1MB']],
    ['/var', 1_048_575, ['mountpoint "/var" minimum size must be at least 1MB']],
    ['x', 1, ['mountpoint "x" must be absolute', 'mountpoint "x" minimum size must be at least 1MB']],
    ['', 5, ['mountpoint must not be empty', 'mountpoint "" minimum size must be at least 1MB']],
    ['/', 0, []],
    ['/usr', 1_048_576, []],
    ['/boot', Number.MAX_SAFE_INTEGER, []],
  ] as const) {
    it(`judge a file system of ${size} bytes at ${JSON.stringify(mountpoint)}`, () => {
      expect(filesystem(mountpoint, size)).to.deep.equal(details);
    });
  }

  it('are reported together, in the order name, users, files, directories, file systems', () => {
    const broken = blueprintRequest({
      name: ' ',
      customizations: {
        filesystem: [{ mountpoint: 'x', min_size: 1 }],
        directories: [{ path: '/usr/x' }],
        files: [{ path: '/etc/passwd' }, { path: 'x' }],
        users: [{ name: ' ' }],
      },
    });
    expect(() => refuseRuleViolations(broken))
      .to.throw(ServiceError)
      .that.satisfies(({ kind, entries }: ServiceError) => {
        expect(kind).to.equal('unprocessable');
        expect(entries.map(({ title }) => title)).to.deep.equal([
          'blueprint name rule violation',
          'user rule violation',
          'file rule violation',
          'file rule violation',
          'directory rule violation',
          'filesystem rule violation',
          'filesystem rule violation',
        ]);
        return true;
      });
  });
});
