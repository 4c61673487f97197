/**
 * The same time of day that many calendar months ago, in UTC. A day that the month does not have rolls into the next one: a month
 * before 31 March is 3 March, or 2 March in a leap year.
 */
export function monthsBefore(now: Date, months: number): Date {
  const time = new Date(now);
  time.setUTCMonth(time.getUTCMonth() - months);
  return time;
}
