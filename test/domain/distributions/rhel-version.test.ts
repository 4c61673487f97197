import { expect } from 'chai';
import { describe, it } from 'mocha';
import { rhelMajorOf, rhelVersionOf } from '../../../src/domain/distributions/rhel-version.ts';

const version = (major: number, minor: number) => ({ major, minor });

const NAMES: readonly (readonly [name: string, version: object | null, major: number | null])[] = [
  ['rhel-84', version(8, 4), 8],
  ['rhel-8.10', version(8, 10), 8],
  ['rhel-90', version(9, 0), 9],
  ['rhel-95', version(9, 5), 9],
  ['rhel-9.6', version(9, 6), 9],
  ['rhel-10.0', version(10, 0), 10],
  ['rhel-10.10', version(10, 10), 10],
  ['rhel-11.2', version(11, 2), 11],
  ['rhel-8', null, 8],
  ['rhel-9', null, 9],
  ['rhel-10', null, 10],
  ['rhel-9-beta', null, 9],
  ['rhel-10-beta', null, 10],
  ['rhel-8-nightly', null, 8],
  ['rhel-9.7-nightly', null, 9],
  ['rhel-10.3-nightly', null, 10],
  ['centos-9', null, null],
  ['centos-10', null, null],
  ['fedora-42', null, null],
  ['hummingbird', null, null],
  ['', null, null],
  ['rhel-', null, null],
  ['rhel-x', null, null],
  ['rhel-9.', null, null],
  ['rhel-9.x', null, null],
  ['rhel-9.6.1', null, null],
  ['xrhel-9.6', null, null],
  ['rhel-9.6\n', null, null],
];

describe('the RHEL version in a name', () => {
  for (const [name, expected, major] of NAMES) {
    it(`is ${expected ? JSON.stringify(expected) : 'none'} in ${JSON.stringify(name)}`, () => {
      expect(rhelVersionOf(name)).to.deep.equal(expected);
    });

    it(`has the major version ${major ?? 'none'} in ${JSON.stringify(name)}`, () => {
      expect(rhelMajorOf(name)).to.equal(major);
    });
  }
});
