import { isDay, parseQueryTime } from './query-time.ts';

/** The text form of a timestamp in PostgreSQL, in UTC. */
const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d) \d\d:\d\d:\d\d(?:\.\d{1,6})?$/;

/**
 * Converts an RFC 3339 parameter to a PostgreSQL timestamp, to the millisecond; `null` if absent.
 * @throws ServiceError `invalid` with the name of the parameter
 */
export function parseTimestampParameter(name: string, text: string | undefined): string | null {
  return text === undefined ? null : parseQueryTime(name, text).toISOString().slice(0, -1).replace('T', ' ');
}

export function isTimestamp(text: string): boolean {
  const [, year = '', month = '', day = ''] = TIMESTAMP.exec(text) ?? [];
  if (year === '' || year === '0000' || !isDay(year, month, day)) return false;
  return !Number.isNaN(new Date(`${text.slice(0, 19).replace(' ', 'T')}Z`).getTime());
}
