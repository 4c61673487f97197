import { expect } from 'chai';
import { describe, it } from 'mocha';
import { imageTypesOf, type LibraryImageType } from '../../../packages/sandbox/src/image-types.ts';
import { canonicalImageType } from '../../../src/domain/compose-requests/image-types.ts';
import type { ImageType } from '../../../src/domain/compose-requests/types.ts';
import { indexOptions } from '../../../src/domain/build-rules/type-options.ts';
import { distributions } from './support.ts';

const details = (types: Readonly<Record<string, object>>) =>
  ({
    ...{ href: 'x', id: 'x', kind: 'x', name: 'x' },
    architectures: { x86_64: { name: 'x86_64', image_types: types } },
  }) as Parameters<typeof indexOptions>[0];

const supportedBy = (types: Readonly<Record<string, object>>, type: 'vsphere' | 'azure' | 'guest-image' | 'wsl') =>
  indexOptions(details(types)).get('x86_64')?.optionsOf(type)?.supported;

const one = (option: string, more: object = {}) => ({ supported_blueprint_options: [option], ...more });

describe('what composer reports about image types', () => {
  it('is found by the names of the library, with and without aliases', () => {
    expect(supportedBy({ vmdk: one('a', { aliases: ['vshpere'] }) }, 'vsphere')).to.deep.equal(['a']);
    expect(supportedBy({ 'generic-vmdk': one('b') }, 'vsphere')).to.deep.equal(['b']);
    expect(supportedBy({ vsphere: one('c') }, 'vsphere')).to.deep.equal(['c']);
    expect(supportedBy({ other: one('d', { aliases: ['wsl'] }) }, 'wsl')).to.deep.equal(['d']);
  });

  it('is found for every image type that a distribution offers', () => {
    const supportedOf = ({ name, aliases, supported }: LibraryImageType) =>
      [name, { aliases: [...aliases], supported_blueprint_options: [...supported] }] as const;
    const missing = distributions.all.flatMap(({ key, nameAtComposer, architectures }) =>
      [...architectures].flatMap(([architecture, { imageTypes }]) => {
        const known = imageTypesOf(nameAtComposer, architecture);
        const { optionsOf } = indexOptions(details(Object.fromEntries([...known.values()].map(supportedOf)))).get(
          'x86_64',
        )!;
        return imageTypes
          .filter((type) => optionsOf(canonicalImageType(type as ImageType)) === null)
          .map((type) => `${type} of ${key} on ${architecture}`);
      }),
    );
    expect(missing).to.deep.equal([]);
  });

  it('prefers the type that composer builds', () => {
    expect(supportedBy({ azure: one('a'), vhd: one('b') }, 'azure')).to.deep.equal(['b']);
  });

  it('is nothing for types that are not listed, and when nothing is listed', () => {
    expect(supportedBy({}, 'wsl')).to.equal(undefined);
    expect(supportedBy({ wsl: {} }, 'wsl')).to.equal(null);
    expect(indexOptions({ href: 'x', id: 'x', kind: 'x', name: 'x' }).size).to.equal(0);
  });
});
