import type { DistributionRegistry } from '../distributions/registry.ts';
import { canonicalImageType } from './image-types.ts';
import type { ImageType } from './types.ts';
import type { UploadDefaults } from './upload-options.ts';

/** Image types whose target has no region of the service's. */
const WITHOUT_REGION: ReadonlySet<string> = new Set(['azure', 'oci']);

/**
 * The settings of upload regions that are empty although image types that are offered need them: composer accepts such a
 * compose, and its upload fails.
 */
export function missingUploadRegions(
  { all }: Pick<DistributionRegistry, 'all'>,
  { awsRegion, gcpRegion }: UploadDefaults,
): readonly string[] {
  const offered = new Set(
    all.flatMap(({ architectures }) =>
      [...architectures.values()].flatMap(({ imageTypes, bootc }) =>
        [...imageTypes, ...bootc.map(({ type }) => type)].map((type) => canonicalImageType(type as ImageType)),
      ),
    ),
  );
  const needsGcp = offered.delete('gcp');
  const needsAws = [...offered].some((type) => !WITHOUT_REGION.has(type));
  return [
    ...(needsAws && awsRegion === '' ? ['OSBUILD_AWS_REGION'] : []),
    ...(needsGcp && gcpRegion === '' ? ['OSBUILD_GCP_REGION'] : []),
  ];
}
