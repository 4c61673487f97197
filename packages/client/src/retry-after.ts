/**
 * Milliseconds to wait by a `Retry-After` field; 0 without the field, or with an invalid one.
 * @param value seconds, or a date as HTTP writes it
 * @param now milliseconds since the epoch
 */
export function retryAfter(value: string | null, now: number): number {
  if (value === null) return 0;
  const time = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(time) ? Math.max(0, time) : 0;
}
