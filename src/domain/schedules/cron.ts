// When a schedule runs: pure, on cron-parser.
import { CronExpressionParser, type CronExpression } from 'cron-parser';

/** Shortest time between two runs, in minutes. */
const SHORTEST_GAP = 15;

const FIELDS = 5;

/**
 * cron-parser knows `H` as well, which stands for another time whenever it is read. Names of days and months, which may have that
 * letter, are three letters long.
 */
const isHashed = (cron: string): boolean => cron.replaceAll(/[a-z]{3}/gi, '').includes('H');

/** Names of time zones. Offsets are none: they have no daylight saving time, and are rarely meant. */
const ZONE = /^[A-Za-z][\w+/-]*$/;

/** Why a schedule cannot be kept: the member that is at fault, and what is wrong with it. */
export class UnusableSchedule extends Error {
  readonly member: 'cron' | 'timezone';
  constructor(member: UnusableSchedule['member'], problem: string) {
    super(problem);
    this.member = member;
  }
}

/** When something is to be done. */
export interface Clock {
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

const parse = ({ cron, timezone }: Clock, from: Date): CronExpression => {
  try {
    return CronExpressionParser.parse(cron, { tz: timezone, currentDate: from });
  } catch (error) {
    throw new UnusableSchedule('cron', (error as Error).message);
  }
};

const numbers = (values: readonly unknown[]): number[] => values.filter((value) => typeof value === 'number');

/** Minutes between two runs of one day, or of the end of one and the beginning of the next, at least. */
const shortestGap = ({ fields }: CronExpression): number => {
  const minutes = numbers(fields.minute.values);
  const hours = new Set(numbers(fields.hour.values));
  const within = minutes.slice(1).map((minute, index) => minute - (minutes[index] ?? 0));
  const followed = [...hours].some((hour) => hours.has((hour + 1) % 24));
  const around = followed ? [60 + (minutes[0] ?? 0) - (minutes.at(-1) ?? 0)] : [];
  return Math.min(Infinity, ...within, ...around);
};

/**
 * The first time after another one.
 * @throws UnusableSchedule when there is none
 */
export const nextRun = (clock: Clock, from: Date): Date => {
  try {
    return parse(clock, from).next().toDate();
  } catch (error) {
    throw error instanceof UnusableSchedule ? error : new UnusableSchedule('cron', 'it never comes to that time');
  }
};

/** Judges an expression. @throws UnusableSchedule */
const refuseUnusableCron = (clock: Clock): void => {
  const parts = clock.cron.trim().split(/\s+/);
  if (parts.length !== FIELDS) {
    throw new UnusableSchedule('cron', 'must have five fields: minute, hour, day of month, month and day of week');
  }
  if (isHashed(clock.cron)) throw new UnusableSchedule('cron', 'H is not known here');
  const now = new Date();
  const gap = shortestGap(parse(clock, now));
  if (gap < SHORTEST_GAP) {
    throw new UnusableSchedule('cron', `runs must be at least ${SHORTEST_GAP} minutes apart`);
  }
  nextRun(clock, now);
};

/** Everything that is wrong with when a schedule is to run. */
export const clockFaults = ({ cron, timezone }: Clock): readonly UnusableSchedule[] => {
  const faults: UnusableSchedule[] = [];
  const isKnown = isZone(timezone);
  try {
    refuseUnusableCron({ cron, timezone: isKnown ? timezone : 'UTC' });
  } catch (error) {
    if (!(error instanceof UnusableSchedule)) throw error;
    faults.push(error);
  }
  if (!isKnown)
    faults.push(new UnusableSchedule('timezone', 'must be the IANA name of a time zone, such as Europe/Prague'));
  return faults;
};
