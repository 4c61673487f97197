import { expect } from 'chai';
import { describe, it } from 'mocha';
import { missingUploadRegions } from '../../../src/domain/compose-requests/upload-regions.ts';
import type { DistributionRegistry } from '../../../src/domain/distributions/registry.ts';

const offering = (imageTypes: readonly string[], bootc: readonly string[] = []) =>
  ({
    all: [{ architectures: new Map([['x86_64', { imageTypes, bootc: bootc.map((type) => ({ type })) }]]) }],
  }) as unknown as DistributionRegistry;

const NONE = { awsRegion: '', gcpRegion: '', gcpBucket: '' };

describe('missing upload regions', () => {
  for (const [what, registry, uploads, missing] of [
    ['images on AWS need its region', offering(['ami']), NONE, ['OSBUILD_AWS_REGION']],
    ['images to download need it as well', offering(['guest-image']), NONE, ['OSBUILD_AWS_REGION']],
    ['so do images of image mode', offering([], ['guest-image']), NONE, ['OSBUILD_AWS_REGION']],
    ['images on GCP need its region', offering(['gcp']), NONE, ['OSBUILD_GCP_REGION']],
    ['images on Azure and OCI need none', offering(['azure', 'vhd', 'oci']), NONE, []],
    ['what is set is not missing', offering(['aws', 'gcp']), { ...NONE, awsRegion: 'a', gcpRegion: 'g' }, []],
    ['every missing one is named', offering(['aws', 'gcp']), NONE, ['OSBUILD_AWS_REGION', 'OSBUILD_GCP_REGION']],
  ] as const) {
    it(what, () => expect(missingUploadRegions(registry, uploads)).to.deep.equal(missing));
  }
});
