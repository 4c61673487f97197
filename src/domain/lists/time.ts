import { isDay, parseQueryTime } from './query-time.ts';

/** A time as tables hold it: of sessions that run in UTC. */
const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d) \d\d:\d\d:\d\d(?:\.\d{1,6})?$/;

/**
 * A time of the query as tables hold it, to the millisecond; `null` where it is not given.
 * @throws ServiceError `invalid` naming the parameter
 */
export function parseTimestampParameter(name: string, text: string | undefined): string | null {
  return text === undefined ? null : parseQueryTime(name, text).toISOString().slice(0, -1).replace('T', ' ');
}

/** Whether a text is a time as tables hold it. */
export function isTimestamp(text: string): boolean {
  const [, year = '', month = '', day = ''] = TIMESTAMP.exec(text) ?? [];
  if (year === '' || year === '0000' || !isDay(year, month, day)) return false;
  return !Number.isNaN(new Date(`${text.slice(0, 19).replace(' ', 'T')}Z`).getTime());
}
