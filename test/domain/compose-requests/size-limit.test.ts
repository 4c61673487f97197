import { expect } from 'chai';
import { describe, it } from 'mocha';
import { refuseOversized } from '../../../src/domain/compose-requests/image-types.ts';
import type { ImageType } from '../../../src/domain/compose-requests/types.ts';
import { composeRequest, refusalOf } from './support.ts';

const LIMIT = 68_719_476_736;
const AWS = `Total AWS image size cannot exceed ${LIMIT} bytes`;
const AZURE = `Total Azure image size cannot exceed ${LIMIT} bytes`;

interface Sizes {
  readonly size?: number;
  /** Minimum sizes of file systems. */
  readonly filesystems?: readonly number[];
}

const check = (type: ImageType, { size, filesystems = [] }: Sizes): void => {
  const request = composeRequest({ image: { image_type: type, ...(size === undefined ? {} : { size }) } });
  const filesystem = filesystems.map((min_size, index) => ({ mountpoint: `/${index}`, min_size }));
  refuseOversized(request.image_requests[0] as never, filesystem.length > 0 ? { filesystem } : undefined);
};

/** A number of the database that JavaScript would round. */
const raw = (digits: string): number => JSON.rawJSON(digits) as unknown as number;
const UINT64_MAX = raw('18446744073709551615');

const ACCEPTED: readonly (readonly [string, ImageType, Sizes])[] = [
  ['an AWS image without a size', 'aws', {}],
  ['an AWS image of size 0', 'aws', { size: 0 }],
  ['an AWS image exactly at the limit', 'aws', { size: LIMIT }],
  ['file systems of an AWS image that add up to the limit', 'ami', { size: 1, filesystems: [LIMIT - 10, 10] }],
  ['an Azure image over the figure of its message', 'azure', { size: LIMIT + 1 }],
  ['an Azure image at twice the limit', 'vhd', { size: 2 * LIMIT }],
  ['a size and file systems that exceed the limit only together', 'aws', { size: LIMIT, filesystems: [LIMIT] }],
  ...(['gcp', 'oci', 'guest-image', 'vsphere', 'image-installer', 'edge-commit'] as const).map(
    (type) => [`a ${type} image of any size`, type, { size: Number.MAX_SAFE_INTEGER }] as const,
  ),
  ['a stored guest image beyond what a number holds', 'guest-image', { size: UINT64_MAX }],
];

const REFUSED: readonly (readonly [string, ImageType, Sizes, string])[] = [
  ['an AWS image one byte over the limit', 'aws', { size: LIMIT + 1 }, AWS],
  ['the same by its older name', 'ami', { size: LIMIT + 1 }, AWS],
  ['file systems of an AWS image one byte over the limit', 'aws', { filesystems: [LIMIT, 1] }, AWS],
  ['an Azure image over twice the limit', 'azure', { size: 2 * LIMIT + 1 }, AZURE],
  ['the same by its older name', 'vhd', { filesystems: [LIMIT, LIMIT, 1] }, AZURE],
  ['a stored AWS image beyond what a number holds', 'aws', { size: UINT64_MAX }, AWS],
  ['file systems whose sum does not fit 64 bits', 'aws', { filesystems: [UINT64_MAX, raw('9007199254740993')] }, AWS],
];

describe('size limit', () => {
  for (const [title, type, sizes] of ACCEPTED) {
    it(`lets ${title} pass`, () => check(type, sizes));
  }

  for (const [title, type, sizes, text] of REFUSED) {
    it(`refuses ${title} (${type})`, () => {
      expect(refusalOf(() => check(type, sizes))).to.deep.equal({ kind: 'invalid', text });
    });
  }
});
