import { expect } from 'chai';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { findImageType, imageTypesOf } from '../../packages/sandbox/src/image-types.ts';
import { loadDistributions } from '../../src/domain/distributions/registry.ts';
import { ROOT } from '../../src/lib/root.ts';

describe('the image types of the sandbox', () => {
  it('has every image type that a distribution offers', () => {
    const { all } = loadDistributions(join(ROOT, 'distributions'));
    const missing = all.flatMap(({ key, nameAtComposer, architectures }) =>
      [...architectures].flatMap(([architecture, { imageTypes }]) =>
        imageTypes
          .filter((type) => findImageType(nameAtComposer, architecture, type) === null)
          .map((type) => `${key} ${architecture} ${type}`),
      ),
    );
    expect(missing).to.deep.equal([]);
  });

  for (const [distribution, type, name] of [
    ['rhel-9.6', 'guest-image', 'qcow2'],
    ['rhel-9.6', 'aws', 'ami'],
    ['rhel-9.6', 'azure', 'vhd'],
    ['rhel-8.10', 'vsphere', 'vmdk'],
    ['centos-9', 'edge-commit', 'edge-commit'],
    ['fedora-43', 'guest-image', 'generic-qcow2'],
    ['fedora-43', 'azure', 'generic-vhd'],
  ] as const) {
    it(`finds ${type} of ${distribution} as ${name}`, () => {
      expect(findImageType(distribution, 'x86_64', type)?.name).to.equal(name);
    });
  }

  for (const [distribution, relative] of [
    ['rhel-85', 'rhel-8.4'],
    ['rhel-9.5', 'rhel-9.4'],
    ['fedora-40', 'fedora-43'],
  ] as const) {
    it(`uses the types of ${relative} for ${distribution}`, () => {
      expect(imageTypesOf(distribution, 'x86_64')).to.deep.equal(imageTypesOf(relative, 'x86_64'));
    });
  }

  it('has no types of a distribution that composer builds from containers only', () => {
    expect(imageTypesOf('hummingbird', 'x86_64').size).to.equal(0);
  });

  it('lists what a type takes and what it needs', () => {
    const installer = findImageType('rhel-9.6', 'x86_64', 'network-installer');
    expect(installer?.supported).to.include('customizations.locale').and.not.include('packages');
    expect(findImageType('rhel-9.6', 'x86_64', 'edge-simplified-installer')?.required).to.deep.equal([
      'customizations.installation_device',
    ]);
  });
});
