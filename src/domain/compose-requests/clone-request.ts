import type { components } from '../../../generated/image-builder.ts';
import { conflict, invalid, type ErrorEntry } from '../../lib/errors.ts';
import type { ImageStatus } from './image-status.ts';
import { canonicalImageType } from './image-types.ts';
import type { ComposeRequest, ImageRequest } from './types.ts';
import { planUpload, type UploadDefaults, type UploadPlan } from './upload-options.ts';

export type CloneRequest = components['schemas']['CloneRequest'];

/** Other implementations may have stored other members than today's contract requires. */
interface StoredRequest {
  readonly image_requests?: readonly (Omit<ImageRequest, 'upload_request'> &
    Partial<Pick<ImageRequest, 'upload_request'>>)[];
}

const NOT_AWS: ErrorEntry = {
  detail: 'only images of type aws or ami that were uploaded to AWS can be copied',
  code: 'request.invalid',
  pointer: 'path.composeId',
};

/**
 * The accounts a clone is shared with: those of the request, else those of the compose.
 * @param stored the request of the compose
 * @throws ServiceError `invalid` when the image is not in AWS
 */
export function planClone(
  stored: ComposeRequest,
  { share_with_accounts: accounts = [], share_with_sources: sources = [] }: CloneRequest,
  defaults: UploadDefaults,
): UploadPlan {
  const image = (stored as StoredRequest).image_requests?.[0];
  if (image?.upload_request?.type !== 'aws' || canonicalImageType(image.image_type) !== 'aws') throw invalid(NOT_AWS);
  const named = accounts.length + sources.length > 0;
  const options = named ? { share_with_accounts: accounts, share_with_sources: sources } : image.upload_request.options;
  return planUpload('aws', options, defaults);
}

/** @throws ServiceError `conflict` without a finished image, `invalid` when the image is not in AWS */
export function refuseUnfinished({ status, upload_status: upload }: ImageStatus): void {
  if (status !== 'success')
    throw conflict(`there is no finished image to be copied: the status of the build is ${status}`);
  if (upload?.type !== 'aws') throw invalid(NOT_AWS);
}
