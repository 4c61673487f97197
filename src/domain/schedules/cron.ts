import { CronExpressionParser, type CronExpression } from 'cron-parser';

/** In minutes. */
const MIN_INTERVAL = 15;

const FIELD_COUNT = 5;

/** Names for the beginning of each hour, day, week, month and year. */
const NAMED = /^@(?:hourly|daily|weekly|monthly|yearly)$/;

/** cron-parser supports `H`, a random value. Names of days and months, which may contain the letter, have three letters. */
const isHashed = (cron: string): boolean => cron.replaceAll(/[a-z]{3}/gi, '').includes('H');

/** Names of time zones. Rejects offsets, which have no daylight saving time. */
const ZONE = /^[A-Za-z][\w+/-]*$/;

/** A member of the schedule is invalid. */
export class InvalidScheduleError extends Error {
  readonly member: 'cron' | 'timezone';
  constructor(member: InvalidScheduleError['member'], problem: string) {
    super(problem);
    this.member = member;
  }
}

export interface CronSchedule {
  readonly cron: string;
  readonly timezone: string;
}

const isZone = (name: string): boolean => {
  if (!ZONE.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

const parse = ({ cron, timezone }: CronSchedule, from: Date): CronExpression => {
  try {
    return CronExpressionParser.parse(cron.trim(), { tz: timezone, currentDate: from });
  } catch (error) {
    throw new InvalidScheduleError('cron', (error as Error).message);
  }
};

const numbers = (values: readonly unknown[]): number[] => values.filter((value) => typeof value === 'number');

/** Shortest interval between runs, in minutes, across midnight included; a lower bound. */
const shortestInterval = ({ fields }: CronExpression): number => {
  const minutes = numbers(fields.minute.values);
  const hours = new Set(numbers(fields.hour.values));
  const withinHour = minutes.slice(1).map((minute, index) => minute - (minutes[index] ?? 0));
  const hasAdjacentHours = [...hours].some((hour) => hours.has((hour + 1) % 24));
  const acrossHours = hasAdjacentHours ? [60 + (minutes[0] ?? 0) - (minutes.at(-1) ?? 0)] : [];
  return Math.min(Infinity, ...withinHour, ...acrossHours);
};

/** The first run after a time. @throws InvalidScheduleError without a further run */
export function nextRun(schedule: CronSchedule, from: Date): Date {
  try {
    return parse(schedule, from).next().toDate();
  } catch (error) {
    throw error instanceof InvalidScheduleError
      ? error
      : new InvalidScheduleError('cron', 'it never comes to that time');
  }
}

/** @throws InvalidScheduleError */
const refuseInvalidCron = (schedule: CronSchedule): void => {
  const parts = schedule.cron.trim().split(/\s+/);
  if (parts.length !== FIELD_COUNT && !NAMED.test(schedule.cron.trim())) {
    throw new InvalidScheduleError(
      'cron',
      'must have five fields: minute, hour, day of month, month and day of week, or be @hourly, @daily, @weekly, @monthly or @yearly',
    );
  }
  if (isHashed(schedule.cron)) throw new InvalidScheduleError('cron', 'H is not known here');
  const now = new Date();
  const interval = shortestInterval(parse(schedule, now));
  if (interval < MIN_INTERVAL) {
    throw new InvalidScheduleError('cron', `runs must be at least ${MIN_INTERVAL} minutes apart`);
  }
  nextRun(schedule, now);
};

/** All errors of expression and time zone. */
export function findScheduleErrors({ cron, timezone }: CronSchedule): readonly InvalidScheduleError[] {
  const errors: InvalidScheduleError[] = [];
  const isKnown = isZone(timezone);
  try {
    refuseInvalidCron({ cron, timezone: isKnown ? timezone : 'UTC' });
  } catch (error) {
    if (!(error instanceof InvalidScheduleError)) throw error;
    errors.push(error);
  }
  if (!isKnown)
    errors.push(new InvalidScheduleError('timezone', 'must be the IANA name of a time zone, such as Europe/Prague'));
  return errors;
}
