/** A compose request that one package identifies. */
export function buildOf(marker: string, packages: readonly string[] = []) {
  return {
    distribution: 'centos-9',
    image_name: marker,
    image_requests: [
      { architecture: 'x86_64', image_type: 'guest-image', upload_request: { type: 'aws.s3', options: {} } },
    ],
    customizations: { packages: [marker, ...packages] },
  };
}

/** The same with a cloud source, for which the service calls provisioning before it reserves the compose. */
export function provisionedBuildOf(marker: string) {
  return {
    ...buildOf(marker),
    image_requests: [
      {
        architecture: 'x86_64',
        image_type: 'aws',
        upload_request: { type: 'aws', options: { share_with_sources: ['1'] } },
      },
    ],
  };
}
