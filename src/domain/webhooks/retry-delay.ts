/** Seconds between the attempts of a delivery: about a day altogether. */
const RETRY_DELAYS = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800] as const;

/** Pauses of a ping, whose sender waits for it. */
const PING_RETRY_DELAYS = [5, 30] as const;

/** Part of a pause that is left to chance, so that what failed together is not tried again together. */
const JITTER = 0.2;

/** Type of the message that tries a webhook. */
export const PING = 'webhook.ping';

/**
 * Seconds until a delivery is tried again, `null` when it is given up.
 * @param attempts how often it was tried
 * @param random from 0 to 1
 */
export function retryDelay(eventType: string, attempts: number, random: number): number | null {
  const delays: readonly number[] = eventType === PING ? PING_RETRY_DELAYS : RETRY_DELAYS;
  const delay = delays[attempts - 1];
  return delay === undefined ? null : delay * (1 - JITTER / 2 + JITTER * random);
}
