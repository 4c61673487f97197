import type { Identity } from '../identity.ts';

/** Error id of a cancelled compose; composer's own ids are far below. */
export const CANCELLED_ID = 1000;

const NAME_LENGTH = 200;

/** The name of the canceller as the organization sees it. */
export function cancellerOf({ username }: Pick<Identity, 'username'>): string {
  return (
    Array.from(username.replaceAll(/\p{Cc}/gu, ' ').trim())
      .slice(0, NAME_LENGTH)
      .join('') || 'a user of the organization'
  );
}

/** The status of a cancelled compose, in composer's format. */
export function cancelledStatus(by: string): object {
  return {
    status: 'failure',
    error: { id: CANCELLED_ID, reason: `cancelled by ${by}` },
  };
}
