import { invalid } from '../errors.ts';
import { canonicalImageType } from './image-types.ts';
import type { Customizations, ImageRequest } from './types.ts';

/** Largest AWS image, in bytes; Azure takes twice as much. */
const LIMIT = 68_719_476_736;

/**
 * Refuses images that their cloud would not take.
 * @throws ServiceError `invalid` when the image size, or the sum of its file systems, exceeds the limit of its type
 */
export const refuseOversized = (image: ImageRequest, customizations: Customizations | undefined): void => {
  // BigInt, because sizes of stored blueprints go up to 2^64-1 and their sum beyond.
  const sum = (customizations?.filesystem ?? []).reduce((total, { min_size }) => total + toBigInt(min_size), 0n);
  const size = toBigInt(image.size);
  const total = size > sum ? size : sum;
  const type = canonicalImageType(image.image_type);
  if (type === 'aws' && total > BigInt(LIMIT)) throw invalid(`Total AWS image size cannot exceed ${LIMIT} bytes`);
  // Compatibility: clients match on this text, although the limit checked is twice the figure.
  if (type === 'azure' && total > BigInt(LIMIT) * 2n)
    throw invalid(`Total Azure image size cannot exceed ${LIMIT} bytes`);
};

/** Sizes are numbers, or raw JSON where a stored one is beyond what a number holds. */
const toBigInt = (size: unknown): bigint => {
  if (size === undefined || size === null) return 0n;
  return BigInt(JSON.stringify(size));
};
