/** Seconds between attempts, about a day in total. */
const RETRY_DELAYS = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800] as const;

/** Shorter for pings, since a user waits for the outcome. */
const PING_RETRY_DELAYS = [5, 30] as const;

/** Random part of a delay, which spreads retries of concurrent failures. */
const JITTER = 0.2;

export const PING = 'webhook.ping';

/**
 * Seconds until the next attempt, `null` after the last one.
 * @param attempts attempts so far
 * @param random from 0 to 1
 */
export function retryDelay(eventType: string, attempts: number, random: number): number | null {
  const delays: readonly number[] = eventType === PING ? PING_RETRY_DELAYS : RETRY_DELAYS;
  const delay = delays[attempts - 1];
  return delay === undefined ? null : delay * (1 - JITTER / 2 + JITTER * random);
}
