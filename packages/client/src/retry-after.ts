/**
 * Milliseconds that a `Retry-After` field asks to wait; 0 without one, or with one that says nothing.
 * @param value seconds, or a date as HTTP writes it
 * @param now milliseconds since the epoch
 */
export function retryAfter(value: string | null, now: number): number {
  if (value === null) return 0;
  const time = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(time) ? Math.max(0, time) : 0;
}
