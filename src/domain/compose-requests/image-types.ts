import { invalid, type ServiceError } from '../../lib/errors.ts';
import type { ComposerImageRequest, Customizations, ImageRequest, ImageType, UploadType } from './types.ts';

type ComposerImageType = ComposerImageRequest['image_type'];

/** Compatibility: names for older clients. */
const ALIASES: Readonly<Partial<Record<ImageType, ImageType>>> = {
  ami: 'aws',
  vhd: 'azure',
  'rhel-edge-commit': 'edge-commit',
  'rhel-edge-installer': 'edge-installer',
};

/** Resolves an alias. */
export function canonicalImageType(type: ImageType): ImageType {
  return ALIASES[type] ?? type;
}

const IMAGE_TYPES_BY_TARGET: Readonly<Record<UploadType, readonly ImageType[]>> = {
  aws: ['aws'],
  gcp: ['gcp'],
  azure: ['azure'],
  'oci.objectstorage': ['oci'],
  'aws.s3': [
    ...(['edge-commit', 'edge-installer', 'guest-image', 'image-installer', 'network-installer', 'vsphere'] as const),
    ...(['vsphere-ova', 'wsl', 'bootable-container-iso', 'pxe-tar-xz'] as const),
  ],
};

/** The error for an upload target that the contract does not have. */
export function unknownUploadType(type: string): ServiceError {
  return invalid({
    detail: `Unknown UploadRequest type ${type}`,
    code: 'body.invalid',
    ...{ pointer: '/image_requests/0/upload_request/type', takes: Object.keys(IMAGE_TYPES_BY_TARGET).join(', ') },
  });
}

/** Composer's image type. @throws ServiceError `invalid` when the upload target does not accept the image type */
export function composerImageType(imageType: ImageType, uploadType: UploadType): ComposerImageType {
  const accepted = IMAGE_TYPES_BY_TARGET[uploadType] as readonly ImageType[] | undefined;
  // Stored blueprints may have types that the contract no longer has.
  if (!accepted) throw unknownUploadType(uploadType);
  const type = canonicalImageType(imageType);
  if (!accepted.includes(type))
    throw invalid({
      detail: 'Invalid image type for upload target',
      code: 'body.invalid',
      ...{ pointer: '/image_requests/0/image_type', value: imageType },
      takes: `${accepted.join(', ')} for the upload target ${uploadType}`,
    });
  return type as ComposerImageType;
}

/** Azure allows twice as much. */
const MAX_AWS_IMAGE_BYTES = 68_719_476_736;

const oversized = (cloud: string, total: bigint, limit: number): ServiceError =>
  invalid({
    detail: `Total ${cloud} image size cannot exceed ${MAX_AWS_IMAGE_BYTES} bytes`,
    code: 'body.invalid',
    ...{
      pointer: '/image_requests/0/size',
      value: String(total),
      takes: `up to ${limit} bytes, with the file systems`,
    },
  });

/** @throws ServiceError `invalid` when the image size, or the sum of its file systems, exceeds the limit of the cloud */
export function refuseOversized(image: ImageRequest, customizations: Customizations | undefined): void {
  // BigInt: stored sizes go up to 2^64-1, and their sum exceeds that.
  const sum = (customizations?.filesystem ?? []).reduce((total, { min_size }) => total + toBigInt(min_size), 0n);
  const size = toBigInt(image.size);
  const total = size > sum ? size : sum;
  const type = canonicalImageType(image.image_type);
  if (type === 'aws' && total > BigInt(MAX_AWS_IMAGE_BYTES)) throw oversized('AWS', total, MAX_AWS_IMAGE_BYTES);
  // Compatibility: clients match on this text, although the limit is twice the figure.
  if (type === 'azure' && total > BigInt(MAX_AWS_IMAGE_BYTES) * 2n)
    throw oversized('Azure', total, MAX_AWS_IMAGE_BYTES * 2);
}

/** Stored sizes beyond 2^53 are raw JSON. */
const toBigInt = (size: unknown): bigint => {
  if (size === undefined || size === null) return 0n;
  return BigInt(JSON.stringify(size));
};
