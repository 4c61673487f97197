import type { components } from '../../../generated/image-builder.ts';
import { invalid } from '../../lib/errors.ts';
import { isUuid } from '../../lib/ids.ts';

type BlueprintMetadata = components['schemas']['BlueprintMetadata'];

/** @throws ServiceError `invalid` for a parent id that is no UUID */
export function refuseMalformedMetadata(metadata: BlueprintMetadata | undefined): void {
  const parent = metadata?.parent_id;
  if (typeof parent === 'string' && !isUuid(parent)) {
    throw invalid({
      detail: 'cannot parse request body: metadata.parent_id must be a UUID of 36 characters, or null',
      code: 'body.invalid',
      pointer: '/metadata/parent_id',
    });
  }
}
