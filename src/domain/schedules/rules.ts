import type { BuildOrder } from '../composes/start-composes.ts';
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
export const refuseUnusableSchedule = (wanted: WantedSchedule, orders: readonly BuildOrder[]): void => {
  const faults: { readonly member: string; readonly message: string }[] = [...clockFaults(wanted)];
  if (orders.length === 0) faults.push({ member: 'image_types', message: 'the blueprint has no image of these types' });
  if (wanted.onlyIfChanged && orders.some(({ request: { bootc } }) => bootc !== undefined))
    faults.push({ member: 'only_if_changed', message: 'packages of bootable containers cannot be compared' });
  const entries: ErrorEntry[] = faults.map(({ member, message }) => ({
    title: TITLE,
    detail: `${member}: ${message}`,
    pointer: `/${member}`,
  }));
  if (entries.length > 0) throw unprocessable(entries);
};
