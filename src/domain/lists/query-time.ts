import { invalid } from '../../lib/errors.ts';

/** Characters of a malformed time in an error. */
const MAX_TIME = 100;

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Whether the day exists: `Date` accepts February 30 as March 2. */
export function isDay(year: string, month: string, day: string): boolean {
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
}

/** Parses an RFC 3339 time. @throws ServiceError `invalid` with the name of the parameter */
export function parseQueryTime(name: string, text: string): Date {
  const [, year = '', month = '', day = ''] = RFC_3339.exec(text) ?? [];
  const time = year !== '' && isDay(year, month, day) ? new Date(text.toUpperCase()) : null;
  // An offset may move the time beyond the years 1 to 9999.
  if (!time || Number.isNaN(time.getTime()) || !/^(?!0000)\d{4}-/.test(time.toISOString())) {
    throw invalid({
      detail:
        `parameter "${name}" in query has an error: must be an RFC 3339 time such as 2026-03-01T08:30:00Z, ` +
        'with the + of an offset written as %2B',
      code: 'parameter.invalid',
      ...{ pointer: `query.${name}`, value: text.slice(0, MAX_TIME).toWellFormed(), takes: 'an RFC 3339 time' },
    });
  }
  return time;
}
