import type { components } from '../../../generated/image-builder.ts';
import { conflict, invalid } from '../../lib/errors.ts';
import type { ImageStatus } from './image-status.ts';
import { canonicalImageType } from './image-types.ts';
import type { ComposeRequest } from './types.ts';
import { planUpload, type UploadDefaults, type UploadPlan } from './upload-options.ts';

export type CloneRequest = components['schemas']['CloneRequest'];

const NOT_AWS = 'only images of type aws or ami that were uploaded to AWS can be copied';

/**
 * Whom a copy of an image is shared with: those that the request names, else those that the image was shared with.
 * @param stored the request that the image was made of
 * @throws ServiceError `invalid` for an image that is not in AWS
 */
export function planClone(
  stored: ComposeRequest,
  { share_with_accounts: accounts = [], share_with_sources: sources = [] }: CloneRequest,
  defaults: UploadDefaults,
): UploadPlan {
  // Requests of all times are stored.
  const image = stored.image_requests?.[0];
  if (image?.upload_request?.type !== 'aws' || canonicalImageType(image.image_type) !== 'aws') throw invalid(NOT_AWS);
  const named = accounts.length + sources.length > 0;
  const options = named ? { share_with_accounts: accounts, share_with_sources: sources } : image.upload_request.options;
  return planUpload('aws', options, defaults);
}

/** @throws ServiceError `conflict` for a build without a finished image, `invalid` for one that is not in AWS */
export function refuseUnfinished({ status, upload_status: upload }: ImageStatus): void {
  if (status !== 'success')
    throw conflict(`there is no finished image to be copied: the status of the build is ${status}`);
  if (upload?.type !== 'aws') throw invalid(NOT_AWS);
}
