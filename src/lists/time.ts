import { invalid } from '../errors.ts';

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** A time as tables hold it: of sessions that run in UTC. */
const STAMP = /^(\d{4})-(\d\d)-(\d\d) \d\d:\d\d:\d\d(?:\.\d{1,6})?$/;

/** Whether there is such a day. `Date` takes the 30th of February for the 2nd of March. */
const isDay = (year: string, month: string, day: string): boolean => {
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
};

/**
 * A time of the query as tables hold it, to the millisecond; `null` where it is not given.
 * @throws ServiceError `invalid` naming the parameter
 */
export const parseTime = (name: string, text: string | undefined): string | null => {
  if (text === undefined) return null;
  const [, year = '', month = '', day = ''] = RFC_3339.exec(text) ?? [];
  const time = year !== '' && isDay(year, month, day) ? new Date(text.toUpperCase()) : null;
  // What the offset makes of the first and the last year is none that can be written.
  if (!time || Number.isNaN(time.getTime()) || !/^(?!0000)\d{4}-/.test(time.toISOString())) {
    throw invalid(
      `parameter "${name}" in query has an error: must be an RFC 3339 time such as 2026-03-01T08:30:00Z, ` +
        'with the + of an offset written as %2B',
    );
  }
  return time.toISOString().slice(0, -1).replace('T', ' ');
};

/** Whether a text is a time as tables hold it. */
export const isStamp = (text: string): boolean => {
  const [, year = '', month = '', day = ''] = STAMP.exec(text) ?? [];
  if (year === '' || year === '0000' || !isDay(year, month, day)) return false;
  return !Number.isNaN(new Date(`${text.slice(0, 19).replace(' ', 'T')}Z`).getTime());
};
