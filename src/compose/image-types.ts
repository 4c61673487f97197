import { invalid } from '../errors.ts';
import type { ComposerImageRequest, ImageType, UploadType } from './types.ts';

type ComposerImageType = ComposerImageRequest['image_type'];

/** Names kept for older clients, and what they stand for. */
const ALIASES: Readonly<Partial<Record<ImageType, ImageType>>> = {
  ami: 'aws',
  vhd: 'azure',
  'rhel-edge-commit': 'edge-commit',
  'rhel-edge-installer': 'edge-installer',
};

/** The image type behind a name that may be an alias. */
export const canonicalImageType = (type: ImageType): ImageType => ALIASES[type] ?? type;

/** What each upload target takes, by composer's names. */
const TARGETS: Readonly<Record<UploadType, readonly ImageType[]>> = {
  aws: ['aws'],
  gcp: ['gcp'],
  azure: ['azure'],
  'oci.objectstorage': ['oci'],
  'aws.s3': [
    ...(['edge-commit', 'edge-installer', 'guest-image', 'image-installer', 'network-installer', 'vsphere'] as const),
    ...(['vsphere-ova', 'wsl', 'bootable-container-iso', 'pxe-tar-xz'] as const),
  ],
};

/**
 * Composer's image type for a request.
 * @throws ServiceError `invalid` when the upload target does not take the image type
 */
export const composerImageType = (imageType: ImageType, uploadType: UploadType): ComposerImageType => {
  const taken = TARGETS[uploadType] as readonly ImageType[] | undefined;
  // Stored blueprints may name what today's contract does not.
  if (!taken) throw invalid(`Unknown UploadRequest type ${String(uploadType)}`);
  const type = canonicalImageType(imageType);
  if (!taken.includes(type)) throw invalid('Invalid image type for upload target');
  return type as ComposerImageType;
};
