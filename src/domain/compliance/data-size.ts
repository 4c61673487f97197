const UNITS: Readonly<Record<string, number>> = {
  kB: 1000,
  KiB: 1024,
  MB: 1000 ** 2,
  MiB: 1024 ** 2,
  GB: 1000 ** 3,
  GiB: 1024 ** 3,
  TB: 1000 ** 4,
  TiB: 1024 ** 4,
};

/** Parses a size such as `10 GiB`, `1.5TB` or `4096` to whole bytes; `null` for malformed or too large sizes. */
export function parseDataSize(text: string): number | null {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)(?:\s*([A-Za-z]+))?\s*$/.exec(text) ?? [];
  if (amount === undefined) return null;
  const factor = unit === undefined ? 1 : UNITS[unit];
  if (factor === undefined || (unit === undefined && amount.includes('.'))) return null;
  const bytes = Math.floor(Number(amount) * factor);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
