import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  findScheduleErrors,
  nextRun,
  type CronSchedule,
  type InvalidScheduleError,
} from '../../../src/domain/schedules/cron.ts';

const runs = (clock: CronSchedule, from: string, count: number): string[] => {
  const times: Date[] = [new Date(from)];
  for (let i = 0; i < count; i += 1) times.push(nextRun(clock, times.at(-1)!));
  return times.slice(1).map((time) => time.toISOString().slice(0, 16));
};

const refusalOf = (clock: CronSchedule): InvalidScheduleError | null => findScheduleErrors(clock)[0] ?? null;

describe('the next run', () => {
  for (const [what, cron, timezone, from, expected] of [
    ['is at that time of its zone', '30 4 * * 1', 'Europe/Prague', '2026-01-07T00:00Z', ['2026-01-12T03:30']],
    ['is after the time given', '0 3 * * *', 'UTC', '2026-01-07T03:00Z', ['2026-01-08T03:00']],
    [
      'keeps its time of day when clocks go forward',
      ...['0 4 * * *', 'Europe/Prague', '2026-03-28T00:00Z'],
      ['2026-03-28T03:00', '2026-03-29T02:00', '2026-03-30T02:00'],
    ],
    [
      'is an hour later on the day that does not have its time',
      ...['30 2 * * *', 'Europe/Prague', '2026-03-28T00:00Z'],
      ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30'],
    ],
    [
      'comes once on the day that has its time twice',
      ...['30 2 * * *', 'Europe/Prague', '2026-10-24T00:00Z'],
      ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      'comes every hour, also on the day of 25 hours',
      ...['0 * * * *', 'Europe/Prague', '2026-10-24T23:30Z'],
      ['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00', '2026-10-25T03:00'],
    ],
    [
      'comes every hour, also on the day of 23 hours',
      ...['0 * * * *', 'America/New_York', '2026-03-08T05:30Z'],
      ['2026-03-08T06:00', '2026-03-08T07:00', '2026-03-08T08:00'],
    ],
    [
      'follows the other half of the world',
      ...['0 3 * * *', 'Australia/Sydney', '2026-10-02T00:00Z'],
      ['2026-10-02T17:00', '2026-10-03T16:00'],
    ],
    [
      'comes on the last day of a month',
      ...['0 0 L * *', 'UTC', '2026-01-31T12:00Z'],
      ['2026-02-28T00:00', '2026-03-31T00:00'],
    ],
    ['comes on days of the week by name', '0 0 * * mon-tue', 'UTC', '2026-01-07T00:00Z', ['2026-01-12T00:00']],
    [
      'comes at the beginning of each hour',
      '@hourly',
      'UTC',
      '2026-01-07T10:30Z',
      ['2026-01-07T11:00', '2026-01-07T12:00'],
    ],
    [
      'comes at midnight of its zone',
      '@daily',
      'Europe/Prague',
      '2026-01-07T00:00Z',
      ['2026-01-07T23:00', '2026-01-08T23:00'],
    ],
    ['comes on Sundays', '@weekly', 'UTC', '2026-01-07T00:00Z', ['2026-01-11T00:00', '2026-01-18T00:00']],
    [
      'comes on the first day of a month',
      '@monthly',
      'UTC',
      '2026-01-07T00:00Z',
      ['2026-02-01T00:00', '2026-03-01T00:00'],
    ],
    ['comes on the first day of a year', '@yearly', 'UTC', '2026-01-07T00:00Z', ['2027-01-01T00:00']],
    ['waits for a leap year', '0 0 29 2 *', 'UTC', '2026-01-01T00:00Z', ['2028-02-29T00:00']],
  ] as [string, string, string, string, string[]][]) {
    it(`${what}: ${cron} in ${timezone}`, () => {
      expect(runs({ cron, timezone }, from, expected.length)).to.deep.equal(expected);
    });
  }
});

describe('a schedule', () => {
  for (const cron of [
    '0 3 * * *',
    '*/15 * * * *',
    '5,20,35,50 * * * *',
    '*/20 8-17 * * 1-5',
    '0 0 L * *',
    '0 0 * JAN,MAR THU',
    '0 12 ? * 1#2',
    '  0 3   * * *  ',
    '50 * * * *',
    '10 0,23 * * *',
    ...['@hourly', '@daily', '@weekly', '@monthly', '@yearly', ' @daily '],
  ]) {
    it(`may be ${JSON.stringify(cron)}`, () => {
      expect(refusalOf({ cron, timezone: 'Europe/Prague' })).to.equal(null);
    });
  }

  for (const [cron, problem] of [
    ['* * * * *', /at least 15 minutes apart/],
    ['*/14 * * * *', /at least 15 minutes apart/],
    ['0,10 3 * * *', /at least 15 minutes apart/],
    ['20,30 3 * * *', /at least 15 minutes apart/],
    // Ten minutes between the end of one hour and the beginning of the next, also around midnight.
    ['5,55 * * * *', /at least 15 minutes apart/],
    ['0,50 0,23 * * *', /at least 15 minutes apart/],
    ['0 0 3 * * *', /five fields/],
    ['0 3 * *', /five fields/],
    ['@minutely', /five fields: .*, or be @hourly, @daily, @weekly, @monthly or @yearly$/],
    ['@Daily', /five fields/],
    ['@daily @daily', /five fields/],
    ['H 3 * * *', /H is not known/],
    ['H(0-5) 3 * * *', /H is not known/],
    ['60 3 * * *', /range/],
    ['0 3 30 2 *', /day of month/],
    ['0 3 * * nope', /./],
    ['a b c d e', /./],
    ['0 3 * * */0', /./],
    ['0 3 1W * *', /./],
  ] as const) {
    it(`may not be ${JSON.stringify(cron)}`, () => {
      const refusal = refusalOf({ cron, timezone: 'UTC' });
      expect(refusal?.member).to.equal('cron');
      expect(refusal?.message).to.match(problem);
    });
  }

  for (const timezone of [
    '',
    'nope',
    'local',
    'system',
    '+05:00',
    'utc+5',
    'Europe/Prague ',
    'Europe/Atlantis',
    '../UTC',
  ]) {
    it(`is not in the time zone ${JSON.stringify(timezone)}`, () => {
      expect(refusalOf({ cron: '0 3 * * *', timezone })?.member).to.equal('timezone');
    });
  }

  for (const timezone of [
    'UTC',
    'Etc/GMT+5',
    'America/Argentina/Buenos_Aires',
    'America/Port-au-Prince',
    'europe/prague',
  ]) {
    it(`may be in the time zone ${timezone}`, () => {
      expect(refusalOf({ cron: '0 3 * * *', timezone })).to.equal(null);
    });
  }
});
