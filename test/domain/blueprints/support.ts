// What tests of blueprints share: a request for one, with only the members that a test is about.
import type { BlueprintRequest } from '../../../src/domain/blueprints/rules.ts';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import { guestImageRequest } from '../../support/given.ts';

/** A hash as crypt(3) makes it, which is stored as it is. */
export const HASH = '$6$saltsaltsaltsalt$hash';

/** A request that the service takes, with what is given instead. */
export function blueprintRequest(given: Partial<BlueprintRequest> = {}): BlueprintRequest {
  return {
    ...{ name: 'web server', description: 'nginx', distribution: 'centos-9', customizations: {} },
    image_requests: [guestImageRequest],
    ...given,
  };
}

export function withCustomizations(customizations: Customizations): BlueprintRequest {
  return blueprintRequest({ customizations });
}
