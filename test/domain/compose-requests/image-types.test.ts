import { expect } from 'chai';
import { describe, it } from 'mocha';
import { canonicalImageType, composerImageType } from '../../../src/domain/compose-requests/image-types.ts';
import type { ImageType, UploadType } from '../../../src/domain/compose-requests/types.ts';
import { refusalOf } from './support.ts';

/** Every image type, its upload target and its name at composer. */
const IMAGE_TYPES: Readonly<Record<ImageType, readonly [UploadType, string]>> = {
  aws: ['aws', 'aws'],
  ami: ['aws', 'aws'],
  gcp: ['gcp', 'gcp'],
  azure: ['azure', 'azure'],
  vhd: ['azure', 'azure'],
  oci: ['oci.objectstorage', 'oci'],
  'edge-commit': ['aws.s3', 'edge-commit'],
  'rhel-edge-commit': ['aws.s3', 'edge-commit'],
  'edge-installer': ['aws.s3', 'edge-installer'],
  'rhel-edge-installer': ['aws.s3', 'edge-installer'],
  'guest-image': ['aws.s3', 'guest-image'],
  'image-installer': ['aws.s3', 'image-installer'],
  'network-installer': ['aws.s3', 'network-installer'],
  vsphere: ['aws.s3', 'vsphere'],
  'vsphere-ova': ['aws.s3', 'vsphere-ova'],
  wsl: ['aws.s3', 'wsl'],
  'bootable-container-iso': ['aws.s3', 'bootable-container-iso'],
  'pxe-tar-xz': ['aws.s3', 'pxe-tar-xz'],
};
const TARGETS: readonly UploadType[] = ['aws', 'aws.s3', 'gcp', 'azure', 'oci.objectstorage'];

describe('image types', () => {
  for (const [type, [target, name]] of Object.entries(IMAGE_TYPES) as [ImageType, [UploadType, string]][]) {
    it(`${type} is ${name} at composer and goes to ${target}, nowhere else`, () => {
      expect(composerImageType(type, target)).to.equal(name);
      for (const other of TARGETS.filter((candidate) => candidate !== target)) {
        expect(refusalOf(() => composerImageType(type, other))).to.deep.equal({
          ...{ kind: 'invalid', text: 'Invalid image type for upload target' },
        });
      }
    });
  }

  it('have names that mean the same, and are equal once the alias is resolved', () => {
    expect(canonicalImageType('ami')).to.equal(canonicalImageType('aws'));
    expect(canonicalImageType('vhd')).to.equal(canonicalImageType('azure'));
    expect(canonicalImageType('rhel-edge-commit')).to.equal(canonicalImageType('edge-commit'));
    expect(canonicalImageType('rhel-edge-installer')).to.equal(canonicalImageType('edge-installer'));
    expect(canonicalImageType('guest-image')).to.equal('guest-image');
  });

  it('go to no target of another name, as older blueprints may have it', () => {
    expect(refusalOf(() => composerImageType('aws', 'koji' as UploadType))).to.deep.equal({
      ...{ kind: 'invalid', text: 'Unknown UploadRequest type koji' },
    });
  });
});
