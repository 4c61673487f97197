import { createHash, type Hash } from 'node:crypto';

/** A checksum of a file, as repositories publish it. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Lower-case hexadecimal digits. */
  readonly value: string;
}

const ALGORITHMS = ['sha512', 'sha384', 'sha256', 'sha224'] as const;
/** Algorithms that prove something, the best one first. */
export type ChecksumAlgorithm = (typeof ALGORITHMS)[number];

const BYTES: Readonly<Record<ChecksumAlgorithm, number>> = { sha512: 64, sha384: 48, sha256: 32, sha224: 28 };

/** Data are not what they should be. */
export class ChecksumMismatchError extends Error {}

/** A checksum by its published type and value; `null` for types that prove nothing (`sha`, `md5`) and for what is no checksum. */
export function toChecksum(type: string, value: string): Checksum | null {
  const algorithm = ALGORITHMS.find((each) => each === type.toLowerCase());
  const digits = value.trim().toLowerCase();
  if (algorithm === undefined || !/^[0-9a-f]+$/.test(digits) || digits.length !== 2 * BYTES[algorithm]) return null;
  return { algorithm, value: digits };
}

/** The checksum that proves most; `null` of none. */
export function strongest(checksums: readonly Checksum[]): Checksum | null {
  return ALGORITHMS.flatMap((algorithm) => checksums.filter((checksum) => checksum.algorithm === algorithm))[0] ?? null;
}

/** @throws ChecksumMismatchError when the hash of the data is another one */
export function verifyHash(hash: Hash, { algorithm, value }: Checksum, what: 'file' | 'content'): void {
  const actual = hash.digest('hex');
  if (actual === value) return;
  throw new ChecksumMismatchError(`has the wrong checksum: the ${algorithm} of the ${what} is ${actual}, not ${value}`);
}

/** Whether data have a checksum. */
export function hasChecksum(data: Uint8Array, { algorithm, value }: Checksum): boolean {
  return createHash(algorithm).update(data).digest('hex') === value;
}

/**
 * Passes the content of a file on, and compares it with its checksum at the end.
 * @throws ChecksumMismatchError behind the last piece
 */
export async function* verified(
  data: AsyncIterable<Uint8Array>,
  expected: Checksum | null,
): AsyncGenerator<Uint8Array> {
  if (expected === null) {
    yield* data;
    return;
  }
  const hash = createHash(expected.algorithm);
  for await (const piece of data) {
    hash.update(piece);
    yield piece;
  }
  verifyHash(hash, expected, 'content');
}
