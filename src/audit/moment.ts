import { invalid } from '../errors.ts';

const MOMENT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](\d{2}):(\d{2}))$/i;

/**
 * Milliseconds since the epoch of a time in RFC 3339.
 * @param name of the query parameter that has it
 * @throws ServiceError `invalid`
 */
export const parseMoment = (name: string, text: string): number => {
  const match = MOMENT.exec(text);
  const [year, month, day] = (match ?? []).slice(1, 4).map(Number) as [number, number, number];
  const time = match ? Date.parse(text.toUpperCase()) : NaN;
  // A day that the month does not have would be one of the next month.
  const isDay = match !== null && new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
  if (!isDay || Number.isNaN(time)) {
    throw invalid(
      `parameter "${name}" in query has an error: value must be a time of RFC 3339, as 2026-03-01T08:30:00Z`,
    );
  }
  return time;
};
