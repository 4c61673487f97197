/**
 * Subtracts calendar months from a time, in UTC. A day that the month does not have overflows: one month before 31 March is 3 March,
 * or 2 March in a leap year.
 */
export function monthsBefore(now: Date, months: number): Date {
  const time = new Date(now);
  time.setUTCMonth(time.getUTCMonth() - months);
  return time;
}
