import type { components } from '../../../generated/image-builder.ts';
import { invalid } from '../../lib/errors.ts';
import { isUuid } from '../../lib/uuid.ts';

type BlueprintMetadata = components['schemas']['BlueprintMetadata'];

/** @throws ServiceError `invalid` when the origin of an imported blueprint names a parent that cannot be one */
export const refuseMalformedMetadata = (metadata: BlueprintMetadata | undefined): void => {
  const parent = metadata?.parent_id;
  if (typeof parent === 'string' && !isUuid(parent)) {
    throw invalid({
      detail: 'cannot parse request body: metadata.parent_id must be a UUID of 36 characters, or null',
      code: 'body.invalid',
      pointer: '/metadata/parent_id',
    });
  }
};
