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
  const details = findScheduleErrors(schedule).map(({ member, message }) => `${member}: ${message}`);
  if (composes.length === 0) details.push('image_types: the blueprint has no image of these types');
  if (schedule.onlyIfChanged && composes.some(({ request: { bootc } }) => bootc !== undefined))
    details.push('only_if_changed: packages of bootable containers cannot be compared');
  const entries: ErrorEntry[] = details.map((detail) => ({ title: TITLE, detail }));
  if (entries.length > 0) throw unprocessable(entries);
}
