import type { ComposeOrder } from '../composes/start-composes.ts';
import { unprocessable, type ErrorEntry } from '../../lib/errors.ts';
import { clockFaults, type Clock } from './cron.ts';

/** What is judged of a schedule. */
export interface WantedSchedule extends Clock {
  readonly onlyIfChanged: boolean;
}

const TITLE = 'schedule rule violation';

/**
 * Judges a schedule for a blueprint.
 * @param orders what it would build today
 * @throws ServiceError `unprocessable` naming every member that is at fault
 */
export const refuseUnusableSchedule = (wanted: WantedSchedule, orders: readonly ComposeOrder[]): void => {
  const faults = clockFaults(wanted).map(({ member, message }) => `${member}: ${message}`);
  if (orders.length === 0) faults.push('image_types: the blueprint has no image of these types');
  if (wanted.onlyIfChanged && orders.some(({ request: { bootc } }) => bootc !== undefined))
    faults.push('only_if_changed: packages of bootable containers cannot be compared');
  const entries: ErrorEntry[] = faults.map((detail) => ({ title: TITLE, detail }));
  if (entries.length > 0) throw unprocessable(entries);
};
