import type { Identity } from '../identity.ts';

/** Number of the error of a cancelled build. Composer's own are far below. */
export const CANCELLED_ID = 1000;

/** Longest name that is shown, in characters. */
const NAME_LENGTH = 200;

/** Who cancels a build, as everybody of the organization is shown it. */
export function cancellerOf({ username }: Pick<Identity, 'username'>): string {
  return (
    [...username.replaceAll(/\p{Cc}/gu, ' ').trim()].slice(0, NAME_LENGTH).join('') || 'a user of the organization'
  );
}

/** How a build ends that somebody cancelled, in the form in which composer tells an end. */
export function cancelledStatus(by: string): object {
  return {
    status: 'failure',
    error: { id: CANCELLED_ID, reason: `cancelled by ${by}` },
  };
}
