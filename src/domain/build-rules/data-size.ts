const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['kB', 1000],
  ['KiB', 1024],
  ['MB', 1000 ** 2],
  ['MiB', 1024 ** 2],
  ['GB', 1000 ** 3],
  ['GiB', 1024 ** 3],
  ['TB', 1000 ** 4],
  ['TiB', 1024 ** 4],
]);

/** Composer counts bytes in 64 bits, and partitioning tools with a sign. */
const MAX_BYTES = 2 ** 63;

export const DATA_SIZES = 'a whole number of bytes, or a number with kB, KiB, MB, MiB, GB, GiB, TB or TiB';

/** The bytes of a size such as `10 GiB`, as composer reads it; `null` when it is none, has a part of a byte, or is too large. */
export function bytesOf(text: string): number | null {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const factor = UNITS.get(unit);
  if (amount === undefined || factor === undefined) return null;
  const bytes = Number(amount) * factor;
  return Number.isInteger(bytes) && bytes < MAX_BYTES ? bytes : null;
}
