import { invalid } from '../../lib/errors.ts';

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:Z|([+-])(\d{2}):(\d{2}))$/;

const isDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

/**
 * Normalizes a snapshot date to UTC and whole seconds.
 * @param text a day (`2026-03-01`) or an RFC 3339 timestamp
 * @throws ServiceError `invalid`
 */
export function parseSnapshotDate(text: string): string {
  const refusal = invalid({
    detail: `Snapshot date ${text} is not in DateOnly (yyyy-mm-dd) or RFC3339 (yyyy-mm-ddThh:mm:ssZ) format`,
    code: 'body.invalid',
    ...{ pointer: '/image_requests/0/snapshot_date', takes: 'a day as 2026-03-01, or a time as 2026-03-01T08:30:00Z' },
  });
  const match = DAY.exec(text) ?? TIMESTAMP.exec(text);
  if (!match) throw refusal;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [offsetHours, offsetMinutes] = [Number(match[8] ?? 0), Number(match[9] ?? 0)];
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) {
    throw refusal;
  }
  const time = text.length === 10 ? Date.parse(`${text}T00:00:00Z`) : Date.parse(text.replace(/\.\d+/, ''));
  const normalized = Number.isNaN(time) ? '' : new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
  // An offset may lead to a year of more or fewer than four digits.
  if (!/^\d{4}-/.test(normalized)) throw refusal;
  return normalized;
}
