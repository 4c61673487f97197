/** A build that a package tells from all others. */
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

/** The same of an image whose cloud source another service is called for, before it is reserved. */
export function askingBuildOf(marker: string) {
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
