import { expect } from 'chai';
import { describe, it } from 'mocha';
import { toSboms } from '../../../src/domain/compose-requests/sboms.ts';
import { sbomItem } from '../../support/given.ts';

const namesOf = (...pipelines: readonly string[]) =>
  toSboms({ items: [pipelines.map((pipeline) => sbomItem(pipeline))] })?.map(({ name }) => name);

describe('the SBOMs of a compose', () => {
  it('include the SBOMs of all images, in order', () => {
    const items = [[sbomItem('build', 'buildroot'), sbomItem('os')], [], [sbomItem('ostree-tree')]];
    expect(toSboms({ items })).to.deep.equal(items.flat().map((item) => ({ ...item, name: item.pipeline_name })));
  });

  it('have names of letters, digits, hyphens and underscores', () => {
    expect(namesOf('os', 'a/b', '..', '', 'é', 'A_b-9', '"')).to.deep.equal([
      ...['os', 'a-b', '-', 'sbom', '--2', 'A_b-9', '--3'],
    ]);
    for (const name of namesOf('x'.repeat(500), 'x'.repeat(500)) ?? []) expect(name).to.match(/^[\w-]{1,100}$/);
  });

  it('have names that differ, also from those that are numbered already', () => {
    const names = namesOf('os', 'os-2', 'os', 'os') ?? [];
    expect(names).to.deep.equal(['os', 'os-2', 'os-3', 'os-4']);
  });

  it('include only types and purposes of the contract', () => {
    const wrong = [{ sbom_type: 'x' }, { pipeline_purpose: 'x' }, { pipeline_name: 1 }, { sbom: [] }, { sbom: null }];
    expect(toSboms({ items: [wrong.map((part) => ({ ...sbomItem(), ...part }))] })).to.deep.equal([]);
  });

  for (const answer of [undefined, null, [], {}, { items: null }, { items: {} }, { items: ['x'] }, { items: [[1]] }]) {
    it(`cannot be read from ${JSON.stringify(answer)}`, () => {
      expect(toSboms(answer)).to.equal(null);
    });
  }
});
