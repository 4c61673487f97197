import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { ContractDocument } from '../../src/contract/schema.ts';
import { findViolations } from '../../src/contract/violations.ts';

const document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../generated/contract.json'), 'utf8'),
) as ContractDocument;

const image = { architecture: 'x86_64', image_type: 'guest-image', upload_request: { type: 'aws.s3', options: {} } };
const candidate = { name: 'b', distribution: 'centos-9', image_requests: [image], customizations: {} };
const violations = (change: object, most = 100) =>
  findViolations(document, 'CreateBlueprintRequest', { ...candidate, ...change }, most).violations;

describe('findViolations', () => {
  it('returns the normalised value, and leaves its argument unchanged', () => {
    const given = { ...candidate, customizations: { files: [{ path: '/etc/motd', unknown: 1 }] } };
    const before = structuredClone(given);
    const { value, violations: found } = findViolations(document, 'CreateBlueprintRequest', given, 100);
    expect(found).to.deep.equal([]);
    expect(value).to.have.deep.nested.property('customizations.files', [
      { path: '/etc/motd', data_encoding: 'plain', ensure_parents: false },
    ]);
    expect(given).to.deep.equal(before);
  });

  it('returns all violations, each with a JSON pointer', () => {
    const found = violations({
      name: 7,
      nonsense: true,
      image_requests: [{ ...image, architecture: 'z80' }, {}],
      customizations: { packages: 'nginx', hostname: null },
    });
    expect(found.map(({ pointer }) => pointer)).to.have.members([
      ...['', '/name', '/image_requests/0/architecture', '/image_requests/1/architecture'],
      ...['/image_requests/1/image_type', '/image_requests/1/upload_request', '/customizations/packages'],
      '/customizations/hostname',
    ]);
    const reasons = Object.fromEntries(found.map(({ pointer, reason }) => [pointer, reason]));
    expect(reasons).to.include({
      '': 'property "nonsense" is unsupported',
      '/name': 'value must be a string',
      '/image_requests/1/image_type': 'property "image_type" is missing',
      '/customizations/hostname': 'Value is not nullable',
    });
  });

  it('returns one violation for a value of the wrong type that has an enum as well', () => {
    expect(violations({ distribution: 9 })).to.deep.equal([
      {
        ...{ pointer: '/distribution', reason: 'value must be a string', seen: '; it is 9', hint: '' },
        ...{ value: '9', takes: 'a string' },
      },
    ]);
  });

  it('returns one violation for a value that matches no branch of a union', () => {
    const found = violations({ customizations: { openscap: { profile_id: 7 } } });
    expect(found).to.have.length(1);
    expect(found[0]?.pointer).to.match(/^\/customizations\/openscap/);
  });

  for (const [what, partition, member, reason] of [
    ['a member', { type: 'lvm' }, 'logical_volumes', 'property "logical_volumes" is missing'],
    ['a member, where the type may be left out', { mountpoint: '/' }, 'fs_type', 'property "fs_type" is missing'],
    [
      'a member within',
      { type: 'btrfs', subvolumes: [{ mountpoint: '/' }] },
      'subvolumes/0/name',
      'property "name" is missing',
    ],
    [
      'no such type',
      { type: 'zfs', fs_type: 'xfs' },
      'type',
      'value is not one of the allowed values ["plain","btrfs","lvm"]',
    ],
  ] as const)
    it(`explains a union by the type of the value: ${what}`, () => {
      const [found, ...others] = violations({ customizations: { disk: { partitions: [partition] } } });
      expect(found).to.include({ pointer: `/customizations/disk/partitions/0/${member}`, reason });
      expect(others).to.deep.equal([]);
    });

  it('returns no more violations than the limit', () => {
    const images = Array.from({ length: 50 }, () => ({}));
    expect(violations({ image_requests: images }, 10)).to.have.length(10);
  });
});
