/** Seconds between the attempts of a delivery: about a day altogether. */
const PAUSES = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800] as const;

/** Pauses of a ping, whose sender waits for it. */
const PING_PAUSES = [5, 30] as const;

/** Part of a pause that is left to chance, so that what failed together is not tried again together. */
const SPREAD = 0.2;

/** Type of the message that tries a webhook. */
export const PING = 'webhook.ping';

/**
 * Seconds until a delivery is tried again, `null` when it is given up.
 * @param attempts how often it was tried
 * @param random from 0 to 1
 */
export const pauseAfter = (eventType: string, attempts: number, random: number): number | null => {
  const pauses: readonly number[] = eventType === PING ? PING_PAUSES : PAUSES;
  const pause = pauses[attempts - 1];
  return pause === undefined ? null : pause * (1 - SPREAD / 2 + SPREAD * random);
};
