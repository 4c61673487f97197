import type { ComposeOrder } from '../composes/start-composes.ts';
import { unprocessable, type ErrorEntry } from '../../lib/errors.ts';
import { findScheduleErrors, type CronSchedule } from './cron.ts';

export interface RequestedSchedule extends CronSchedule {
  readonly onlyIfChanged: boolean;
}

const TITLE = 'schedule rule violation';

/**
 * Validates a schedule.
 * @param composes composes that the schedule would start now
 * @throws ServiceError `unprocessable` with an entry per invalid member
 */
export function refuseInvalidSchedule(schedule: RequestedSchedule, composes: readonly ComposeOrder[]): void {
  const violations: { readonly member: string; readonly message: string }[] = [...findScheduleErrors(schedule)];
  if (composes.length === 0)
    violations.push({ member: 'image_types', message: 'the blueprint has no image of these types' });
  if (schedule.onlyIfChanged && composes.some(({ request: { bootc } }) => bootc !== undefined))
    violations.push({ member: 'only_if_changed', message: 'packages of bootable containers cannot be compared' });
  const entries: ErrorEntry[] = violations.map(({ member, message }) => ({
    title: TITLE,
    detail: `${member}: ${message}`,
    pointer: `/${member}`,
  }));
  if (entries.length > 0) throw unprocessable(entries);
}
